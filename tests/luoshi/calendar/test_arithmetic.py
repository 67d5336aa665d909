"""民法典 201–203 over the real tables of 2018 to 2026: the fixtures of HN-17, SY-14 and domain.md B12."""

from datetime import date, timedelta

import pytest
from chinese_calendar.constants import holidays, workdays
from hypothesis import given
from hypothesis import strategies as st

from luoshi.calendar.arithmetic import days_left, deadline, months_add, working_days_between, years_needed
from luoshi.calendar.types import DayTable, Deadline, Start, Unit, Window

SEEDED = range(2018, 2027)
REAL = DayTable(2018, 2060, frozenset(SEEDED), frozenset(holidays), frozenset(workdays))


def months(number: int) -> Window:
    return Window(number, Unit.MONTH, Start.HAND_OVER)


def working_days(number: int) -> Window:
    return Window(number, Unit.WORKING_DAY, Start.RECEIPT)


def natural_days(number: int) -> Window:
    return Window(number, Unit.NATURAL_DAY, Start.NOTICE)


@pytest.mark.parametrize(
    ("start_on", "number", "plain", "rolled"),
    [
        (date(2019, 5, 23), 1, date(2019, 6, 23), date(2019, 6, 24)),  # HN-17, a Sunday
        (date(2019, 5, 23), 3, date(2019, 8, 23), date(2019, 8, 23)),  # HN-17, a Friday
        (date(2019, 5, 23), 6, date(2019, 11, 23), date(2019, 11, 25)),  # a Saturday
        (date(2024, 11, 30), 3, date(2025, 2, 28), date(2025, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29), date(2024, 2, 29)),  # a leap year
        (date(2025, 1, 31), 1, date(2025, 2, 28), date(2025, 2, 28)),  # SY-14
        (date(2025, 7, 1), 3, date(2025, 10, 1), date(2025, 10, 9)),  # over the whole National Day
        (date(2025, 1, 27), 3, date(2025, 4, 27), date(2025, 4, 27)),  # a Sunday that is a make-up workday
        (date(2025, 1, 8), 1, date(2025, 2, 8), date(2025, 2, 8)),  # a Saturday that is a make-up workday
    ],
)
def test_months(start_on: date, number: int, plain: date, rolled: date) -> None:
    assert deadline(start_on, months(number), REAL, roll=False) == Deadline(plain)
    assert deadline(start_on, months(number), REAL, roll=True) == Deadline(rolled)


@pytest.mark.parametrize(
    ("start_on", "number", "due_on"),
    [
        # Apr 29, 30, May 6-9, 12-15: May 1-5 are off, and the make-up workday Apr 27 lies before the start.
        (date(2025, 4, 28), 10, date(2025, 5, 15)),
        # One day earlier the start itself, a make-up Sunday, is not counted but Apr 28 is.
        (date(2025, 4, 26), 1, date(2025, 4, 27)),
        (date(2025, 4, 27), 10, date(2025, 5, 14)),
        (date(2025, 9, 27), 2, date(2025, 9, 29)),  # 09-28, a Sunday, is worked
        (date(2025, 12, 31), 1, date(2026, 1, 4)),  # Jan 1-3 off, Sunday Jan 4 worked
        (date(2025, 5, 16), 1, date(2025, 5, 19)),
    ],
)
def test_working_days(start_on: date, number: int, due_on: date) -> None:
    assert deadline(start_on, working_days(number), REAL, roll=False) == Deadline(due_on)
    assert deadline(start_on, working_days(number), REAL, roll=True) == Deadline(due_on)
    assert working_days_between(start_on, due_on, REAL) == number


def test_natural_days_are_not_working_days() -> None:
    assert deadline(date(2025, 4, 25), natural_days(10), REAL, roll=False) == Deadline(date(2025, 5, 5))
    assert deadline(date(2025, 4, 25), natural_days(10), REAL, roll=True) == Deadline(date(2025, 5, 6))
    assert deadline(date(2025, 4, 25), working_days(10), REAL, roll=True) == Deadline(date(2025, 5, 13))


def test_deadline_in_unseeded_year_warns() -> None:
    assert deadline(date(2026, 10, 8), months(3), REAL, roll=True) == Deadline(date(2027, 1, 8), (2027,))
    # Without rolling no table is asked, so there is nothing to warn of.
    assert deadline(date(2026, 10, 8), months(3), REAL, roll=False) == Deadline(date(2027, 1, 8))
    # The last day itself lies in a known year and is worked.
    assert deadline(date(2026, 9, 30), months(3), REAL, roll=True) == Deadline(date(2026, 12, 30))
    # Counting starts on the day after, so nothing leans on 2026.
    assert deadline(date(2026, 12, 31), working_days(2), REAL, roll=True).unseeded_years == (2027,)
    two_years = deadline(date(2026, 12, 30), working_days(366), REAL, roll=True)
    assert two_years.unseeded_years == (2027, 2028)
    assert two_years.warning == (
        "2027年、2028年的节假日和调休安排尚未录入，此期限暂按周末推算；请在日历中录入后重新核对。"
    )
    assert deadline(date(2025, 1, 1), months(1), REAL, roll=True).warning == ""


def test_year_outside_the_table_is_an_error() -> None:
    table = DayTable(2025, 2025, frozenset({2025}), frozenset(), frozenset())
    with pytest.raises(ValueError, match="holds 2025 to 2025, not 2026"):
        deadline(date(2025, 12, 31), working_days(1), table, roll=False)
    with pytest.raises(ValueError, match="holds 2025 to 2025, not 2024"):
        table.is_working(date(2024, 12, 31))
    assert table.is_working(date(2025, 12, 31)) is True


def test_override_beats_weekday_and_work_beats_off() -> None:
    day = date(2030, 5, 5)  # a Sunday
    assert DayTable(2030, 2030, frozenset(), frozenset(), frozenset()).is_working(day) is False
    assert DayTable(2030, 2030, frozenset(), frozenset(), frozenset({day})).is_working(day) is True
    assert DayTable(2030, 2030, frozenset(), frozenset({day}), frozenset({day})).is_working(day) is True
    assert (
        DayTable(2030, 2030, frozenset(), frozenset({date(2030, 5, 6)}), frozenset()).is_working(
            date(2030, 5, 6)
        )
        is False
    )


def test_days_left() -> None:
    assert days_left(date(2019, 8, 20), date(2019, 8, 23)) == 3
    assert days_left(date(2019, 8, 23), date(2019, 8, 23)) == 0
    assert days_left(date(2019, 8, 24), date(2019, 8, 23)) == -1


def test_working_days_between_counts_after_the_start() -> None:
    assert working_days_between(date(2025, 4, 30), date(2025, 5, 6), REAL) == 1
    assert working_days_between(date(2025, 5, 6), date(2025, 4, 30), REAL) == -1
    assert working_days_between(date(2025, 5, 6), date(2025, 5, 6), REAL) == 0


DAYS = st.dates(date(2018, 1, 1), date(2030, 12, 31))
WINDOWS = st.builds(
    Window, st.integers(1, 366), st.sampled_from([Unit.NATURAL_DAY, Unit.WORKING_DAY]), st.sampled_from(Start)
) | st.builds(Window, st.integers(1, 120), st.just(Unit.MONTH), st.sampled_from(Start))


@given(DAYS, WINDOWS, st.booleans())
def test_due_after_start(start_on: date, window: Window, roll: bool) -> None:
    assert deadline(start_on, window, REAL, roll).due_on > start_on


@given(DAYS, WINDOWS)
def test_rolled_is_worked_and_the_first_such_day(start_on: date, window: Window) -> None:
    plain = deadline(start_on, window, REAL, roll=False).due_on
    rolled = deadline(start_on, window, REAL, roll=True).due_on
    assert REAL.is_working(rolled)
    skipped = [plain + timedelta(days=number) for number in range((rolled - plain).days)]
    assert [day for day in skipped if REAL.is_working(day)] == []


@given(DAYS, st.integers(0, 60), WINDOWS, st.booleans())
def test_later_start_is_never_due_earlier(start_on: date, later: int, window: Window, roll: bool) -> None:
    first = deadline(start_on, window, REAL, roll).due_on
    assert deadline(start_on + timedelta(days=later), window, REAL, roll).due_on >= first


@given(DAYS, WINDOWS, st.booleans())
def test_longer_window_is_never_due_earlier(start_on: date, window: Window, roll: bool) -> None:
    if window.number > 1:
        shorter = Window(window.number - 1, window.unit, window.start)
        assert deadline(start_on, shorter, REAL, roll).due_on <= deadline(start_on, window, REAL, roll).due_on


@given(DAYS, WINDOWS)
def test_years_needed_always_suffice(start_on: date, window: Window) -> None:
    first, last = years_needed(start_on, window)
    narrow = DayTable(first, last, REAL.seeded, REAL.off, REAL.work)
    assert deadline(start_on, window, narrow, roll=True) == deadline(start_on, window, REAL, roll=True)


@given(DAYS, st.integers(1, 366))
def test_working_days_count_back_to_the_number(start_on: date, number: int) -> None:
    due_on = deadline(start_on, working_days(number), REAL, roll=False).due_on
    assert working_days_between(start_on, due_on, REAL) == number


@given(DAYS, st.integers(1, 60))
def test_months_end_on_corresponding_day_or_month_end(start_on: date, number: int) -> None:
    end = months_add(start_on, number)
    assert (end.year * 12 + end.month) - (start_on.year * 12 + start_on.month) == number
    assert end.day == start_on.day or (end.day < start_on.day and (end + timedelta(days=1)).day == 1)
