"""What a person called a file, fit to be shown, stored in a row and given back on a download."""

import re
import unicodedata

LONGEST = 255
"""Bytes of UTF-8: what file systems take, and never more characters than the column holds."""
_RESERVED = re.compile(r'[<>:"|?*]')
_NAMELESS = "附件"


def name_clean(raw: str) -> str:
    """The last part of ``raw``, without what could mislead an eye or a file system.

    Control characters, marks that turn the writing direction, unassigned and private characters are gone,
    runs of white space are one space; a long name is cut in its stem, so that the ending stays.
    """
    plain = unicodedata.normalize("NFC", re.split(r"[/\\]", raw)[-1])
    kept = "".join(
        " " if letter.isspace() else letter
        for letter in plain
        if letter.isspace() or unicodedata.category(letter)[0] != "C"
    )
    kept = _RESERVED.sub("_", re.sub(r" +", " ", kept)).strip().rstrip(" .")
    stem, ending = name_split(kept)
    return name_join(stem, ending)


def name_split(name: str) -> tuple[str, str]:
    """Stem and ending, the ending in small letters and without its dot; empty where there is none."""
    stem, dot, ending = name.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,10}", ending):
        return name, ""
    return stem, ending.lower()


def name_join(stem: str, ending: str) -> str:
    """A name of at most :data:`LONGEST` bytes."""
    tail = f".{ending}" if ending else ""
    room = LONGEST - len(tail.encode())
    stem = stem.strip(" .").encode()[:room].decode(errors="ignore").strip(" .")
    return f"{stem or _NAMELESS}{tail}"
