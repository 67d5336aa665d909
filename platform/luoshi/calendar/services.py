"""Writes to the calendar. Deadlines stored elsewhere are not recomputed here: their owners do that."""

from datetime import date
from importlib.metadata import version

from chinese_calendar.constants import Holiday, holidays, workdays
from django.db import transaction

from luoshi.calendar.models import CalendarYear, DayKind, DayOverride
from luoshi.errors import Invalid, NotFound, Problem

FIRST_YEAR = 2018
"""Earliest year that is seeded; deadlines before it are history and come in with the import."""


@transaction.atomic
def years_seed() -> list[int]:
    """Enter the published arrangements from :data:`FIRST_YEAR` to the last year the package knows.

    A year that is complete is left exactly as its operator has it; in one begun by hand only the missing days
    are added. So it may run again at any time, and after an upgrade of the package it brings the new year.

    :returns: the years that were completed by this call.
    """
    complete = set(CalendarYear.objects.filter(is_complete=True).values_list("year", flat=True))
    last_year = max(day.year for day in holidays)
    years = [year for year in range(FIRST_YEAR, last_year + 1) if year not in complete]
    wanted = set(years)
    source = f"chinesecalendar {version('chinesecalendar')}"
    rows = [
        DayOverride(day=day, kind=kind, name=_chinese(name))
        for kind, table in ((DayKind.OFF, holidays), (DayKind.WORK, workdays))
        for day, name in table.items()
        if day.year in wanted
    ]
    DayOverride.objects.bulk_create(rows, ignore_conflicts=True)
    CalendarYear.objects.bulk_create(
        [CalendarYear(year=year, seeded_from=source, is_complete=True) for year in years],
        update_conflicts=True,
        unique_fields=["year"],
        update_fields=["seeded_from", "is_complete"],
    )
    return years


@transaction.atomic
def day_set(*, day: date, kind: DayKind | str, name: str = "") -> DayOverride:
    """Make ``day`` off or worked in this county, replacing what stood there.

    :raises Invalid: on an unknown kind or a name over 50 characters.
    """
    if kind not in DayKind.values:
        raise Invalid([Problem("kind", f"“{kind}”不是日历的安排，请填 off（放假）或 work（上班）。")])
    if len(name) > 50:
        raise Invalid([Problem("name", "名称不能超过50个字，请缩短。")])
    _year_begin(day.year)
    override, _ = DayOverride.objects.update_or_create(
        day=day, defaults={"kind": DayKind(kind), "name": name}
    )
    return override


@transaction.atomic
def day_clear(*, day: date) -> None:
    """Let ``day`` be what its weekday says again.

    :raises NotFound: when nothing was set for it.
    """
    deleted, _ = DayOverride.objects.filter(day=day).delete()
    if not deleted:
        raise NotFound(f"{day}没有设置放假或调休，无需清除。")


@transaction.atomic
def year_complete(*, year: int, complete: bool = True) -> CalendarYear:
    """Declare that the arrangement of ``year`` is entered in full, which ends the warnings; or take it back.

    :raises Invalid: outside 1950 to 2200.
    """
    row = _year_begin(year)
    row.is_complete = complete
    row.save(update_fields=["is_complete"])
    return row


def _year_begin(year: int) -> CalendarYear:
    if not 1950 <= year <= 2200:
        raise Invalid([Problem("year", f"{year}年不在日历范围内，请填1950至2200之间的年份。")])
    return CalendarYear.objects.get_or_create(year=year)[0]


def _chinese(name: str) -> str:
    """Chinese name of a holiday of the package, whose tables hold the English one."""
    return str(next((holiday.chinese for holiday in Holiday if holiday.value == name), name))
