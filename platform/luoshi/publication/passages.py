"""The passage in which something was found, cut into pieces so that a page can mark the hits."""

import re
import unicodedata
from bisect import bisect_left

from luoshi.publication.values import PublicCase
from luoshi.words import Term, document_word, documents, numbers_written, phrase_terms

AROUND = 45
"""Characters on each side of the first hit."""
LONGEST_HITS = 500
"""Hits of one text that are marked."""

Pieces = tuple[tuple[str, bool], ...]


def marked(text: str, phrase: str) -> Pieces:
    """``text`` in pieces, each with whether it is a word of ``phrase``. Together they are ``text`` again."""
    return _pieces(text, _hits(text, phrase_terms(phrase)))


def passage_of(case: PublicCase, phrase: str) -> Pieces:
    """The surroundings of the first hit in the published text: reply, content, asks, promises.

    That text which has the most different words of ``phrase`` is shown, from the place on where they stand
    closest together.
    """
    terms = phrase_terms(phrase)
    if not terms:
        return ()
    texts = [case.reply, case.content or "", *(text for _, text in case.asks)]
    best: tuple[int, str, tuple[int, int]] | None = None
    for text in [*texts, *(promise.text for promise in case.promises)]:
        each = [_hits(text, [term]) for term in terms]
        said = sum(map(bool, each))
        if said and (best is None or said > best[0]):
            best = (said, text, _closest(each))
        if said == len(terms):
            break
    if best is None:
        return ()
    _, text, (first, last) = best
    begin, end = max(0, first - AROUND), min(len(text), max(last, first) + AROUND)
    cut = f"{'…' if begin else ''}{text[begin:end].strip()}{'…' if end < len(text) else ''}"
    return marked(" ".join(cut.split()), phrase)


def _closest(each: list[list[tuple[int, int]]]) -> tuple[int, int]:
    """Where the hit begins around which most of the other words stand, and where that hit ends."""
    starts = [[start for start, _ in hits] for hits in each if hits]
    best, place = -1, (0, 0)
    for hits in each:
        for start, end in hits[:LONGEST_HITS]:
            near = 0
            for others in starts:
                at = bisect_left(others, start)
                near += at < len(others) and others[at] <= start + AROUND
            if near > best or (near == best and start < place[0]):
                best, place = near, (start, end)
    return place


def _pieces(text: str, hits: list[tuple[int, int]]) -> Pieces:
    found: list[tuple[str, bool]] = []
    at = 0
    for start, end in hits:
        if start > at:
            found.append((text[at:start], False))
        found.append((text[start:end], True))
        at = end
    if at < len(text):
        found.append((text[at:], False))
    return tuple(found)


def _hits(text: str, terms: list[Term]) -> list[tuple[int, int]]:
    """Where any of ``terms`` stands in ``text`` as it is written, sorted and without overlaps."""
    if not terms or not text:
        return []
    plain, places = _plain(text)
    spans: list[tuple[int, int]] = []
    words = sorted({word for term in terms for word in term.words}, key=len, reverse=True)
    if words:
        spans += [match.span() for match in re.finditer("|".join(map(_spelled, words)), plain)]
    numbers = {term.number for term in terms if term.number}
    if numbers:
        spans += [(start, end) for start, end, spelling in numbers_written(plain) if spelling in numbers]
    papers = {term.document for term in terms if term.document}
    if papers:
        spans += [match.span() for match in documents(plain) if document_word(match) in papers]
    settled: list[tuple[int, int]] = []
    # In the places of the text itself: one of its characters may be several of the plain ones.
    for start, end in sorted((places[start], places[end - 1] + 1) for start, end in spans):
        if settled and start < settled[-1][1]:
            settled[-1] = (settled[-1][0], max(end, settled[-1][1]))
        else:
            settled.append((start, end))
    return settled[:LONGEST_HITS]


def _spelled(word: str) -> str:
    """A word with figures is one only where no other figure goes on from it: 12 is not in 112."""
    if word[0].isdigit() or word[-1].isdigit():
        return (
            rf"(?<![0-9]){re.escape(word)}(?![0-9])" if word[0].isdigit() else rf"{re.escape(word)}(?![0-9])"
        )
    return re.escape(word)


_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")


def _plain(text: str) -> tuple[str, list[int]]:
    """``text`` as the search reads it, with where each of its characters stands in ``text``.

    Half width and small letters; breaks within a Chinese sentence and commas within a figure are gone.
    """
    chars: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text):
        for plain in char if char.isalnum() and char.isascii() else unicodedata.normalize("NFKC", char):
            chars.append(plain.lower()[:1])
            places.append(at)
    kept = [at for at in range(len(chars)) if not _drops(chars, at)]
    return "".join(chars[at] for at in kept), [places[at] for at in kept]


def _drops(chars: list[str], at: int) -> bool:
    if chars[at] == ",":
        group = chars[at + 1 : at + 5]
        figures = len(group) >= 3 and all(char.isdigit() for char in group[:3])
        return figures and at > 0 and chars[at - 1].isdigit() and not (len(group) == 4 and group[3].isdigit())
    if not chars[at].isspace():
        return False
    left, right = at - 1, at + 1
    while left >= 0 and chars[left].isspace():
        left -= 1
    while right < len(chars) and chars[right].isspace():
        right += 1
    if left < 0 or right == len(chars) or chars[left + 1 : right].count("\n") > 1:
        return False
    before, after = _HAN.match(chars[left]), _HAN.match(chars[right])
    return bool((before and (after or chars[right].isdigit())) or (after and chars[left].isdigit()))
