"""Every figure of the report that has a list of suggestions behind it, findable by its code."""

from luoshi.errors import NotFound
from luoshi.lifecycle.states import AssignmentRole, Grade
from luoshi.statistics import classes, contacts, evaluations, handling, ledger, units
from luoshi.statistics.definition import COUNTED, Definition
from luoshi.statistics.scope import Scope
from luoshi.suggestions.models import Unit

RATES = (
    Definition(
        "reply_rate",
        "答复率",
        "已答复件数占已交办件数的百分比",
        "HN-01",
        handling.REPLIED.condition,
        "已交办件数",
    ),
    Definition(
        "contacts.contact_rate",
        "沟通率",
        "有沟通的件数占已交办件数的百分比；什么都没有记录时为空",
        "HN-14",
        contacts.CONTACTED.condition,
        "已交办件数",
    ),
    Definition(
        "contacts.face_to_face_rate",
        "面商率",
        "面商过的件数占有沟通记录的件数的百分比；没有记录时为空",
        "C8 沟通",
        contacts.FACE_TO_FACE.condition,
        contacts.FACE_TO_FACE.denominator,
    ),
    Definition(
        "contacts.confirmed_rate",
        "沟通确认率",
        "代表本人确认过沟通的件数占代表已答复沟通的件数的百分比；没有答复时为空",
        "C8 沟通",
        contacts.CONFIRMED.condition,
        contacts.CONFIRMED.denominator,
    ),
    Definition(
        "contacts.records",
        "沟通次数",
        "逐次沟通记录数与导入的沟通次数之和；什么都没有记录时为空",
        "HN-14",
        COUNTED & contacts.CONTACTED.condition,
    ),
    Definition(
        "contacts.person_times",
        "沟通人次",
        "沟通记录的人次与导入的沟通人次之和；什么都没有记录时为空",
        "HN-14",
        COUNTED & contacts.CONTACTED.condition,
    ),
    Definition(
        "resolved_rate",
        "办成率",
        "办成件数占有结果类别的件数的百分比",
        "真满意",
        handling.RESOLVED.condition,
        "有结果类别的件数",
    ),
)
UNIT_NOTES = {
    "units.distinct": ("承办单位", "有主办、分办或会办任务的单位数，每个单位计一次；更名前后为同一单位"),
    "units.lead": ("主办单位", "有主办件的单位数"),
    "units.separate": ("分办单位", "有分办件的单位数"),
    "units.co": ("会办单位", "有会办件的单位数"),
    "units.parts": ("承办件次", "各单位承办件数之和；分办件每个单位各计一次，所以可以多于件数"),
}
"""Figures that count units: the list behind them is the table of units itself."""

_FIXED = (
    *handling.HANDLING_FIGURES,
    classes.BASE,
    classes.UNCLASSIFIED,
    evaluations.DUE,
    *contacts.CONTACT_FIGURES,
    *ledger.LEDGER_FIGURES,
    *RATES,
)


def figures(scope: Scope) -> tuple[Definition, ...]:
    """The fixed figures and those that follow from the county's scheme and axes. No query."""
    scheme = (
        classes.class_definition(letter.code, letter.label, letter.result_class.value)
        for letter in scope.settings.result_scheme
    )
    grades = (
        definition
        for axis in scope.settings.axes
        for definition in (
            *(evaluations.grade_definition(axis.code, axis.label, grade) for grade in Grade),
            evaluations.not_evaluated_definition(axis.code, axis.label),
        )
    )
    return (*_FIXED, *scheme, *grades)


def figure_find(scope: Scope, code: str) -> Definition:
    """The figure with this code, such as ``deadlines.late``, ``evaluations.result.satisfied`` or
    ``units.12.lead``; its ``cases(scope)`` are the list behind it.

    :raises NotFound: no figure has this code.
    """
    if code.startswith("units."):
        return _unit_figure(code)
    found = next((figure for figure in figures(scope) if figure.code == code), None)
    if found is None:
        raise NotFound(f"没有“{code}”这一统计项")
    return found


def _unit_figure(code: str) -> Definition:
    _, number, role = (*code.split("."), "", "")[:3]
    unit = Unit.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if unit is None or role not in ("items", *AssignmentRole.values):
        raise NotFound(f"没有“{code}”这一统计项")
    former = [old for old, now in units.units_renamed().items() if now == unit.pk]
    return units.unit_definition(unit, None if role == "items" else AssignmentRole(role), former)
