"""Percents from integers, half-up, never forced to 100."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.statistics.percent import difference, percent, ratio, sum_note


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (40, 149, "26.85"),
        (89, 149, "59.73"),
        (20, 149, "13.42"),
        (117, 149, "78.52"),
        (32, 149, "21.48"),
        (1577, 3276, "48.14"),
        (2236, 3276, "68.25"),
        (41, 520, "7.88"),
        (148, 149, "99.33"),
        (149, 149, "100.00"),
        (0, 149, "0.00"),
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (1, 20_000, "0.01"),  # exactly half of a hundredth goes up
        (3, 20_000, "0.02"),
        (1, 20_001, "0.00"),
        (1, 7, "14.29"),
    ],
)
def test_the_percent_that_the_report_prints(part: int, whole: int, printed: str) -> None:
    assert percent(part, whole) == printed


def test_there_is_no_percent_of_nothing() -> None:
    assert percent(0, 0) is None
    assert ratio(0, 0) is None


@pytest.mark.parametrize(("part", "whole"), [(-1, 3), (1, -3)])
def test_a_negative_count_is_a_mistake(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        percent(part, whole)


def test_the_mean_of_contacts() -> None:
    assert ratio(268, 149) == "1.80"


@given(part=st.integers(0, 10**12), whole=st.integers(1, 10**12))
def test_half_up_to_the_hundredth_of_the_exact_fraction(part: int, whole: int) -> None:
    exact = Fraction(100 * part, whole)
    printed = percent(part, whole)
    assert printed is not None
    assert len(printed.split(".")[1]) == 2
    # Half-up: at most half a hundredth above, less than half a hundredth below.
    assert -Fraction(1, 200) < Fraction(printed) - exact <= Fraction(1, 200)


def test_parts_that_add_up_say_nothing() -> None:
    assert sum_note(["26.85", "59.73", "13.42"]) == ""
    assert sum_note([]) == ""
    assert sum_note([None, None]) == ""


def test_three_thirds_are_left_as_they_are_and_it_is_said() -> None:
    thirds = [percent(1, 3)] * 3
    assert thirds == ["33.33", "33.33", "33.33"]
    assert sum_note(thirds) == "因四舍五入，各项百分比合计为 99.99%，不等于 100%"


def test_more_than_a_hundred_is_said_too() -> None:
    parts = [percent(1, 8)] * 8  # 12.50
    assert sum_note(parts) == ""
    sixths = [percent(1, 6)] * 6  # 16.67
    assert sum_note(sixths) == "因四舍五入，各项百分比合计为 100.02%，不等于 100%"


def test_the_gap_between_two_percents() -> None:
    assert difference("100.00", "26.85") == "73.15"
    assert difference("26.85", "100.00") == "-73.15"
    assert difference(None, "26.85") is None
    assert difference("26.85", None) is None
