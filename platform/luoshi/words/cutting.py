"""How a Chinese text becomes words that can be looked up, and how a search phrase becomes a query.

A text is kept as its pairs of neighbouring characters: whatever word of two or more characters somebody
looks for is then found in mid-sentence, however a dictionary would have cut the sentence. A phrase is cut
into words by the dictionary instead, so that 农村道路养护经费 also finds 农村道路的养护和经费.

Beside its pairs a text is kept under the short names of the units it names in full, under the numbers it
writes in letters, and under the numbers of its documents. Words that mean the same, slips of the pen and
traditional characters are not found: what is found is what stands there.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import rjieba

from luoshi.words.numerals import numbers_written
from luoshi.words.units import SHORT

VERSION = 2
"""Raised with every change of how a text is cut: ``luoshi search rebuild`` then knows what is behind."""
LONGEST_TEXT = 60_000
"""Characters of one text that are read; a suggestion holds fewer."""
LONGEST_PHRASE = 60
"""Characters of a search phrase that are read."""
WHOLE = 3
"""A phrase of up to so many characters is looked up as it stands, not word by word."""
LONGEST_WORD = 40
"""Characters of a Latin word or number that count."""

_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_FRAME = re.compile(r"^关于(?:进一步)?(?:加强|加快|完善|推进|解决|规范)?|的?(?:建议|提案|议案|意见)$")
_RUN = re.compile(rf"[{_HAN}]+|[0-9a-z]+(?:[.:][0-9]+)*")
_PART = re.compile(r"[0-9]+|[a-z]+")
_GAP = r"(?:[^\S\n]+\n?|\n)[^\S\n]*"
_BROKEN = re.compile(rf"(?<=[{_HAN}0-9]){_GAP}(?=[{_HAN}])|(?<=[{_HAN}]){_GAP}(?=[0-9])")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DOCUMENT = re.compile(r"[\[(【〔]?((?:19|20)\d\d)\s?[\])】〕]?\s?第?(\d{1,5})号")
_UNIT = re.compile("|".join(sorted(SHORT, key=len, reverse=True)))
_SHORT = re.compile(
    "|".join(sorted({name for names in SHORT.values() for name in names}, key=len, reverse=True))
)
_QUESTION = """
怎么 怎么样 怎么办 怎样 如何 什么 什么时候 时候 为什么 哪里 哪儿 哪些 哪个 多少 请问 有没有 是不是 能不能
可不可以 可以 我们 你们 咱们 他们 一下 以及 这个 那个 现在 何时 关于
"""
_ASKING = frozenset(_QUESTION.split())
"""Words of a question, looked up only where there is nothing else."""
_ASKED_WITH = frozenset(["解决", "建议", "问题"])
"""Words that say no more in a question, or behind 关于."""
_FUNCTION = frozenset("的地得了着过在是和与或及等等把被将对向从到由让给很都也就还不没有吗呢吧请")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must stand in a text. ``words``: found in it as they are, any of them.

    ``query``: the same for PostgreSQL. ``number``: in its one spelling, where it is a number with what it
    counts; ``document``: where it is the number of a document.
    """

    query: str
    words: tuple[str, ...] = ()
    number: str = ""
    document: str = ""


def text_plain(text: str) -> str:
    """``text`` in one spelling: half width, small letters, figures without commas, lines joined that break
    within a Chinese sentence. A blank line joins nothing."""
    return _BROKEN.sub("", _THOUSANDS.sub("", unicodedata.normalize("NFKC", text).lower()))


def text_words(text: str) -> list[str]:
    """The words under which ``text`` is found, each once."""
    plain = text_plain(text[:LONGEST_TEXT])
    found: set[str] = set()
    for match in _RUN.finditer(plain):
        run = match.group()
        if run.isascii():
            found |= {run[:LONGEST_WORD], *(part[:LONGEST_WORD] for part in _PART.findall(run))}
        else:
            found |= {*_pairs(run), run[-1]}
    found |= {spelling[:LONGEST_WORD] for _, _, spelling in numbers_written(plain)}
    found |= {document_word(match) for match in _DOCUMENT.finditer(plain)}
    for match in _UNIT.finditer(plain):
        before = plain[max(0, match.start() - 1) : match.start()]
        lead = before if before and _RUN.fullmatch(before) is not None and not before.isascii() else ""
        found |= {pair for short in SHORT[match.group()] for pair in _pairs(lead + short)}
    return sorted(found)


def phrase_query(phrase: str, mark: str = "") -> str:
    """A tsquery in PostgreSQL's own notation: every term of ``phrase`` must be there. Empty: no word in it.

    :param mark: what every word begins with that is looked up, as the words of titles do.
    """
    query = " & ".join(term.query for term in phrase_terms(phrase))
    return query.replace(_QUOTE, f"'{mark}").replace("\x01", "'") if query else ""


_QUOTE = "\x00"
"""Where a word of a query begins; what ends it is ``\\x01``."""


def phrase_terms(phrase: str) -> list[Term]:
    """What of ``phrase`` is looked up.

    One character is looked up as the beginning of a pair, a Latin word as the beginning of one; whatever has
    figures exactly. A number with what it counts is found in letters and in figures.
    """
    plain = _THOUSANDS.sub("", unicodedata.normalize("NFKC", phrase[:LONGEST_PHRASE]).lower())
    terms: dict[str, Term] = {}
    for match in _DOCUMENT.finditer(plain):
        word = document_word(match)
        terms[word] = Term(_exact(word), document=word)
    plain = _DOCUMENT.sub(" ", plain)
    plain = _UNIT.sub(lambda match: SHORT[match.group()][0], plain)
    for start, end, spelling in sorted(numbers_written(plain), reverse=True):
        if end > len(plain) or not plain[start:end].strip():
            continue
        literal = plain[start:end]
        terms.setdefault(spelling, _number(spelling, literal))
        before, after = plain[:start], plain[end:]
        plain = f"{_without_lone(before, -1)} {_without_lone(after, 0)}"
    asked: dict[str, Term] = {}
    for run in (match.group() for match in _RUN.finditer(plain)):
        if run.isascii():
            terms[run] = Term(_exact(run[:LONGEST_WORD], begins=run.isalpha()), (run[:LONGEST_WORD],))
            continue
        for word in _words(run):
            kept = asked if word in _ASKING else terms
            kept[word] = Term(_han(word), (word, *_fulls(word)))
    said = [term for word, term in terms.items() if not asked or word not in _ASKED_WITH]
    return said or list((terms or asked).values())


def document_word(match: re.Match[str]) -> str:
    """The one word for the number of a document, however its year is bracketed: ``2026-12号``."""
    return f"{match[1]}-{int(match[2])}号"


def documents(plain: str) -> Iterator[re.Match[str]]:
    """Numbers of documents in a text as :func:`text_plain` gives it."""
    return _DOCUMENT.finditer(plain)


def title_core(title: str) -> str:
    """What a title is about: without the frame that all of them share (关于…的建议)."""
    return _FRAME.sub("", title.strip())


def any_word_query(text: str) -> str:
    """A tsquery that is met by any pair of neighbouring characters of ``text``. Empty: no word in it."""
    plain = text_plain(text[:LONGEST_PHRASE])
    runs = (match.group() for match in _RUN.finditer(plain))
    pairs = dict.fromkeys(pair for run in runs if not run.isascii() for pair in _pairs(run))
    return " | ".join(f"'{pair}'" for pair in pairs)


def _exact(word: str, *, begins: bool = False) -> str:
    return f"{_QUOTE}{word}\x01{':*' if begins else ''}"


def _han(word: str) -> str:
    """One character is looked up as the beginning of a pair."""
    return " & ".join(map(_exact, _pairs(word))) if len(word) > 1 else _exact(word, begins=True)


def _number(spelling: str, literal: str) -> Term:
    """In its one spelling; written in letters also as it stands."""
    if literal.isascii() or any(char.isdigit() and char.isascii() for char in literal):
        return Term(_exact(spelling), number=spelling)
    return Term(f"({_exact(spelling)} | {_han(literal)})", (literal,), number=spelling)


def _without_lone(text: str, end: int) -> str:
    """What is left of one character beside a number that was cut out says nothing: 第, 元."""
    if not text or text[end].isspace():
        return text
    runs = list(_RUN.finditer(text))
    if not runs:
        return text
    run = runs[end]
    touches = run.end() == len(text) if end else run.start() == 0
    if touches and len(run.group()) == 1:
        return text[: run.start()] if end else text[run.end() :]
    return text


def _fulls(word: str) -> tuple[str, ...]:
    """The full names behind a short one, as they may stand in a text."""
    return tuple(full for full, shorts in SHORT.items() if word in shorts)


def _words(run: str) -> list[str]:
    """The words of a Chinese phrase. What the dictionary leaves as single characters says too little, unless
    there is nothing else."""
    short = _SHORT.search(run)
    if short and len(run) > len(short.group()):
        rest = [*_several(run[: short.start()]), *_several(run[short.end() :])]
        return [short.group(), *(word for word in rest if len(word) > 1)]
    return _several(run)


def _several(run: str) -> list[str]:
    if len(run) <= WHOLE:
        return [run] if run else []
    words: list[str] = []
    lone = ""
    for word in [*rjieba.cut(run), ""]:
        if len(word) == 1 and word not in _FUNCTION:
            lone += word
            continue
        # Characters that the dictionary leaves alone side by side are a word that it does not know.
        words += [lone] if len(lone) > 1 else []
        words += [word] if len(word) > 1 else []
        lone = ""
    return words or [run]


def _pairs(run: str) -> Iterator[str]:
    return (run[at : at + 2] for at in range(len(run) - 1))
