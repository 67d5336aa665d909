"""Telephone numbers: mobiles and landlines in every way of writing (HN-19; 个人信息保护法 art. 51).

A mobile is masked whoever's it is. A landline is proposed as kept where a unit gives it as its own.
"""

import re

from luoshi.masking import around
from luoshi.masking.digits import Run, borders, groups, is_weak, readable, values
from luoshi.masking.marks import Kind, Mark, mark_of

MOBILE = 11
# What is dialled before a mobile: the country, the trunk, a cheap line of earlier years.
_PREFIXES = ((), (0,), (8, 6), (0, 8, 6), (0, 0, 8, 6), (1, 2, 5, 9, 3), (1, 7, 9, 5, 1), (1, 7, 9, 1, 1))
MOBILE_LENGTHS = (11, 12, 13, 14, 15, 16)
LANDLINE_LENGTHS = (12, 11, 10)
# Lengths of area code and local number.
_LINES = ((4, 8), (4, 7), (3, 8), (3, 7))
_COUNTRY = re.compile(r"(?:\+|(?<![+\d])[(（]?\+?(?:00)?86[)）]?[ -]{0,3})$")
_EXTENSION = re.compile(r"[ ]?(?:[-—–]|转|分机)[ ]?\d{1,5}(?!\d)")
_DATE = re.compile(r"(?:19|20)\d\d([-./])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)")
_HALF_MASKED = re.compile(r"(?<!\d)1[3-9]\d(?:[*xX×•#]{3,6}\d{3,4}|\d{3,6}[*xX×•#]{2,6})(?![\d*xX×•#])")
_BETWEEN = re.compile(r"[ \t]{0,2}[、/，,或和及；;\n][ \t]{0,2}")


def is_mobile(run: Run) -> bool:
    """Whether the digits of ``run``, read without gaps, are a mobile number, with or without a prefix."""
    found = values(run)
    head, tail = tuple(found[:-MOBILE]), found[-MOBILE:]
    return (
        head in _PREFIXES
        and len(tail) == MOBILE
        and tail[0] == 1
        and tail[1] in range(3, 10)
        and max(tail) < 10
    )


def holds_mobile(run: Run) -> bool:
    """Whether a mobile number stands anywhere in ``run``, borders or not."""
    return any(is_mobile(run[at : at + MOBILE]) for at in range(len(run) - MOBILE + 1))


def mobile_mark(text: str, run: Run, *, gapped: bool) -> Mark | None:
    """A mobile that fills ``run``; with ``gapped`` one that is written in groups."""
    if run[-MOBILE].value != 1 or not is_mobile(run) or not readable(run):
        return None
    start, end = run[0].at, run[-1].at + 1
    named = around.phone_named(text, start)
    if gapped and not (named or _grouped_like_mobile(text[start:end], run)):
        return None
    if dialled := _COUNTRY.search(text[max(0, start - 8) : start]):
        start -= len(dialled[0])
    certain = named or not (gapped or around.unit_follows(text, end) or around.code_named(text, start))
    return mark_of(start, end, Kind.PHONE, "形如手机号码", certain=certain)


def _grouped_like_mobile(written: str, run: Run) -> bool:
    sizes = groups(run[-MOBILE:])
    if any(is_weak(digit.gap) for digit in run[1:]) and sizes != (3, 4, 4):
        return False
    if _DATE.search(written):
        return False
    apart = [digit.gap for digit in run[1:] if digit.apart]
    # Four and more groups with points among other gaps: a table of decimals.
    decimals = len(apart) > 2 and len({gap.strip() for gap in apart}) > 1 and any("." in gap for gap in apart)
    return not decimals or max(sizes) == 1


def landline_mark(text: str, run: Run, *, gapped: bool, units: frozenset[str]) -> Mark | None:
    """A landline with its area code that fills ``run``."""
    if run[0].value:
        return None
    found = values(run)
    if max(found) > 9 or not readable(run):
        return None
    start, end = run[0].at, run[-1].at + 1
    named = around.phone_named(text, start)
    lines = [line for line in _LINES if sum(line) == len(run)]
    if not named and (around.bank_named(text, start) or around.id_named(text, start)):
        return None
    if gapped:
        if not named and not any(_grouped_like(run, area) for area, _local in lines):
            return None
    elif not named and around.code_named(text, start):
        return None
    if extension := _EXTENSION.match(text, end):
        end = extension.end()
    start -= text[start - 1 : start] in ("(", "（")
    return line_mark(text, start, end, units, certain=named or gapped)


def _grouped_like(run: Run, area: int) -> bool:
    gaps = {at for at, digit in enumerate(run) if at and digit.apart}
    if any(is_weak(digit.gap) for digit in run[1:]):
        return False
    return gaps <= {area, area + 3, area + 4} or len(gaps) == len(run) - 1


def line_mark(text: str, start: int, end: int, units: frozenset[str], *, certain: bool) -> Mark:
    """A landline: a unit's own is proposed as kept."""
    if around.unit_speaks(text, start, units):
        return mark_of(start, end, Kind.OFFICE_PHONE, "单位公开的办公电话，建议保留", certain=False)
    return mark_of(start, end, Kind.PHONE, "形如固定电话号码", certain=certain)


def named_mark(text: str, run: Run, units: frozenset[str]) -> Mark | None:
    """A number that only the words before it make a telephone: local, short, or with a digit too few."""
    start = run[0].at
    if around.short_named(text, start):
        size = _first(run, range(4, 12))
        return (
            mark_of(start, run[size - 1].at + 1, Kind.PHONE, "前有“短号”等字样", certain=True)
            if size
            else None
        )
    if not around.phone_named(text, start):
        return None
    size = _first(run, range(7, 15))
    found = values(run[:size])
    if not size or found[:3] in ([4, 0, 0], [8, 0, 0]) or max(found) > 9:
        return None
    end = run[size - 1].at + 1
    if around.unit_follows(text, end) or _DATE.match(text, start):
        return None
    if size > 8 or found[0] == 1:
        return mark_of(start, end, Kind.PHONE, "前有“电话”等字样", certain=True)
    return line_mark(text, start, end, units, certain=True)


def _first(run: Run, sizes: range) -> int:
    """How many digits from the beginning of ``run`` make one number of a length in ``sizes``; 0: none."""
    best = 0
    edge = borders(run)
    for size in range(1, min(len(run), sizes.stop - 1) + 1):
        if size > 1 and is_weak(run[size - 1].gap):
            break
        if size in sizes and edge[size]:
            best = size
            if size == len(run) or run[size].apart:
                break
    return best


def following_mark(text: str, run: Run, last: Mark) -> Mark | None:
    """The next number of a list that began with a telephone: 0000-0000000、0000001."""
    start = run[0].at
    if last.kind not in (Kind.PHONE, Kind.OFFICE_PHONE) or not _BETWEEN.fullmatch(text, last.end, start):
        return None
    size = _first(run, range(7, 9))
    end = run[size - 1].at + 1
    if not size or around.unit_follows(text, end):
        return None
    return mark_of(start, end, last.kind, "与前一个电话并列", certain=False)


def half_masked(text: str) -> list[Mark]:
    """Mobiles that the writer hid in part: what is left still tells too much."""
    return [
        mark_of(match.start(), match.end(), Kind.PHONE, "遮盖不全的手机号码", certain=False)
        for match in _HALF_MASKED.finditer(text)
    ]
