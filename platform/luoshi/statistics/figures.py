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
        "有沟通的件数占已交办件数的百分比；代表否认的沟通不计；什么都没有记录时为空",
        "HN-14",
        contacts.CONTACTED.condition,
        "已交办件数",
    ),
    Definition(
        "contacts.face_to_face_rate",
        "面商率",
        "面商过的件数占有沟通记录的件数的百分比；代表否认的不算面商，仍在分母之内；没有记录时为空",
        "C8 沟通",
        contacts.FACE_TO_FACE.condition,
        contacts.FACE_TO_FACE.denominator,
    ),
    Definition(
        "contacts.confirmed_rate",
        "沟通确认率",
        "代表本人确认属实的沟通次数占承办单位记录的沟通次数的百分比；代录的确认另计，没有记录时为空",
        "C8 沟通",
        contacts.CONFIRMED.condition,
        contacts.STATED,
    ),
    Definition(
        "contacts.records",
        "沟通次数",
        "逐次沟通记录数（代表否认的不计）与导入的沟通次数之和；什么都没有记录时为空",
        "HN-14",
        COUNTED & contacts.CONTACTED.condition,
    ),
    Definition(
        "contacts.person_times",
        "沟通人次",
        "沟通记录的人次（代表否认的不计）与导入的沟通人次之和；什么都没有记录时为空",
        "HN-14",
        COUNTED & contacts.CONTACTED.condition,
    ),
    Definition(
        "resolved_rate",
        "办成率",
        "办成件数占应计办成率的件数的百分比",
        "真满意",
        handling.RESOLVED.condition,
        handling.RESOLVED.denominator,
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
_OF_GRADES = "结果维度收回的评价数；未反馈和逾期未评的不计入分母"
NOTES = {
    "contacts.stated_records": (
        "单位记录的沟通",
        "承办单位逐次记录的沟通次数，含代表否认和未答复的；等于代表确认、代录确认、代表否认、未答复四项之和",
        "",
        "C8 沟通",
    ),
    "contacts.confirmed_records": (
        "代表确认的沟通",
        "代表本人确认属实的沟通次数",
        contacts.STATED,
        "C8 沟通",
    ),
    "contacts.proxy_confirmed_records": (
        "代录确认的沟通",
        "工作人员凭据代录确认的沟通次数，不计入沟通确认率的分子",
        contacts.STATED,
        "C8 沟通",
    ),
    "contacts.denied": (
        "代表否认的沟通",
        "代表答复不属实的沟通次数，不计入沟通次数、人次、沟通率和面商率",
        contacts.STATED,
        "C8 沟通",
    ),
    "true_satisfaction.satisfied_percent": (
        "真满意：满意率",
        "结果维度最近一次评价为满意的百分比，不含基本满意",
        _OF_GRADES,
        "真满意",
    ),
    "true_satisfaction.satisfied_or_basically_percent": (
        "真满意：满意和基本满意率",
        "结果维度最近一次评价为满意或基本满意的百分比",
        _OF_GRADES,
        "真满意",
    ),
    "true_satisfaction.without_proxy": (
        "真满意：不含代录",
        "只看代表本人最近一次作出的评价；工作人员代录的不计，也不替代代表本人此前的评价",
        "结果维度代表本人评价数",
        "真满意",
    ),
    "true_satisfaction.gap": (
        "满意与办成之差",
        "满意率减办成率的百分点；供人大参考，不作为对任何人的指责",
        "",
        "真满意",
    ),
    "true_satisfaction.gap_with_basically": (
        "满意和基本满意与办成之差",
        "满意和基本满意率减办成率的百分点；供人大参考，不作为对任何人的指责",
        "",
        "真满意",
    ),
}
"""Figures without a list of suggestions of their own: label, meaning, denominator, source."""

_FIXED = (
    *handling.HANDLING_FIGURES,
    classes.BASE,
    classes.UNCLASSIFIED,
    evaluations.DUE,
    evaluations.UNHEARD_AFTER_REHANDLING,
    *contacts.CONTACT_FIGURES,
    *ledger.LEDGER_FIGURES,
    *RATES,
)


def figures(scope: Scope) -> tuple[Definition, ...]:
    """The fixed figures and those that follow from the county's scheme and axes. No query."""
    scheme = (
        define(letter.code, letter.label, letter.result_class.value)
        for define in (classes.class_definition, classes.government_class_definition)
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
