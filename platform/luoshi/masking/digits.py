"""Runs of digits, whatever they are written with: 138, １３８, 一三八, 幺三八, l38, 1 3 8, 1-3-8, 1\\n38."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

X = 10
"""Value of the last place of an identity number that is an X."""
_MORE = {"幺": 1, "么": 1, "洞": 0, "拐": 7, "勾": 9, "两": 2, "○": 0, "〇": 0, "零": 0, "◯": 0}
_LETTERS = {"O": 0, "o": 0, "l": 1, "I": 1, "|": 1, "О": 0, "о": 0, "Ο": 0, "ο": 0}
_CROSSES = frozenset("XxХхΧχ×✕")
_STRONG = frozenset(" \t\n-‐‑‒–—―−－_.·•・‧∙．()（）[]【】〔〕\u3000\xa0ー﹣⁻")
_WEAK = frozenset(",，、/\\~～;；:：。*'\"“”‘’+^=")
LONGEST_GAP = 12


@dataclass(frozen=True, slots=True)
class Digit:
    """One digit of a run.

    :ivar at: its place in the view.
    :ivar gap: what stands between it and the digit before: ``""`` nothing, ``"soft"`` nothing but another
        way of writing, otherwise the characters themselves.
    :ivar script: ``a`` ASCII, ``c`` Chinese and others, ``l`` a letter that looks like a digit, ``x`` an X.
    """

    value: int
    at: int
    gap: str
    script: str

    @property
    def apart(self) -> bool:
        """Whether something visible stands before it."""
        return self.gap not in ("", "soft")


Run = tuple[Digit, ...]


def runs(text: str) -> Iterator[Run]:
    """Digits that follow each other with nothing between them but separators, in the order of ``text``."""
    run: list[Digit] = []
    gap: list[str] = []
    for at, char in enumerate(text):
        found = _digit(text, at, char, bool(run))
        if found is None:
            if run and (char in _STRONG or char in _WEAK or char in _CROSSES) and len(gap) < LONGEST_GAP:
                gap.append(char)
            elif run:
                yield tuple(run)
                run, gap = [], []
            continue
        value, script = found
        # A letter or Chinese figure borders on everything: the next word may begin with one (一带, 一直).
        changed = bool(run) and (run[-1].script != script or script in "lc")
        run.append(Digit(value, at, "".join(gap) or ("soft" if changed else ""), script))
        gap = []
    if run:
        yield tuple(run)


def _digit(text: str, at: int, char: str, attached: bool) -> tuple[int, str] | None:
    if "0" <= char <= "9":
        return ord(char) - 48, "a"
    if char in _MORE:
        return _MORE[char], "c"
    if char in _LETTERS:
        alone = not any(
            one.isascii() and one.isalpha() and one not in _LETTERS
            for one in (text[at - 1 : at], text[at + 1 : at + 2])
        )
        return (_LETTERS[char], "l") if alone else None
    if char in _CROSSES:
        after = text[at + 1 : at + 2]
        return (X, "x") if attached and not (after.isascii() and after.isalnum()) else None
    if char < "\x80":
        return None
    number = unicodedata.numeric(char, -1.0)
    return (int(number), "c") if number in _PLACES else None


_PLACES = frozenset(float(place) for place in range(10))


def borders(run: Run) -> list[bool]:
    """For each place 0 … len(run) whether a number may begin or end there."""
    return [True, *(digit.gap != "" for digit in run[1:]), True]


def groups(run: Run) -> tuple[int, ...]:
    """Lengths of the visible groups of ``run``: (3, 4, 4) for 138 0000 0001."""
    sizes = [1]
    for digit in run[1:]:
        if digit.apart:
            sizes.append(1)
        else:
            sizes[-1] += 1
    return tuple(sizes)


def values(run: Run) -> list[int]:
    """The values of the digits."""
    return [digit.value for digit in run]


def is_weak(gap: str) -> bool:
    """Whether ``gap`` holds a sign that more often parts two numbers than groups one."""
    return gap not in ("", "soft") and any(char not in _STRONG for char in gap)


def readable(run: Run) -> bool:
    """Whether a third of ``run`` are digits indeed, not letters that look like some."""
    return sum(digit.script != "l" for digit in run) * 3 >= len(run)
