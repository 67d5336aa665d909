"""How a Chinese text becomes words that can be looked up, and how a search phrase becomes a query.

A text is kept as its pairs of neighbouring characters: whatever word of two or more characters somebody
looks for is then found in mid-sentence, however a dictionary would have cut the sentence. A phrase is cut
into words by the dictionary instead, so that 农村道路养护经费 also finds 农村道路的养护和经费.
"""

import re
import unicodedata
from collections.abc import Iterator

import rjieba

VERSION = 1
"""Raised with every change of how a text is cut: ``luoshi search rebuild`` then knows what is behind."""
LONGEST_TEXT = 60_000
"""Characters of one text that are read; a suggestion holds fewer."""
LONGEST_PHRASE = 60
"""Characters of a search phrase that are read."""
WHOLE = 3
"""A phrase of up to so many characters is looked up as it stands, not word by word."""
LONGEST_WORD = 40
"""Characters of a Latin word or number that count."""

_FRAME = re.compile(r"^关于(?:进一步)?(?:加强|加快|完善|推进|解决|规范)?|的?(?:建议|提案|议案|意见)$")
_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]+|[0-9a-z]+")


def text_words(text: str) -> list[str]:
    """The words under which ``text`` is found, each once."""
    found: set[str] = set()
    for run in _runs(text[:LONGEST_TEXT]):
        found |= {run[:LONGEST_WORD]} if run.isascii() else {*_pairs(run), run[-1]}
    return sorted(found)


def phrase_query(phrase: str) -> str:
    """A tsquery in PostgreSQL's own notation: every word of ``phrase`` must be there. Empty: no word in it.

    One character is looked up as the beginning of a pair; a Latin word or number as the beginning of one.
    """
    terms: dict[str, None] = {}
    for run in _runs(phrase[:LONGEST_PHRASE]):
        if run.isascii() or len(run) == 1:
            terms[f"'{run[:LONGEST_WORD]}':*"] = None
        else:
            terms |= {f"'{pair}'": None for word in _words(run) for pair in _pairs(word)}
    return " & ".join(terms)


def phrase_words(phrase: str) -> list[str]:
    """The words of ``phrase`` as :func:`phrase_query` looks them up, the longest first: what is marked in a
    text that was found."""
    found = dict.fromkeys(
        word
        for run in _runs(phrase[:LONGEST_PHRASE])
        for word in ([run] if run.isascii() or len(run) == 1 else _words(run))
    )
    return sorted(found, key=len, reverse=True)


def title_core(title: str) -> str:
    """What a title is about: without the frame that all of them share (关于…的建议)."""
    return _FRAME.sub("", title.strip())


def any_word_query(text: str) -> str:
    """A tsquery that is met by any pair of neighbouring characters of ``text``. Empty: no word in it."""
    pairs = dict.fromkeys(
        pair for run in _runs(text[:LONGEST_PHRASE]) if not run.isascii() for pair in _pairs(run)
    )
    return " | ".join(f"'{pair}'" for pair in pairs)


def _words(run: str) -> list[str]:
    """The words of a Chinese phrase. What the dictionary leaves as single characters says too little, unless
    there is nothing else."""
    if len(run) <= WHOLE:
        return [run]
    return [word for word in rjieba.cut(run) if len(word) > 1] or [run]


def _runs(text: str) -> Iterator[str]:
    return (match.group() for match in _RUN.finditer(unicodedata.normalize("NFKC", text).lower()))


def _pairs(run: str) -> Iterator[str]:
    return (run[at : at + 2] for at in range(len(run) - 1))
