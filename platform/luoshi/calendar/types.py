"""The values of the clock: what a legal window (期限) is, which days are worked, when something falls due."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as checked_dataclass

SATURDAY = 5


class Unit(StrEnum):
    """What a window is counted in. Days and working days are never mixed up (domain.md C9)."""

    NATURAL_DAY = "natural_day"  # 自然日
    WORKING_DAY = "working_day"  # 工作日
    MONTH = "month"  # 月

    @property
    def label(self) -> str:
        """Chinese name with its measure word, to stand after a number."""
        return {"natural_day": "个自然日", "working_day": "个工作日", "month": "个月"}[self.value]


class Start(StrEnum):
    """The event from whose day a window runs."""

    HAND_OVER = "hand_over"  # 交办
    RECEIPT = "receipt"  # 收到
    NOTICE = "notice"  # 通知

    @property
    def label(self) -> str:
        """Chinese name, as in “自交办之日起”."""
        return {"hand_over": "交办", "receipt": "收到", "notice": "通知"}[self.value]


@checked_dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Window:
    """A legal window: ``number`` of ``unit`` from the day of ``start`` (HN-17: 3 months from the hand-over).

    Checked by pydantic, so it may stand as a field in a county's typed settings.

    :raises pydantic.ValidationError: when ``number`` is not 1 to 366, or a name is unknown.
    """

    number: Annotated[int, Field(ge=1, le=366, strict=True, title="数量")]
    unit: Annotated[Unit, Field(title="单位")]
    start: Annotated[Start, Field(title="起算")]

    def __str__(self) -> str:
        return f"{self.number}{self.unit.label}，自{self.start.label}之日起"


@dataclass(frozen=True, slots=True)
class DayTable:
    """The holidays (off) and make-up workdays (调休, work) of ``first_year`` to ``last_year``, as a value.

    ``seeded``: years whose arrangement is complete. In another year weekends alone are known, and a result
    that leans on it says so (:attr:`Deadline.unseeded_years`).
    """

    first_year: int
    last_year: int
    seeded: frozenset[int]
    off: frozenset[date]
    work: frozenset[date]

    def is_working(self, day: date) -> bool:
        """Whether ``day`` is worked: make-up workdays before holidays before weekends.

        :raises ValueError: when the table was not loaded for the year of ``day``; answering would be a guess.
        """
        if not self.first_year <= day.year <= self.last_year:
            raise ValueError(f"the day table holds {self.first_year} to {self.last_year}, not {day.year}")
        if day in self.work:
            return True
        return day not in self.off and day.weekday() < SATURDAY


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a window. ``unseeded_years``: years it leans on whose holidays are not entered yet."""

    due_on: date
    unseeded_years: tuple[int, ...] = ()

    @property
    def warning(self) -> str:
        """Chinese sentence to show beside the date; empty when every year needed is known."""
        if not self.unseeded_years:
            return ""
        years = "、".join(f"{year}年" for year in self.unseeded_years)
        return f"{years}的节假日和调休安排尚未录入，此期限暂按周末推算；请在日历中录入后重新核对。"
