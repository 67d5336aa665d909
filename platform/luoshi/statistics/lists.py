"""The list behind every figure of the report that counts suggestions or what hangs on them.

:mod:`.figures` defines what the annual report explains; here stand also the parts of which those are made,
and the figures that count contacts, parts, promises or replies: their list is of suggestions too, each with
how many of them it has, and the figure is the sum.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from luoshi.errors import NotFound
from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import AssignmentRole, AssignmentState, Grade, PublicationState, ResultClass
from luoshi.statistics import evaluations, handling
from luoshi.statistics.classes import class_definition, first_class, government_class_definition
from luoshi.statistics.definition import COUNTED, Definition
from luoshi.statistics.facts import ENDED, HANDED_OVER, facts, late
from luoshi.statistics.figures import figure_find
from luoshi.statistics.ledger import PUBLISHED, UNDER_WAY
from luoshi.statistics.methods import METHODS, method_figures
from luoshi.statistics.scope import Scope
from luoshi.statistics.units import units_renamed
from luoshi.suggestions.models import (
    Assignment,
    Contact,
    ImportedFigures,
    Promise,
    Publication,
    Suggestion,
    Unit,
)

_STATED = "承办单位逐次记录的沟通，"
_IN_HAND = "各单位承办件次"


@dataclass(frozen=True, slots=True)
class FigureList:
    """The list behind one figure.

    ``measure``: what the figure counts: 件 for suggestions, else each row carries ``amount``, how many 次,
    人次, 件次 or 条 it has, and the figure is their sum. ``make``: makes the list, which costs a little even
    before it is read.
    """

    code: str
    label: str
    meaning: str
    source: str
    make: Callable[[], QuerySet[Suggestion]]
    denominator: str = ""
    measure: str = "件"

    @property
    def rows(self) -> QuerySet[Suggestion]:
        """The suggestions behind the figure."""
        return self.make()

    @property
    def has_amounts(self) -> bool:
        """Whether the figure is the sum of its rows' amounts."""
        return self.measure != "件"

    def total(self, rows: QuerySet[Suggestion] | None = None) -> int:
        """The figure, counted from its list (or from a part of it). One query."""
        given: QuerySet[Any] = self.rows if rows is None else rows
        if not self.has_amounts:
            return given.count()
        return given.aggregate(total=Sum("amount"))["total"] or 0


def figure_list(scope: Scope, code: str, explained: Mapping[str, Definition] | None = None) -> FigureList:
    """The list behind the figure with this code. No query before it is used, but for a figure of one unit.

    :param explained: the figures of :func:`.figures.figures` by code, where somebody asks for many.
    :raises NotFound: no figure has this code.
    """
    if code in _AMOUNTS:
        return _amount_list(scope, code)
    if code in _PARTS:
        return _parts_list(scope, code)
    if code.startswith(METHODS):
        return _of_method(scope, code)
    if code.startswith("conversions."):
        return _conversion(scope, code)
    if code.startswith("units.") and code.endswith((".done", ".late")):
        return _unit_parts(scope, code)
    known = extra_definition(scope, code) or (explained or {}).get(code)
    definition = known or figure_find(scope, code)
    return FigureList(
        code,
        definition.label,
        definition.meaning,
        definition.source,
        lambda: definition.cases(scope),
        definition.denominator,
    )


# --- suggestions ----------------------------------------------------------------------------------------
JUDGED = Definition(
    "deadlines.judged",
    "已能判断是否按期",
    "按期答复和逾期的件数之和；期限内办理中和无期限可比的不计",
    "HN-17",
    handling.ON_TIME.condition | handling.LATE.condition,
)
WITH_KEY = Definition(
    "key.total_with_key",
    "提出总数与重点件",
    "提出总数，重点件另计的加上重点件",
    "XH-04",
    COUNTED | handling.KEY.condition,
)
DOUBTFUL = Definition(
    "contacts.doubtful_imports",
    "沟通次数多于人次",
    "导入的沟通次数多于沟通人次的件数；应为 0",
    "C8 沟通",
    COUNTED
    & Q(
        Exists(
            ImportedFigures.objects.filter(
                suggestion=OuterRef("pk"), contact_records__gt=F("contact_person_times")
            )
        )
    ),
)
_SINGLE = {definition.code: definition for definition in (JUDGED, WITH_KEY, DOUBTFUL)}


def extra_definition(scope: Scope, code: str) -> Definition | None:
    """A figure beside those that the annual report explains; ``None`` where there is none of this code."""
    if code in _SINGLE:
        return _SINGLE[code]
    room, _, rest = code.partition(".")
    if room == "evaluations":
        return _of_grades(scope, rest)
    if room == "classes":
        return _of_class(scope, rest, class_definition)
    if room == "government" and rest.startswith("classes."):
        return _of_class(scope, rest.removeprefix("classes."), government_class_definition)
    return None


def _of_class(scope: Scope, rest: str, define: Callable[[str, str, str], Definition]) -> Definition | None:
    """A class, also one that the county's scheme has no longer; with ``.closed`` what has ended of it."""
    is_closed = rest.endswith(".closed")
    letter, _, meaning = rest.removesuffix(".closed").rpartition(".")
    if not letter or len(letter) > 20 or meaning not in ResultClass.values:
        return None
    label = next(
        (
            row.label
            for row in scope.settings.result_scheme
            if (row.code, row.result_class) == (letter, meaning)
        ),
        str(ResultClass(meaning).label),
    )
    whole = define(letter, label, meaning)
    if not is_closed:
        return whole
    return Definition(
        f"{whole.code}.closed",
        f"{whole.label}（办结）",
        f"{whole.meaning}；只计办理已经结束的",
        whole.source,
        whole.condition & Q(main_state__in=ENDED),
        whole.denominator,
    )


def _of_grades(scope: Scope, rest: str) -> Definition | None:
    """Figures of one axis, such as ``result.received`` or ``result.first_round.satisfied``."""
    axis, _, what = rest.partition(".")
    label = next((row.label for row in scope.settings.axes if row.code == axis), axis)
    if not axis or len(axis) > 40:
        return None
    if what in Grade.values:
        return evaluations.grade_definition(axis, label, Grade(what))
    if what == "not_evaluated":
        return evaluations.not_evaluated_definition(axis, label)
    return evaluations.detail_definition(axis, label, what)


def _conversion(scope: Scope, code: str) -> FigureList:
    _, first, now = (*code.split("."), "", "")[:3]
    if first not in ResultClass.values or now not in ResultClass.values:
        raise NotFound(f"没有“{code}”这一统计项")
    before, after = ResultClass(first).label, ResultClass(now).label

    def rows() -> QuerySet[Suggestion]:
        cases: QuerySet[Any] = facts(scope, handling.HANDED_CASES).filter(handling.HANDED_CASES)
        found = cases.annotate(first_class=first_class(scope))
        moved: QuerySet[Suggestion] = found.filter(first_class=first, main_class=now)
        return moved

    return FigureList(
        code,
        f"{before}转为{after}",
        f"首次答复的结果类别为{before}、现为{after}的件数",
        "HN-23",
        rows,
    )


# --- sums -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Amount:
    """A figure that is the sum over suggestions of ``parts``, each the model, its condition and its sum."""

    label: str
    meaning: str
    source: str
    measure: str
    parts: Callable[[Scope], tuple[tuple[type[Any], Q, Any], ...]]


_NOT_DENIED = Q(confirmed__isnull=True) | Q(confirmed=True)


def _contacts(label: str, meaning: str, condition: Q) -> _Amount:
    return _Amount(label, meaning, "C8 沟通", "次", lambda scope: ((Contact, condition, Count("pk")),))


def _promises(label: str, meaning: str, condition: Callable[[Scope], Q]) -> _Amount:
    return _Amount(label, meaning, "真满意", "条", lambda scope: ((Promise, condition(scope), Count("pk")),))


def _publications(label: str, meaning: str, condition: Q) -> _Amount:
    return _Amount(label, meaning, "HN-19", "份", lambda scope: ((Publication, condition, Count("pk")),))


def _overdue(scope: Scope) -> Q:
    return Q(state=Promise.State.OPEN, due_on__lt=scope.as_of)


_SETTLED = Q(state__in=[Promise.State.KEPT, Promise.State.BROKEN])
_AMOUNTS: dict[str, _Amount] = {
    "contacts.records": _Amount(
        "沟通次数",
        "逐次沟通记录数（代表否认的不计）与导入的沟通次数之和",
        "HN-14",
        "次",
        lambda scope: (
            (Contact, _NOT_DENIED, Count("pk")),
            (ImportedFigures, Q(), Sum("contact_records")),
        ),
    ),
    "contacts.person_times": _Amount(
        "沟通人次",
        "沟通记录的人次（代表否认的不计）与导入的沟通人次之和",
        "HN-14",
        "人次",
        lambda scope: (
            (Contact, _NOT_DENIED, Sum("person_times")),
            (ImportedFigures, Q(), Sum("contact_person_times")),
        ),
    ),
    "contacts.imported_records": _Amount(
        "导入的沟通次数",
        "历年导入时填写的沟通次数，没有逐次记录",
        "HN-14",
        "次",
        lambda scope: ((ImportedFigures, Q(), Sum("contact_records")),),
    ),
    "contacts.imported_person_times": _Amount(
        "导入的沟通人次",
        "历年导入时填写的沟通人次，没有逐次记录",
        "HN-14",
        "人次",
        lambda scope: ((ImportedFigures, Q(), Sum("contact_person_times")),),
    ),
    "contacts.stated_records": _contacts(
        "单位记录的沟通", f"{_STATED}含代表否认和未答复的；等于代表确认、代录确认、代表否认、未答复之和", Q()
    ),
    "contacts.confirmed_records": _contacts(
        "代表确认的沟通", f"{_STATED}代表本人确认属实的", Q(confirmed=True, answered_by_proxy=False)
    ),
    "contacts.proxy_confirmed_records": _contacts(
        "代录确认的沟通", f"{_STATED}工作人员凭据代录确认的", Q(confirmed=True, answered_by_proxy=True)
    ),
    "contacts.denied": _contacts("代表否认的沟通", f"{_STATED}代表答复不属实的", Q(confirmed=False)),
    "contacts.unanswered_records": _contacts(
        "代表未答复的沟通", f"{_STATED}代表还没有答复属实与否的", Q(confirmed__isnull=True)
    ),
    "promises.total": _promises("承诺事项", "答复中记入承诺台账的事项数", lambda scope: Q()),
    "promises.kept": _promises("已兑现", "经认定已兑现的", lambda scope: Q(state=Promise.State.KEPT)),
    "promises.broken": _promises("未兑现", "经认定未兑现的", lambda scope: Q(state=Promise.State.BROKEN)),
    "promises.overdue": _promises("到期未办", "承诺的日期已过、还没有认定的", _overdue),
    "promises.open": _promises(
        "未到期", "还没有认定、日期未到或没有日期的", lambda scope: ~_SETTLED & ~_overdue(scope)
    ),
    "promises.due": _promises(
        "应已兑现", "已兑现、未兑现和到期未办之和", lambda scope: _SETTLED | _overdue(scope)
    ),
    "publication.published_full": _publications(
        "全文公开", "已全文公开的答复数", PUBLISHED & Q(mode=Publication.Mode.FULL)
    ),
    "publication.published_summary": _publications(
        "摘要公开", "已摘要公开的答复数", PUBLISHED & Q(mode=Publication.Mode.SUMMARY)
    ),
    "publication.under_way": _publications(
        "公开审查中", "已提公开意见、尚未公开的答复数", Q(state__in=UNDER_WAY)
    ),
    "publication.withheld": _publications("不公开", "决定不公开的答复数", Q(state=PublicationState.WITHHELD)),
    "publication.revoked": _publications("撤下", "公开后撤下的答复数", Q(state=PublicationState.REVOKED)),
}


def _amount_list(scope: Scope, code: str) -> FigureList:
    row = _AMOUNTS[code]

    def rows() -> QuerySet[Suggestion]:
        amount: Any = Value(0)
        for model, condition, measured in row.parts(scope):
            of_case = model.objects.filter(condition, suggestion=OuterRef("pk")).order_by()
            summed = of_case.values("suggestion").annotate(measured=measured).values("measured")
            amount = amount + Coalesce(Subquery(summed, output_field=IntegerField()), 0)
        return _with_amount(facts(scope, COUNTED).filter(COUNTED), amount)

    return FigureList(code, row.label, row.meaning, row.source, rows, measure=row.measure)


# --- parts of units -------------------------------------------------------------------------------------
_PARTS: dict[str, tuple[str, str, AssignmentRole]] = {
    f"units.parts.{role.value}": (
        f"{role.label}件次",
        f"{_IN_HAND}中{role.label}的；同一件由几个单位{role.label}的各计一次",
        role,
    )
    for role in AssignmentRole
}


def _parts_list(scope: Scope, code: str) -> FigureList:
    """Parts of one role: each unit counts once for a suggestion, under whatever name it worked on it."""
    label, meaning, role = _PARTS[code]

    def rows() -> QuerySet[Suggestion]:
        current = Case(
            *(When(unit_id=old, then=Value(now)) for old, now in units_renamed().items()),
            default=F("unit_id"),
            output_field=IntegerField(),
        )
        parts: QuerySet[Any] = (
            Assignment.objects.filter(suggestion=OuterRef("pk"), role=role).exclude(state__in=GONE).order_by()
        )
        counted = parts.annotate(current=current).values("suggestion")
        units = counted.annotate(measured=Count("current", distinct=True)).values("measured")
        return _handled(scope, units)

    return FigureList(code, label, meaning, "HN-04", rows, measure="件次")


def _unit_parts(scope: Scope, code: str) -> FigureList:
    """What one unit has done, or has late: by its parts, so that a second round counts again."""
    _, number, what = (*code.split("."), "", "")[:3]
    unit = Unit.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if unit is None:
        raise NotFound(f"没有“{code}”这一统计项")
    own = [unit.pk, *(old for old, now in units_renamed().items() if now == unit.pk)]
    condition = Q(state=AssignmentState.DONE) if what == "done" else late(scope)

    def rows() -> QuerySet[Suggestion]:
        parts: QuerySet[Any] = (
            Assignment.objects.filter(condition, suggestion=OuterRef("pk"), unit_id__in=own)
            .exclude(state__in=GONE)
            .order_by()
        )
        counted = parts.values("suggestion").annotate(measured=Count("pk")).values("measured")
        return _handled(scope, counted)

    word = "办完的" if what == "done" else "逾期的"
    return FigureList(
        code,
        f"{unit.name}{word}",
        f"{unit.name}{word}件次；同一件几轮办理的各计一次",
        "HN-04",
        rows,
        measure="件次",
    )


def _handled(scope: Scope, measured: QuerySet[Any]) -> QuerySet[Suggestion]:
    cases = facts(scope, COUNTED).filter(COUNTED, state__in=HANDED_OVER)
    return _with_amount(cases, Coalesce(Subquery(measured, output_field=IntegerField()), 0))


def _with_amount(cases: QuerySet[Suggestion], amount: Any) -> QuerySet[Suggestion]:
    rows: QuerySet[Any] = cases.annotate(amount=amount)
    return rows.exclude(amount=0)


# --- figures of methods ---------------------------------------------------------------------------------
def _of_method(scope: Scope, code: str) -> FigureList:
    """The list that a method itself gives. It is asked again, so that list and figure are of one moment."""
    parts = code.removeprefix(METHODS).split(".")
    slug, name, side = parts if len(parts) == 3 else ("", "", "")
    found = method_figures(scope) if side in ("numerator", "denominator") else ()
    statistic = next(
        (row for block in found if block.slug == slug for row in block.figures if row.code == name), None
    )
    amounts = None if statistic is None else getattr(statistic, f"{side}_list")
    if statistic is None or not isinstance(amounts, Mapping):
        raise NotFound(f"没有“{code}”这一统计项")
    by_amount: dict[int, list[int]] = defaultdict(list)
    for case_id, amount in amounts.items():
        by_amount[amount].append(case_id)

    def rows() -> QuerySet[Suggestion]:
        amount = Case(
            *(When(pk__in=ids, then=Value(number)) for number, ids in by_amount.items()),
            default=Value(0),
            output_field=IntegerField(),
        )
        return _with_amount(facts(scope, COUNTED).filter(pk__in=list(amounts)), amount)

    label = statistic.label if side == "numerator" else f"{statistic.label}的分母"
    return FigureList(code, label, statistic.definition, slug, rows, measure=statistic.measure)
