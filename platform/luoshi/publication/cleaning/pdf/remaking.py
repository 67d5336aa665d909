"""Starts the child that re-makes a PDF, and judges what it says.

The renderer is native code that reads whatever a stranger wrote, and two threads may not use it at once.
Hence one process for one file, with bounds on memory and time, without the environment of its parent.
"""

import json
import os
import subprocess
import sys

from luoshi.publication.cleaning.values import Tally, refuse

SECONDS = 600
"""The longest a file may take; the bound on processor time (``child.SECONDS``) is met before."""
_BROKEN = "PDF 已损坏或无法重新制作。请打开后“打印”成新的 PDF 再上传"


def pdf_remade(body: bytes, tally: Tally) -> bytes:
    """A new PDF that shows what ``body`` shows. What was not visible is counted in ``tally``.

    :raises Invalid: where the file is locked, broken, too large, or needs what cannot be shown.
    """
    # -P: nothing is imported from the current directory. The child sees no secret of the environment.
    command = [sys.executable, "-P", "-m", "luoshi.publication.cleaning.pdf.child"]
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "LANG": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no word of the command from outside
            command, input=body, capture_output=True, env=environment, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        refuse("PDF 过于复杂，重新制作超时。请拆分，或打开后“打印”成新的 PDF 再上传")
    head, line, made = done.stdout.partition(b"\n")
    if done.returncode != 0 or not line:
        refuse(_BROKEN)
    said = json.loads(head)
    if "refused" in said:
        refuse(str(said["refused"]))
    tally.take((str(kind), int(count)) for kind, count in said["removed"])
    return made
