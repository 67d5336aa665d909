"""The child process: a PDF on standard input, one line of JSON and the new PDF on standard output."""

import json
import resource
import sys

from luoshi.errors import Invalid
from luoshi.publication.cleaning.pdf.pages import pdf_pages_remade
from luoshi.publication.cleaning.values import Tally

SECONDS = 420
"""Of processor time."""
MEMORY = 3 << 30
"""Bytes of address space."""


def main() -> int:
    """Re-make one file. 0 also where it is refused; anything else where it broke the renderer."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    tally = Tally()
    try:
        made = pdf_pages_remade(sys.stdin.buffer.read(), tally)
    except Invalid as invalid:
        head: dict[str, object] = {"refused": invalid.message}
        made = b""
    else:
        head = {"removed": list(tally.counts().items())}
    sys.stdout.buffer.write(json.dumps(head, ensure_ascii=True).encode() + b"\n" + made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
