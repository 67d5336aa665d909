"""评价: grades on each axis, out of the forms that came back (HN-03; 重庆 29条).

Who did not evaluate, or let the window lapse, is counted as not evaluated and never as satisfied. The latest
grade of a suggestion on an axis is that of the last round in which one was given: silence after a re-handling
heals no dissatisfaction. Grades of the first round are kept beside the latest, and so is what deputies gave
themselves, without what staff entered for them.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from luoshi.lifecycle.states import Grade
from luoshi.statistics.definition import COUNTED, Definition
from luoshi.statistics.facts import ANSWERED, heard_later, with_asked_round
from luoshi.statistics.percent import percent, sum_note
from luoshi.statistics.scope import Scope
from luoshi.suggestions.models import Evaluation

_OF_RECEIVED = "该维度收回的评价数；未反馈和逾期未评的不计入分母"
_DUE_CASES = COUNTED & (Q(main_state__in=ANSWERED) | Q(main_round__gt=1))
DUE = Definition(
    "evaluations.due",
    "应评价",
    "已答复代表、可以评价的件数；并案的在主件答复后由各自的领衔代表评价，各计一件",
    "HN-03",
    _DUE_CASES,
    "已答复件数",
)
UNHEARD_AFTER_REHANDLING = Definition(
    "reopened.unheard_after_rehandling",
    "重办后未再评价",
    "重新办理并再次答复后代表没有再评价（含逾期未评）、仍以此前评价计入最近评价的件数；沉默不改变原评价",
    "重庆29条",
    COUNTED & Q(has_grade=True, has_grade_of_asked_round=False),
    "应评价件数",
)


@dataclass(frozen=True, slots=True)
class GradeItem:
    """One grade. ``percent``: of the evaluations received."""

    grade: str
    label: str
    count: int
    percent: str | None


@dataclass(frozen=True, slots=True)
class Grades:
    """The grades of one axis in one round."""

    base: int
    not_evaluated: int
    items: tuple[GradeItem, ...]
    satisfied_percent: str | None
    satisfied_or_basically_percent: str | None
    note: str


@dataclass(frozen=True, slots=True)
class AxisBlock:
    """One axis: the latest evaluation of each suggestion, and the first one apart.

    ``received_percent``: 收回率, received out of due. ``by_proxy``: of the base, entered by staff from paper.
    ``without_proxy``: the last grade that the deputies gave themselves, so that no entry by staff replaces
    one. ``unheard_after_rehandling``: of the base, grades of an earlier round that stand because the deputy
    has not been heard since the suggestion was replied to again.
    """

    label: str
    due: int
    base: int
    not_evaluated: int
    received_percent: str | None
    items: tuple[GradeItem, ...]
    satisfied_percent: str | None
    satisfied_or_basically_percent: str | None
    note: str
    by_proxy: int
    unheard_after_rehandling: int
    first_round: Grades
    without_proxy: Grades


class _Counted(NamedTuple):
    """Counts of one grade on one axis."""

    latest: int = 0
    first: int = 0
    proxy: int = 0
    in_person: int = 0
    unheard: int = 0


MOST_KNOWN = 256
"""Definitions that are kept: a page asks for the same ones hundreds of times, and making one takes long.

They hold conditions and no rows, so that they are the same in every county.
"""


def _latest(axis: str) -> QuerySet[Evaluation]:
    return Evaluation.objects.filter(suggestion_id=OuterRef("pk"), axis=axis).exclude(heard_later())


@lru_cache(maxsize=MOST_KNOWN)
def grade_definition(axis: str, axis_label: str, grade: Grade) -> Definition:
    """The figure of one grade on one axis."""
    return Definition(
        f"evaluations.{axis}.{grade.value}",
        f"{axis_label}：{grade.label}",
        f"代表最近一次评价中对{axis_label}评为{grade.label}的件数；重新办理后没有再评价的，原评价仍然计入",
        "HN-03",
        COUNTED & Q(Exists(_latest(axis).filter(grade=grade))),
        _OF_RECEIVED,
    )


@lru_cache(maxsize=MOST_KNOWN)
def not_evaluated_definition(axis: str, axis_label: str) -> Definition:
    """The figure of those who did not evaluate an axis."""
    return Definition(
        f"evaluations.{axis}.not_evaluated",
        f"{axis_label}：未评价",
        f"已答复而最近一次评价中没有对{axis_label}的评价、或从未评价的件数，含逾期未评；从不视为满意",
        "重庆29条",
        _DUE_CASES & ~Q(Exists(_latest(axis))),
        "应评价件数",
    )


def _of_grade(grades: QuerySet[Evaluation], grade: str) -> QuerySet[Evaluation]:
    return grades if grade == "received" else grades.filter(grade=grade)


@lru_cache(maxsize=MOST_KNOWN)
def detail_definition(axis: str, axis_label: str, what: str) -> Definition | None:
    """A part of an axis's block: ``received``, ``by_proxy``, ``unheard``, or ``first_round`` or
    ``without_proxy`` with a grade or ``received``; ``None`` for anything else.
    """
    view, _, grade = what.partition(".")
    own = Evaluation.objects.filter(suggestion_id=OuterRef("pk"), axis=axis)
    word = "收回评价" if grade == "received" else str(dict(Grade.choices).get(grade, ""))
    label, meaning, grades = {
        "received": ("收回评价", "代表作过评价的件数，每件计最近一次", _latest(axis)),
        "by_proxy": ("代录", "最近一次评价由工作人员代录的件数", _latest(axis).filter(by_proxy=True)),
        "unheard": (
            "重办后未再评价",
            "重新办理并再次答复后没有再评价、仍以此前评价计入的件数",
            with_asked_round(_latest(axis)).filter(round__lt=F("asked_round")),
        ),
        "first_round": (
            f"首次评价：{word}",
            f"首次答复后的评价中{word}的件数",
            _of_grade(own.filter(round=1), grade),
        ),
        "without_proxy": (
            f"不含代录：{word}",
            f"代表本人最近一次作出的评价中{word}的件数；工作人员代录的不计",
            _of_grade(own.filter(by_proxy=False).exclude(heard_later(by_proxy=False)), grade),
        ),
    }.get(view, ("", "", None))
    has_grade = view in ("first_round", "without_proxy")
    if grades is None or has_grade != bool(grade) or has_grade != bool(word):
        return None
    return Definition(
        f"evaluations.{axis}.{what}",
        f"{axis_label}：{label}",
        meaning,
        "HN-03",
        COUNTED & Q(Exists(grades)),
        _OF_RECEIVED,
    )


def axis_blocks(scope: Scope, due: int) -> dict[str, AxisBlock]:
    """Every axis of the county's settings, and any other on which grades were once given. One query.

    :param due: the count of :data:`DUE`.
    """
    latest = Q(heard_later=False)
    rows = (
        with_asked_round(Evaluation.objects.filter(scope.counted("suggestion__")))
        .annotate(heard_later=heard_later(), heard_later_in_person=heard_later(by_proxy=False))
        .values_list("axis", "grade")
        .annotate(
            latest=Count("pk", filter=latest),
            first=Count("pk", filter=Q(round=1)),
            proxy=Count("pk", filter=latest & Q(by_proxy=True)),
            in_person=Count("pk", filter=Q(by_proxy=False, heard_later_in_person=False)),
            unheard=Count("pk", filter=latest & Q(round__lt=F("asked_round"))),
        )
        .order_by("axis", "grade")
    )
    found = {(axis, grade): _Counted(*numbers) for axis, grade, *numbers in rows}
    labels = {axis.code: axis.label for axis in scope.settings.axes}
    for axis, _ in found:
        labels.setdefault(axis, f"{axis}（本县现行规则中没有此维度）")
    blocks = {}
    for axis, label in labels.items():
        counted = {grade: found.get((axis, grade.value), _Counted()) for grade in Grade}
        grades = _grades({grade: row.latest for grade, row in counted.items()}, due)
        blocks[axis] = AxisBlock(
            label=label,
            due=due,
            base=grades.base,
            not_evaluated=grades.not_evaluated,
            received_percent=percent(grades.base, due),
            items=grades.items,
            satisfied_percent=grades.satisfied_percent,
            satisfied_or_basically_percent=grades.satisfied_or_basically_percent,
            note=grades.note,
            by_proxy=sum(row.proxy for row in counted.values()),
            unheard_after_rehandling=sum(row.unheard for row in counted.values()),
            first_round=_grades({grade: row.first for grade, row in counted.items()}, due),
            without_proxy=_grades({grade: row.in_person for grade, row in counted.items()}, due),
        )
    return blocks


def _grades(counts: dict[Grade, int], due: int) -> Grades:
    base = sum(counts.values())
    items = tuple(
        GradeItem(grade.value, str(grade.label), count, percent(count, base))
        for grade, count in counts.items()
    )
    satisfied, basically = counts[Grade.SATISFIED], counts[Grade.BASICALLY]
    return Grades(
        base=base,
        not_evaluated=due - base,
        items=items,
        satisfied_percent=percent(satisfied, base),
        satisfied_or_basically_percent=percent(satisfied + basically, base),
        note=sum_note([item.percent for item in items]),
    )
