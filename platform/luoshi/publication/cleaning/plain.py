"""Plain text: the same letters in UTF-8, without those that nobody sees."""

import unicodedata

from luoshi.publication.cleaning.values import Tally

_KEPT = "\n\t"
_NEVER_SEEN = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
"""Letters that count as letters or symbols, yet show nothing."""


def letters_clean(text: str, tally: Tally | None = None) -> str:
    """``text`` without controls, direction marks, zero-width and tag letters, selectors, private use.

    :param tally: where given, what was taken out is counted there.
    """
    kept = "".join(letter for letter in text if letter in _KEPT or _visible(letter))
    if tally is not None:
        tally.add("invisible_letters", len(text) - len(kept))
    return kept


def _visible(letter: str) -> bool:
    if "\ufe00" <= letter <= "\ufe0f" or "\U000e0000" <= letter <= "\U000e0fff" or letter in _NEVER_SEEN:
        return False
    return unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def text_clean(body: bytes, tally: Tally) -> bytes:
    """A text file (UTF-8 or GB 18030, as the upload takes them) as UTF-8 with one kind of line end."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("gb18030")
    for end in ("\r\n", "\r", "\f", "\v"):
        text = text.replace(end, "\n")
    return letters_clean(text, tally).encode()
