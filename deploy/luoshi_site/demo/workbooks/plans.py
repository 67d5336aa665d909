"""How many of everything each county's workbooks hold. README.md says which a source has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class YearPlan:
    """One past session. ``process`` and ``result``: grades given on each axis; the rest is not evaluated.

    ``between``: how many were raised between sessions. ``silent``: how many have no contact at all.
    ``leaders_for_all``: a handling leader on every row (责任分解表), not only on key items.
    ``key_note``: a remark on every key item.
    """

    session: str
    total: int
    classes: Mapping[str, int]
    process: Mapping[str, int]
    result: Mapping[str, int]
    person_times: int
    key: int = 0
    between: int = 0
    silent: int = 0
    leaders_for_all: bool = False
    handled_by_leader: bool = True
    key_note: str = ""


@dataclass(frozen=True, slots=True)
class CountyPlan:
    """A county's workbooks. ``units_from``: day from which its units exist under these names."""

    code: str
    deputies: int
    namesakes: int
    units_from: date
    years: tuple[YearPlan, ...]


PLANS = (
    CountyPlan(
        "430422",
        deputies=298,
        namesakes=4,
        units_from=date(2019, 3, 1),
        years=(
            YearPlan(
                "17-4",
                total=149,
                classes={"A": 40, "B": 89, "C": 20},
                process={},
                result={"满意": 117, "基本满意": 32},
                person_times=268,
                leaders_for_all=True,
            ),
        ),
    ),
    CountyPlan(
        "431322",
        deputies=342,
        namesakes=3,
        units_from=date(2024, 6, 1),
        years=(
            YearPlan(
                "18-4",
                total=156,
                classes={"A": 61, "B": 52, "C": 34, "D": 9},
                process={"满意": 140, "基本满意": 13, "不满意": 1},
                result={"满意": 123, "基本满意": 27, "不满意": 4},
                person_times=412,
                key=9,
            ),
        ),
    ),
    CountyPlan(
        "430523",
        deputies=307,
        namesakes=3,
        units_from=date(2024, 6, 1),
        years=(
            YearPlan(
                "18-4",
                total=120,
                classes={"A": 46, "B": 53, "C": 17, "D": 4},
                process={"满意": 104, "基本满意": 12, "不满意": 2},
                result={"满意": 91, "基本满意": 22, "不满意": 5},
                person_times=231,
                key=15,
                between=7,
                silent=3,
                key_note="县委书记挂帅督办",
            ),
        ),
    ),
    CountyPlan(
        "620200",
        deputies=176,
        namesakes=2,
        units_from=date(2021, 1, 1),
        years=(
            YearPlan(
                "12-1",
                total=168,
                classes={"A": 71, "B": 58, "C": 29, "D": 10},
                process={"满意": 149, "基本满意": 17, "不满意": 1},
                result={"满意": 128, "基本满意": 33, "不满意": 5},
                person_times=402,
                key=13,
                between=9,
                handled_by_leader=False,
            ),
            YearPlan(
                "12-2",
                total=175,
                classes={"A": 79, "B": 59, "C": 28, "D": 9},
                process={"满意": 160, "基本满意": 14, "不满意": 1},
                result={"满意": 139, "基本满意": 31, "不满意": 3},
                person_times=431,
                key=14,
                between=12,
                handled_by_leader=False,
            ),
            YearPlan(
                "12-3",
                total=177,
                classes={"A": 86, "B": 57, "C": 26, "D": 8},
                process={"满意": 166, "基本满意": 11},
                result={"满意": 149, "基本满意": 25, "不满意": 2},
                person_times=448,
                key=14,
                between=11,
                handled_by_leader=False,
            ),
        ),
    ),
    CountyPlan(
        "330521",
        deputies=236,
        namesakes=3,
        units_from=date(2021, 1, 1),
        years=(
            YearPlan(
                "17-1",
                total=110,
                classes={"A": 55, "B": 39, "C": 11, "D": 5},
                process={},
                result={"满意": 98, "基本满意": 9, "不满意": 1},
                person_times=287,
                key=8,
                between=10,
                silent=1,
            ),
        ),
    ),
)
