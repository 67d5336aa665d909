"""Identity and bank card numbers (个人信息保护法 art. 28: specific identity, financial accounts).

The check digit makes a find more certain. A number whose check digit is wrong is a find all the same: a slip
of the pen in a person's number still names the person.
"""

import re

from luoshi.masking import around
from luoshi.masking.digits import Run, X, groups, is_weak, readable, values
from luoshi.masking.marks import Kind, Mark, mark_of

ID_LENGTHS = (18, 15)
BANK_LENGTHS = (19, 18, 17, 16)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = (1, 0, X, 9, 8, 7, 6, 5, 4, 3, 2)
_SHAPES = {
    (6, 8, 4), (6, 12), (14, 4), (3, 3, 8, 4), (6, 4, 4, 4), (6, 4, 2, 2, 4), (4, 4, 4, 6), (3, 3, 4, 4, 4),
    (6, 6, 6), (6, 8, 3, 1), (2, 4, 8, 4), (6, 6, 3), (3, 3, 6, 3), (6, 2, 2, 2, 3), (17, 1), (4, 4, 4, 4, 2),
}  # fmt: skip
_HALF_MASKED = re.compile(
    r"(?<!\d)\d{4,14}[*×•#xX]{4,14}\d{2,4}[Xx]?(?!\d)|(?<!\d)\d{12,14}[*×•#xX]{3,6}(?!\d)"
)


def check_holds(found: list[int]) -> bool:
    """Whether the last of 18 places is the check digit of the others (GB 11643)."""
    return _CHECKS[sum(a * b for a, b in zip(found, _WEIGHTS, strict=False)) % 11] == found[17]


def luhn_holds(found: list[int]) -> bool:
    """Whether the last place of a card number is the check digit of the others (ISO/IEC 7812)."""
    total = sum(found[-1::-2]) + sum(sum(divmod(2 * one, 10)) for one in found[-2::-2])
    return total % 10 == 0


def _birthday(found: list[int]) -> bool:
    """Whether the places of the birthday can be a day, from 1800 on."""
    date = found[6:14] if len(found) == 18 else [1, 9, *found[6:12]]
    year, month, day = (int("".join(map(str, part))) for part in (date[:4], date[4:6], date[6:]))
    return 1800 <= year < 2100 and 1 <= month <= 12 and 1 <= day <= 31


def id_mark(text: str, run: Run, *, strict: bool) -> Mark | None:
    """An identity number that fills ``run``; with ``strict`` only one whose birthday can be one."""
    found = values(run)
    if len(run) not in ID_LENGTHS or X in found[:-1] or (len(run) == 15 and X in found) or not readable(run):
        return None
    start, end = run[0].at, run[-1].at + 1
    dated = _birthday(found)
    if strict and not dated:
        return None
    named = around.id_named(text, start)
    checked = len(run) == 18 and check_holds(found)
    sizes = groups(run)
    whole = len(sizes) == 1
    alike = whole or len(sizes) == 2 or sizes in _SHAPES or max(sizes) == 1
    weak = any(is_weak(digit.gap) for digit in run[1:]) and sizes not in _SHAPES
    if strict:
        if not (named or (alike and not weak) or (checked and not weak)):
            return None
    elif not (named or whole or (len(run) == 18 and (alike or checked) and not weak)):
        return None
    if not (dated or named) and (around.code_named(text, start) or around.credit_named(text, start)):
        return None
    return mark_of(start, end, Kind.ID, "形如身份证号", certain=named or (dated and (whole or checked)))


def bank_mark(text: str, run: Run, *, gapped: bool) -> Mark | None:
    """A card number of 16 to 19 digits that fills ``run``."""
    found = values(run)
    if max(found) > 9 or not readable(run):
        return None
    start, end = run[0].at, run[-1].at + 1
    named, sizes = around.bank_named(text, start), groups(run)
    if gapped and not named:
        weak = any(is_weak(digit.gap) for digit in run[1:])
        fours = all(size == 4 for size in sizes[:-1]) and sizes[-1] <= 4
        if weak or not (fours or sizes in ((6, 13), (6, 10)) or max(sizes) == 1) or not 3 <= found[0] <= 9:
            return None
    if not named and (around.code_named(text, start) or around.unit_follows(text, end)):
        return None
    if around.id_named(text, start):
        return mark_of(start, end, Kind.ID, "前有“身份证”等字样", certain=True)
    certain = named or (found[0] >= 3 and luhn_holds(found))
    return mark_of(start, end, Kind.BANK, "形如银行卡号", certain=certain)


def named_mark(text: str, run: Run) -> Mark | None:
    """A number that the words before it make an identity number or account, whatever its length."""
    start = run[0].at
    if around.id_named(text, start):
        kind, why, least = Kind.ID, "前有“身份证”等字样", 9
    elif around.bank_named(text, start):
        kind, why, least = Kind.BANK, "前有“账号”等字样", 9
    else:
        return None
    size = _until_weak(run)
    end = run[size - 1].at + 1
    if not least <= size <= 25 or around.unit_follows(text, end):
        return None
    return mark_of(start, end, kind, why, certain=True)


def _until_weak(run: Run) -> int:
    return next((at for at, digit in enumerate(run) if at and is_weak(digit.gap)), len(run))


def half_masked(text: str) -> list[Mark]:
    """Identity and card numbers that the writer hid in part."""
    return [
        mark_of(match.start(), match.end(), Kind.ID, "遮盖不全的证件号码或卡号", certain=False)
        for match in _HALF_MASKED.finditer(text)
    ]
