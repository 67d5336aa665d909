"""Copies of public pages are forgotten once more when the outbox tells of an act on a publication.

The act itself has them forgotten right after its commit (``luoshi.shown``). Where the process died in
between, or nothing could be written, this is what makes it happen, however late.
"""

from collections.abc import Mapping
from typing import Any

from luoshi.shown import copies_forget

CONSUMER = "public_copies"


def copies_follow(payload: Mapping[str, Any], message_id: int) -> None:
    """The outbox tells of an act on a publication."""
    copies_forget()
