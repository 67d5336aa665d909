"""The county's table of days: seeded once, edited after, read by one query."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from luoshi.calendar.models import CalendarYear, DayKind, DayOverride
from luoshi.calendar.selectors import day_table, deadline_find
from luoshi.calendar.services import day_clear, day_set, year_complete, years_seed
from luoshi.calendar.types import Deadline, Start, Unit, Window
from luoshi.errors import Invalid, NotFound
from luoshi_tenants.context import county_context

pytestmark = pytest.mark.pg15

REPLY = Window(3, Unit.MONTH, Start.HAND_OVER)
RETURN = Window(10, Unit.WORKING_DAY, Start.RECEIPT)


@pytest.fixture
def empty(county: Any) -> Any:
    """A county whose calendar nobody has filled, whatever its provisioning brings along."""
    DayOverride.objects.all().delete()
    CalendarYear.objects.all().delete()
    return county


def rows() -> list[tuple[date, str, str]]:
    return list(DayOverride.objects.values_list("day", "kind", "name"))


def test_seed_brings_the_published_years(empty: Any) -> None:
    assert years_seed() == list(range(2018, 2027))
    assert list(CalendarYear.objects.values_list("year", "is_complete").order_by("year")) == [
        (year, True) for year in range(2018, 2027)
    ]
    may = DayOverride.objects.filter(day__year=2025, day__month__in=(4, 5), name="劳动节").values_list(
        "day", "kind"
    )
    assert list(may) == [
        (date(2025, 4, 27), "work"),
        (date(2025, 5, 1), "off"),
        (date(2025, 5, 2), "off"),
        (date(2025, 5, 3), "off"),
        (date(2025, 5, 4), "off"),
        (date(2025, 5, 5), "off"),
    ]
    assert DayOverride.objects.filter(day__gt=date(2026, 12, 31)).count() == 0
    assert DayOverride.objects.filter(day__lt=date(2018, 1, 1)).count() == 0


def test_seed_twice_changes_nothing_and_keeps_edits(empty: Any) -> None:
    years_seed()
    day_clear(day=date(2025, 5, 2))
    day_set(day=date(2025, 5, 3), kind="work", name="抗洪值守")
    before = rows()
    assert years_seed() == []
    assert rows() == before


def test_seed_completes_a_year_begun_by_hand_without_overwriting(empty: Any) -> None:
    day_set(day=date(2026, 1, 1), kind="work", name="值守")
    assert CalendarYear.objects.get(year=2026).is_complete is False
    assert 2026 in years_seed()
    assert CalendarYear.objects.get(year=2026).is_complete is True
    assert DayOverride.objects.get(day=date(2026, 1, 1)).kind == "work"
    assert DayOverride.objects.get(day=date(2026, 1, 2)).kind == "off"


def test_deadlines_over_the_seeded_table(empty: Any) -> None:
    years_seed()
    assert deadline_find(start_on=date(2025, 4, 28), window=RETURN, roll=True) == Deadline(date(2025, 5, 15))
    assert deadline_find(start_on=date(2019, 5, 23), window=REPLY, roll=True) == Deadline(date(2019, 8, 23))
    late = deadline_find(start_on=date(2026, 12, 1), window=REPLY, roll=True)
    assert late == Deadline(date(2027, 3, 1), (2027,))


def test_an_empty_calendar_warns_of_every_year(empty: Any) -> None:
    found = deadline_find(start_on=date(2025, 4, 28), window=RETURN, roll=True)
    assert found == Deadline(date(2025, 5, 12), (2025,))


def test_declaring_a_year_complete_ends_its_warning(empty: Any) -> None:
    years_seed()
    day_set(day=date(2027, 3, 1), kind=DayKind.OFF, name="地方假")
    assert deadline_find(start_on=date(2026, 12, 1), window=REPLY, roll=True) == Deadline(
        date(2027, 3, 2), (2027,)
    )
    year_complete(year=2027)
    assert deadline_find(start_on=date(2026, 12, 1), window=REPLY, roll=True) == Deadline(date(2027, 3, 2))
    year_complete(year=2027, complete=False)
    assert deadline_find(start_on=date(2026, 12, 1), window=REPLY, roll=True).unseeded_years == (2027,)


def test_day_table_is_one_query_and_only_its_years(empty: Any) -> None:
    years_seed()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        table = day_table(2024, 2025)
    assert len(queries) == 1
    assert (table.first_year, table.last_year, table.seeded) == (2024, 2025, frozenset({2024, 2025}))
    assert {day.year for day in table.off | table.work} == {2024, 2025}
    assert (len(table.off), len(table.work)) == (56, 13)
    with pytest.raises(ValueError, match="holds nothing"):
        day_table(2025, 2024)


def test_setting_a_day_again_replaces_it(empty: Any) -> None:
    day_set(day=date(2025, 6, 7), kind="work", name="调休")
    day_set(day=date(2025, 6, 7), kind="off")
    assert rows() == [(date(2025, 6, 7), "off", "")]
    day_clear(day=date(2025, 6, 7))
    assert rows() == []


def test_wrong_input_is_refused_in_chinese(empty: Any) -> None:
    with pytest.raises(Invalid) as kind:
        day_set(day=date(2025, 6, 7), kind="holiday")
    assert kind.value.message == "“holiday”不是日历的安排，请填 off（放假）或 work（上班）。"
    with pytest.raises(Invalid) as name:
        day_set(day=date(2025, 6, 7), kind="off", name="长" * 51)
    assert name.value.message == "名称不能超过50个字，请缩短。"
    with pytest.raises(Invalid) as year:
        year_complete(year=1949)
    assert year.value.message == "1949年不在日历范围内，请填1950至2200之间的年份。"
    with pytest.raises(NotFound) as missing:
        day_clear(day=date(2025, 6, 7))
    assert missing.value.message == "2025-06-07没有设置放假或调休，无需清除。"
    assert rows() == []
    assert CalendarYear.objects.count() == 0


def test_the_database_holds_the_rules_too(empty: Any) -> None:
    DayOverride.objects.create(day=date(2025, 6, 7), kind="off")
    CalendarYear.objects.create(year=2025)
    for name, wrong in (
        ("calendar_day_unique", DayOverride(day=date(2025, 6, 7), kind="work")),
        ("calendar_day_kind_valid", DayOverride(day=date(2025, 6, 8), kind="rest")),
        ("calendar_year_unique", CalendarYear(year=2025)),
        ("calendar_year_range", CalendarYear(year=1900)),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            wrong.save()


def test_each_county_has_its_own_table(two_counties: Any) -> None:
    first, second = two_counties
    for county in (first, second):
        with county_context(county):
            DayOverride.objects.all().delete()
            CalendarYear.objects.all().delete()
    with county_context(first):
        day_set(day=date(2025, 6, 9), kind="off", name="地方假")
    with county_context(second):
        assert day_table(2025, 2025).off == frozenset()
    with county_context(first):
        assert day_table(2025, 2025).off == frozenset({date(2025, 6, 9)})
