"""The passage in which something was found, cut into pieces so that a page can mark the hits."""

import re

from luoshi.publication.values import PublicCase
from luoshi.words import phrase_words

AROUND = 45
"""Characters on each side of the first hit."""

Pieces = tuple[tuple[str, bool], ...]


def marked(text: str, phrase: str) -> Pieces:
    """``text`` in pieces, each with whether it is a word of ``phrase``."""
    pattern = _pattern(phrase)
    if pattern is None:
        return ((text, False),) if text else ()
    # Splitting by a group keeps what was split at: every second piece is a hit.
    return tuple((piece, at % 2 == 1) for at, piece in enumerate(pattern.split(text)) if piece)


def passage_of(case: PublicCase, phrase: str) -> Pieces:
    """The surroundings of the first hit in the published text: reply, content, asks, promises."""
    pattern = _pattern(phrase)
    if pattern is None:
        return ()
    texts = [case.reply, case.content or "", *(text for _, text in case.asks)]
    for text in [*texts, *(promise.text for promise in case.promises)]:
        if hit := pattern.search(text):
            begin, end = max(0, hit.start() - AROUND), hit.end() + AROUND
            cut = f"{'…' if begin else ''}{text[begin:end].strip()}{'…' if end < len(text) else ''}"
            return marked(" ".join(cut.split()), phrase)
    return ()


def _pattern(phrase: str) -> re.Pattern[str] | None:
    words = phrase_words(phrase)
    return re.compile(f"({'|'.join(map(re.escape, words))})", re.IGNORECASE) if words else None
