"""Deadlines by 民法典 201–203, and nothing else: no database, no clock of its own.

The day of the event is not counted (201). A window in months ends on the corresponding day, or on the last
day of a month that has none (202). A last day that is not worked moves to the next day that is (203), where
the county rolls its deadlines; a window in working days ends on a working day anyway.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from luoshi.calendar.types import DayTable, Deadline, Unit, Window

ONE_DAY = timedelta(days=1)
# Longer than any run of days off, so that years_needed always covers a rolled deadline.
LONGEST_REST = timedelta(days=31)


def months_add(day: date, number: int) -> date:
    """The corresponding day ``number`` months after ``day``, or that month's last day (民法典 202)."""
    years, month = divmod(day.month - 1 + number, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_needed(start_on: date, window: Window) -> tuple[int, int]:
    """First and last year that :func:`deadline` of ``window`` from ``start_on`` may ask a table for."""
    match window.unit:
        case Unit.MONTH:
            end = months_add(start_on, window.number)
        case Unit.NATURAL_DAY:
            end = start_on + timedelta(days=window.number)
        case Unit.WORKING_DAY:
            # Some 250 of 365 days are worked, so twice the number and a rest leave ample room.
            end = start_on + timedelta(days=2 * window.number)
    return start_on.year, (end + LONGEST_REST).year


def deadline(start_on: date, window: Window, days: DayTable, roll: bool) -> Deadline:
    """The last day of ``window`` for an event on ``start_on`` (HN-17, SY-14, domain.md B12).

    :param days: table holding the years of :func:`years_needed`.
    :param roll: the county's switch: a last day that is a holiday or a weekend, and no make-up workday, moves
        to the next working day.
    :raises ValueError: when ``days`` was not loaded for a year that is needed.
    """
    if window.unit is Unit.WORKING_DAY:
        due_on = _working_days_add(start_on, window.number, days)
        leaned_on = range((start_on + ONE_DAY).year, due_on.year + 1)
    else:
        plain = _plain_end(start_on, window)
        if not roll:
            return Deadline(plain)
        due_on = next(day for day in _days_from(plain) if days.is_working(day))
        leaned_on = range(plain.year, due_on.year + 1)
    return Deadline(due_on, tuple(year for year in leaned_on if year not in days.seeded))


def working_days_between(start_on: date, end_on: date, days: DayTable) -> int:
    """Working days after ``start_on`` up to and including ``end_on``; negative when ``end_on`` is earlier.

    :raises ValueError: when ``days`` was not loaded for a year in between.
    """
    if end_on < start_on:
        return -working_days_between(end_on, start_on, days)
    span = (end_on - start_on).days
    return sum(days.is_working(start_on + timedelta(days=number)) for number in range(1, span + 1))


def days_left(today: date, due_on: date) -> int:
    """Natural days from ``today`` to ``due_on``: 0 on the last day, negative when overdue."""
    return (due_on - today).days


def _plain_end(start_on: date, window: Window) -> date:
    if window.unit is Unit.MONTH:
        return months_add(start_on, window.number)
    return start_on + timedelta(days=window.number)


def _working_days_add(start_on: date, number: int, days: DayTable) -> date:
    worked = (day for day in _days_from(start_on + ONE_DAY) if days.is_working(day))
    for _ in range(number - 1):
        next(worked)
    return next(worked)


def _days_from(day: date) -> Iterator[date]:
    while True:
        yield day
        day += ONE_DAY
