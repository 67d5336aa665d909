"""Shared reads of the calendar. Nothing is kept between calls: each county has its own table."""

from datetime import date

from django.db.models import CharField, DateField, Value
from django.db.models.functions import Cast

from luoshi.calendar.arithmetic import deadline, years_needed
from luoshi.calendar.models import CalendarYear, DayKind, DayOverride
from luoshi.calendar.types import DayTable, Deadline, Window

_YEAR_ROW = "year"


def day_table(first_year: int, last_year: int) -> DayTable:
    """The county's holidays and make-up workdays of ``first_year`` to ``last_year``, by one query.

    Load it once for a batch and pass it on.
    """
    if last_year < first_year:
        raise ValueError(f"a day table from {first_year} to {last_year} holds nothing")
    years = CalendarYear.objects.filter(year__range=(first_year, last_year), is_complete=True).order_by()
    days = DayOverride.objects.filter(day__range=(date(first_year, 1, 1), date(last_year, 12, 31))).order_by()
    rows = years.values_list(
        "year", Cast(Value(None), DateField()), Cast(Value(_YEAR_ROW), CharField()), named=False
    ).union(days.values_list(Value(0), "day", "kind"), all=True)
    seeded: set[int] = set()
    off: set[date] = set()
    work: set[date] = set()
    for year, day, kind in rows:
        if kind == _YEAR_ROW:
            seeded.add(year)
        elif kind == DayKind.OFF:
            off.add(day)
        else:
            work.add(day)
    return DayTable(first_year, last_year, frozenset(seeded), frozenset(off), frozenset(work))


def deadline_find(*, start_on: date, window: Window, roll: bool) -> Deadline:
    """One deadline in this county, loading just the years it needs. For many, use :func:`day_table` once."""
    return deadline(start_on, window, day_table(*years_needed(start_on, window)), roll)
