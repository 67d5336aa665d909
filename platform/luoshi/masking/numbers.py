"""All numbers of a text that name a person, found so often until masking leaves none."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate

from luoshi.masking import around, identity, phones
from luoshi.masking.digits import Run, X, borders, is_weak, runs, values
from luoshi.masking.marks import Kind, Known, Mark, mark_of
from luoshi.masking.view import View

ROUNDS = 6
"""Times a text is read again with what was found made unreadable; one round in a hundred finds more."""
WEAKEST = 4
"""Commas and the like within one number that no word announces."""
Reader = Callable[[Run], Mark | None]


def number_marks(view: View, known: Known) -> list[Mark]:
    """Telephones, identity numbers and bank cards of ``view``, in its offsets."""
    found: list[Mark] = [*identity.half_masked(view.text), *phones.half_masked(view.text)]
    view = view.blanked([(mark.start, mark.end) for mark in found])
    for _round in range(ROUNDS):
        new = list(_round_marks(view.text, known))
        if not new:
            break
        found += new
        view = view.blanked([(mark.start, mark.end) for mark in new])
    return found


def _round_marks(text: str, known: Known) -> Iterator[Mark]:
    last: Mark | None = None
    for run in runs(text):
        if len(run) < 4:
            continue
        marks = sorted(_run_marks(text, run, known, last), key=lambda mark: mark.start)
        yield from marks
        last = marks[-1] if marks else last


def _run_marks(text: str, run: Run, known: Known, last: Mark | None) -> Iterator[Mark]:
    """What ``run`` holds: first the plainest readings, then looser ones of what is left."""
    pieces = [run]
    readers: tuple[tuple[Reader, tuple[int, ...], bool], ...] = (
        (lambda one: identity.id_mark(text, one, strict=True), identity.ID_LENGTHS, True),
        (lambda one: phones.mobile_mark(text, one, gapped=False), phones.MOBILE_LENGTHS, False),
        (lambda one: identity.id_mark(text, one, strict=False), identity.ID_LENGTHS, False),
        (lambda one: identity.bank_mark(text, one, gapped=False), identity.BANK_LENGTHS, False),
        (lambda one: phones.mobile_mark(text, one, gapped=True), phones.MOBILE_LENGTHS, True),
        (
            lambda one: phones.landline_mark(text, one, gapped=False, units=known.units),
            phones.LANDLINE_LENGTHS,
            False,
        ),
        (lambda one: identity.bank_mark(text, one, gapped=True), identity.BANK_LENGTHS, True),
        (
            lambda one: phones.landline_mark(text, one, gapped=True, units=known.units),
            phones.LANDLINE_LENGTHS,
            True,
        ),
        (lambda one: identity.id_mark(text, one, strict=False), identity.ID_LENGTHS, True),
    )
    marks: list[Mark] = []
    for reader, lengths, gapped in readers:
        found, pieces = _scan(pieces, reader, lengths, gapped)
        marks += found
    marks.sort(key=lambda mark: mark.end)
    ends = [mark.end for mark in marks]
    yield from marks
    for piece in pieces:
        before = bisect_right(ends, piece[0].at)
        yield from _leftover_marks(text, piece, known, marks[before - 1] if before else last)


def _scan(
    pieces: list[Run], reader: Reader, lengths: tuple[int, ...], gapped: bool
) -> tuple[list[Mark], list[Run]]:
    """Try every window of the lengths that begins and ends at a border; give the finds and what is left."""
    marks: list[Mark] = []
    left: list[Run] = []
    for piece in pieces:
        edge = borders(piece)
        # How many visible gaps and letters stand before each place, so that a window is judged unread.
        gaps = [0, *accumulate(digit.apart for digit in piece)]
        letters = [0, *accumulate(digit.script == "l" for digit in piece)]
        weak = [0, *accumulate(is_weak(digit.gap) for digit in piece)]
        begin = at = 0
        while at < len(piece):
            step = 1
            # A list of single figures can only be a number where words before the piece say so.
            most = WEAKEST if piece[at].at - piece[0].at > around.NEAR else len(piece)
            for length in lengths if edge[at] else ():
                end = at + length
                if end > len(piece) or not edge[end] or 3 * (letters[end] - letters[at]) > 2 * length:
                    continue
                if weak[end] - weak[at + 1] > most:
                    continue
                if not gapped and gaps[end] > gaps[at + 1]:
                    continue
                if mark := reader(piece[at:end]):
                    marks.append(mark)
                    if at > begin:
                        left.append(piece[begin:at])
                    begin, step = end, length
                    break
            at += step
        if begin < len(piece):
            left.append(piece[begin:])
    return marks, left


def _leftover_marks(text: str, run: Run, known: Known, last: Mark | None) -> Iterator[Mark]:
    if named := identity.named_mark(text, run) or phones.named_mark(text, run, known.units):
        yield named
        return
    for group in _visible_groups(run):
        if len(group) >= 12 and X not in values(group)[:-1]:
            if mark := _long_mark(text, group):
                yield mark
        elif last is not None and len(group) in (7, 8):
            following = phones.following_mark(text, group, last)
            if following:
                yield following
                last = following


def _long_mark(text: str, group: Run) -> Mark | None:
    """Twelve digits and more in one piece: a telephone with a digit too many, or numbers run together."""
    start, end = group[0].at, group[-1].at + 1
    if around.code_named(text, start) and not (len(group) > 18 and phones.holds_mobile(group)):
        return None
    if len(group) >= 15:
        return mark_of(start, end, Kind.ID, "过长的数字，可能含证件号码或电话", certain=False)
    if phones.holds_mobile(group):
        return mark_of(start, end, Kind.PHONE, "其中含有形如手机号码的数字", certain=False)
    return None


def _visible_groups(run: Run) -> Iterator[Run]:
    begin = 0
    for at in range(1, len(run) + 1):
        if at == len(run) or run[at].apart:
            yield run[begin:at]
            begin = at
