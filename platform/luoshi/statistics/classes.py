"""类别: how many suggestions stand in each class of the county's scheme (HN-02, domain.md B5).

A letter means what the county's scheme says, and a recorded class keeps the meaning it was given: where the
scheme was changed since, the old rows stand apart.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import ReplyState, ResultClass
from luoshi.statistics.definition import Definition
from luoshi.statistics.facts import ENDED, facts
from luoshi.statistics.handling import GOVERNMENT_HANDED, HANDED_CASES
from luoshi.statistics.percent import percent, sum_note
from luoshi.statistics.scope import Scope
from luoshi.suggestions.county_settings import SeparateClass
from luoshi.suggestions.models import Reply

BASE = Definition(
    "classes.base",
    "有结果类别",
    "已交办件中有结果类别的件数；一件只计一个最终类别，分办件的取法由本县规则决定",
    "HN-02",
    HANDED_CASES & ~Q(main_class=""),
    "已交办件数",
)
UNCLASSIFIED = Definition(
    "classes.unclassified",
    "无结果类别",
    "已交办件中尚无结果类别的件数，不计入类别百分比的分母",
    "HN-02",
    HANDED_CASES & Q(main_class=""),
    "已交办件数",
)


@dataclass(frozen=True, slots=True)
class ClassItem:
    """One class. ``percent``: of the base. ``closed``: those among them whose handling has ended.

    ``government``: those among them that were handed over to the government.
    """

    code: str
    label: str
    result_class: str
    count: int
    percent: str | None
    closed: int
    government: int
    in_scheme: bool = True


@dataclass(frozen=True, slots=True)
class Conversion:
    """So many suggestions first replied in one class and stand in another now (B→A, HN-23)."""

    first: str
    now: str
    count: int


@dataclass(frozen=True, slots=True)
class ClassBlock:
    """The table of classes. ``note``: a sentence where the printed percents do not add up to 100."""

    base: int
    unclassified: int
    items: tuple[ClassItem, ...]
    note: str
    conversions: tuple[Conversion, ...]


def class_definition(code: str, label: str, result_class: str) -> Definition:
    """The figure of one class."""
    return Definition(
        f"classes.{code}.{result_class}",
        f"{code}类：{label}",
        f"已交办件中最终结果为{code}类（{label}）的件数；类别由承办单位在答复中自报",
        "HN-02",
        HANDED_CASES & Q(main_code=code, main_class=result_class),
        "有结果类别的件数",
    )


def government_class_definition(code: str, label: str, result_class: str) -> Definition:
    """The figure of one class among the government's items."""
    return Definition(
        f"government.classes.{code}.{result_class}",
        f"政府系统：{code}类",
        f"已交办政府系统的件中最终结果为{code}类（{label}）的件数；类别由承办单位在答复中自报",
        "C8 类别",
        GOVERNMENT_HANDED.condition & Q(main_code=code, main_class=result_class),
        "已交办政府系统的件数",
    )


def class_block(scope: Scope) -> ClassBlock:
    """Rows in the order of the county's scheme, also those that are zero. One query."""
    cases: QuerySet[Any] = facts(scope, HANDED_CASES, GOVERNMENT_HANDED.condition)
    rows = (
        cases.filter(HANDED_CASES)
        .annotate(first_class=first_class(scope))
        .values_list("main_code", "main_class", "first_class")
        .annotate(
            count=Count("pk"),
            closed=Count("pk", filter=Q(main_state__in=ENDED)),
            government=Count("pk", filter=GOVERNMENT_HANDED.condition),
        )
        .order_by("main_code", "main_class", "first_class")
    )
    found: dict[tuple[str, str], list[int]] = {}
    moved: dict[tuple[str, str], int] = {}
    unclassified = 0
    for code, meaning, first, *numbers in rows:
        count = numbers[0]
        if not meaning:
            unclassified += count
            continue
        totals = found.setdefault((code, meaning), [0, 0, 0])
        found[code, meaning] = [total + number for total, number in zip(totals, numbers, strict=True)]
        if first and first != meaning:
            moved[first, meaning] = moved.get((first, meaning), 0) + count
    base = sum(count for count, _, _ in found.values())
    items = []
    for letter in scope.settings.result_scheme:
        meaning = letter.result_class.value
        numbers = found.pop((letter.code, meaning), [0, 0, 0])
        items.append(_item(letter.code, letter.label, meaning, numbers, base))
    for (code, meaning), numbers in found.items():
        label = f"{ResultClass(meaning).label}（本县现行规则中没有此类）"
        items.append(_item(code, label, meaning, numbers, base, in_scheme=False))
    conversions = tuple(Conversion(first, now, count) for (first, now), count in sorted(moved.items()))
    note = sum_note([item.percent for item in items])
    return ClassBlock(base, unclassified, tuple(items), note, conversions)


def _item(
    code: str, label: str, meaning: str, numbers: list[int], base: int, *, in_scheme: bool = True
) -> ClassItem:
    count, closed, government = numbers
    return ClassItem(code, label, meaning, count, percent(count, base), closed, government, in_scheme)


def first_class(scope: Scope) -> Case:
    """The class of the first round's letters, picked by the county's rule for separate replies.

    It is looked up only where a later round or a supplement can have changed it.
    """
    severity = Case(
        *(When(result_class=value, then=Value(place)) for place, value in enumerate(ResultClass.values)),
        output_field=IntegerField(),
    )
    order = "assignment_id" if scope.settings.separate_class == SeparateClass.FIRST else severity.desc()
    letters = (
        Reply.objects.filter(
            suggestion_id=OuterRef("main_pk"), round=1, kind=Reply.Kind.REPLY, state=ReplyState.ISSUED
        )
        .exclude(result_class="")
        .exclude(assignment__state__in=GONE)
        .order_by(order, "id")
    )
    supplements = Reply.objects.filter(
        kind=Reply.Kind.SUPPLEMENT, state=ReplyState.ISSUED, suggestion__session=scope.session
    )
    return Case(
        When(
            Q(main_round__gt=1) | Q(main_pk__in=supplements.values("suggestion_id")),
            then=Subquery(letters.values("result_class")[:1]),
        ),
        default=F("main_class"),
        output_field=CharField(),
    )
