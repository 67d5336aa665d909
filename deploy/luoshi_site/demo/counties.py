"""The five source counties, their provinces, sessions and rules, as frozen values.

Names, codes and the figures of the sources are real; everything else is invented, so that five counties
differ as five counties do. ``workbooks/README.md`` says figure by figure which is which.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from luoshi.calendar.types import Start, Unit, Window
from luoshi.lifecycle.states import Grade, ResultClass
from luoshi.suggestions.county_settings import (
    Axis,
    CountySettings,
    JointReply,
    KeyCounting,
    ResultLetter,
    Windows,
)

WORKBOOKS = Path(__file__).parent / "workbooks"


@dataclass(frozen=True, slots=True)
class DemoProvince:
    """A province. ``host``: first label of its address."""

    code: str
    name: str
    host: str


@dataclass(frozen=True, slots=True)
class DemoCity:
    """A city that has counties."""

    code: str
    name: str
    province: str


@dataclass(frozen=True, slots=True)
class DemoTerm:
    """A congress term. ``starts_on`` is invented."""

    number: int
    starts_on: date


@dataclass(frozen=True, slots=True)
class DemoSession:
    """A session whose suggestions are a past year. Its days are invented, ``handed_over_on`` where said so.

    ``code``: term and session, ``17-4``. ``year``: in which the suggestions were handled.
    """

    code: str
    name: str
    year: int
    opened_on: date
    closed_on: date
    handed_over_on: date


@dataclass(frozen=True, slots=True)
class DemoCounty:
    """A county (or a city without counties) with its rules and the workbooks of its past years.

    ``methods``: slug and options of each method that it practises by its source.
    """

    code: str
    name: str
    level: str
    province: str
    city: str | None
    host: str
    term: DemoTerm
    sessions: tuple[DemoSession, ...]
    settings: CountySettings
    methods: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def units_workbook(self) -> Path:
        """Its handling units."""
        return WORKBOOKS / self.code / "units.xlsx"

    @property
    def deputies_workbook(self) -> Path:
        """Its deputies."""
        return WORKBOOKS / self.code / "deputies.xlsx"

    @property
    def accounts_workbook(self) -> Path:
        """Its demonstration accounts, without passwords."""
        return WORKBOOKS / self.code / "accounts.xlsx"

    def past_workbook(self, session: str) -> Path:
        """The suggestions of one past session, such as ``17-4``."""
        return WORKBOOKS / self.code / f"past-{session}.xlsx"


PROVINCES = (
    DemoProvince("430000", "湖南省", "hunan"),
    DemoProvince("620000", "甘肃省", "gansu"),
    DemoProvince("330000", "浙江省", "zhejiang"),
)
CITIES = (
    DemoCity("430400", "衡阳市", "430000"),
    DemoCity("431300", "娄底市", "430000"),
    DemoCity("430500", "邵阳市", "430000"),
    DemoCity("330500", "湖州市", "330000"),
)

_GREEN, _BLUE, _AMBER, _GREY = "#15803d", "#1d4ed8", "#b45309", "#6b7280"


def _letters(*entries: tuple[str, str, ResultClass, str]) -> tuple[ResultLetter, ...]:
    return tuple(
        ResultLetter(code=code, label=label, result_class=meaning, colour=colour)
        for code, label, meaning, colour in entries
    )


# 衡南's three letters are its report's own words. The others' schemes are invented.
_HENGNAN_SCHEME = _letters(
    ("A", "已经解决或基本解决", ResultClass.RESOLVED, _GREEN),
    ("B", "正在解决或列入计划逐步解决", ResultClass.IN_PROGRESS, _BLUE),
    ("C", "因客观条件限制暂时无法解决", ResultClass.DEFERRED, _AMBER),
)
_XINHUA_SCHEME = _letters(
    ("A", "已经解决或基本解决", ResultClass.RESOLVED, _GREEN),
    ("B", "正在解决", ResultClass.IN_PROGRESS, _BLUE),
    ("C", "列入计划逐步解决", ResultClass.PLANNED, _AMBER),
    ("D", "因条件限制暂不能解决", ResultClass.DEFERRED, _GREY),
)
_SHAOYANG_SCHEME = _letters(
    ("A", "已经解决", ResultClass.RESOLVED, _GREEN),
    ("B", "正在解决或列入计划", ResultClass.IN_PROGRESS, _BLUE),
    ("C", "暂时不能解决", ResultClass.DEFERRED, _AMBER),
    ("D", "留作参考", ResultClass.REFERENCE_ONLY, _GREY),
)
_JIAYUGUAN_SCHEME = _letters(
    ("A", "已经解决或基本解决", ResultClass.RESOLVED, _GREEN),
    ("B", "正在解决", ResultClass.IN_PROGRESS, _BLUE),
    ("C", "列入计划", ResultClass.PLANNED, _AMBER),
    ("D", "不可行或留作参考", ResultClass.NOT_FEASIBLE, _GREY),
)
_DEQING_SCHEME = _letters(
    ("A", "已经解决", ResultClass.RESOLVED, _GREEN),
    ("B", "正在解决", ResultClass.IN_PROGRESS, _BLUE),
    ("C", "留作参考", ResultClass.REFERENCE_ONLY, _AMBER),
    ("D", "因条件限制暂不能解决", ResultClass.DEFERRED, _GREY),
)

_RESULT_AXIS = (Axis(code="result", label="办理结果"),)
_TWO_AXES = (Axis(code="process", label="办理态度"), Axis(code="result", label="办理结果"))

HENGNAN = DemoCounty(
    code="430422",
    name="衡南县",
    level="county",
    province="430000",
    city="430400",
    host="hengnan",
    term=DemoTerm(17, date(2016, 12, 20)),
    sessions=(
        DemoSession(
            "17-4",
            "衡南县第十七届人民代表大会第四次会议",
            2019,
            date(2019, 4, 9),
            date(2019, 4, 12),
            date(2019, 5, 23),  # the report
        ),
    ),
    settings=CountySettings(result_scheme=_HENGNAN_SCHEME, axes=_RESULT_AXIS),
    methods={
        "three-meetings": {  # HN-14
            "name": "三访",
            "meeting": "走访",
            "before_word": "办前走访",
            "during_word": "办中拜访",
            "after_word": "办后回访",
            "public_column": True,
        }
    },
)
XINHUA = DemoCounty(
    code="431322",
    name="新化县",
    level="county",
    province="430000",
    city="431300",
    host="xinhua",
    term=DemoTerm(18, date(2021, 12, 28)),
    sessions=(
        DemoSession(
            "18-4",
            "新化县第十八届人民代表大会第四次会议",
            2025,
            date(2025, 1, 14),
            date(2025, 1, 17),
            date(2025, 4, 28),  # the article
        ),
    ),
    settings=CountySettings(
        windows=Windows(acceptance=Window(3, Unit.WORKING_DAY, Start.HAND_OVER)),
        result_scheme=_XINHUA_SCHEME,
        axes=_TWO_AXES,
        trigger_grades=frozenset({Grade.BASICALLY, Grade.DISSATISFIED}),  # XH-08
        key_counting=KeyCounting.INSIDE,
    ),
    methods={"three-meetings": {"modes": ["visit", "meeting", "inspection"]}},  # XH-02
)
SHAOYANG = DemoCounty(
    code="430523",
    name="邵阳县",
    level="county",
    province="430000",
    city="430500",
    host="shaoyang",
    term=DemoTerm(18, date(2021, 12, 22)),
    sessions=(
        DemoSession(
            "18-4",
            "邵阳县第十八届人民代表大会第四次会议",
            2025,
            date(2025, 1, 7),
            date(2025, 1, 10),
            date(2025, 3, 20),
        ),
    ),
    settings=CountySettings(
        windows=Windows(
            return_request=Window(7, Unit.WORKING_DAY, Start.HAND_OVER),
            rehandling=Window(1, Unit.MONTH, Start.NOTICE),  # SY-14
        ),
        result_scheme=_SHAOYANG_SCHEME,
        axes=(Axis(code="process", label="办理答复"), Axis(code="result", label="办理结果")),  # the article
    ),
)
JIAYUGUAN = DemoCounty(
    code="620200",
    name="嘉峪关市",
    level="city",
    province="620000",
    city=None,
    host="jiayuguan",
    term=DemoTerm(12, date(2021, 12, 8)),
    sessions=(
        DemoSession(
            "12-1",
            "嘉峪关市第十二届人民代表大会第一次会议",
            2022,
            date(2021, 12, 8),
            date(2021, 12, 11),
            date(2022, 1, 20),
        ),
        DemoSession(
            "12-2",
            "嘉峪关市第十二届人民代表大会第二次会议",
            2023,
            date(2023, 1, 4),
            date(2023, 1, 7),
            date(2023, 2, 22),
        ),
        DemoSession(
            "12-3",
            "嘉峪关市第十二届人民代表大会第三次会议",
            2024,
            date(2024, 1, 9),
            date(2024, 1, 12),
            date(2024, 2, 27),
        ),
    ),
    settings=CountySettings(
        windows=Windows(evaluation=Window(10, Unit.WORKING_DAY, Start.RECEIPT)),
        result_scheme=_JIAYUGUAN_SCHEME,
        axes=(Axis(code="process", label="答复满意度"), Axis(code="result", label="落实满意度")),  # JY-16
    ),
    methods={
        "three-meetings": {  # JY-10: what is missing is flagged, nothing is held up
            "name": "三反馈",
            "meeting": "反馈",
            "before_word": "受理前反馈",
            "during_word": "办理中反馈",
            "after_word": "办结后反馈",
            "before": "watch",
            "during": "watch",
            "after": "watch",
            "modes": ["visit", "meeting", "inspection", "phone", "draft_opinion", "written"],
            "face_to_face": 0,
        }
    },
)
DEQING = DemoCounty(
    code="330521",
    name="德清县",
    level="county",
    province="330000",
    city="330500",
    host="deqing",
    term=DemoTerm(17, date(2022, 1, 18)),
    sessions=(
        DemoSession(
            "17-1",
            "德清县第十七届人民代表大会第一次会议",
            2022,
            date(2022, 1, 18),
            date(2022, 1, 21),
            date(2022, 3, 3),
        ),
    ),
    settings=CountySettings(
        windows=Windows(  # the province's rules (省的办理规定)
            co_opinion=Window(2, Unit.MONTH, Start.HAND_OVER),
            return_request=Window(10, Unit.NATURAL_DAY, Start.HAND_OVER),
        ),
        result_scheme=_DEQING_SCHEME,
        axes=_RESULT_AXIS,
        joint_reply=JointReply.ALL,
    ),
)
COUNTIES = (HENGNAN, XINHUA, SHAOYANG, JIAYUGUAN, DEQING)


def county_by_code(code: str) -> DemoCounty:
    """One of the five.

    :raises KeyError: for any other code.
    """
    return {county.code: county for county in COUNTIES}[code]
