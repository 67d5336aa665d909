"""What follows the reply: evaluation, re-handling, closing, tracking (domain.md C1 rows 16–20)."""

from typing import Annotated, Literal

from pydantic import Field

from luoshi.errors import Invalid, Problem
from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import AssignmentRole, Grade
from luoshi.suggestions.acts.act import Act, NoInput, UnitPart, nothing_more, parts_problem
from luoshi.suggestions.acts.hand_over import assignments_create, parts_end
from luoshi.suggestions.models import Evaluation
from luoshi.suggestions.services.clocks import clock_end, clocks_stop
from luoshi.suggestions.services.context import ActContext
from luoshi.validation import Input


class GradeInput(Input):
    """One axis. A reason is owed where the deputy is dissatisfied (征询意见表)."""

    axis: Annotated[str, Field(title="评价维度", min_length=1, max_length=20)]
    grade: Annotated[Grade, Field(title="等次")]
    reason: Annotated[str, Field(title="理由", max_length=2000)] = ""


class EvaluateInput(Input):
    """Every axis of the county, once each."""

    grades: Annotated[tuple[GradeInput, ...], Field(title="评价", min_length=1, max_length=6)]


def evaluate(ctx: ActContext, data: EvaluateInput) -> None:
    """评价, by the lead deputy; entered by the office from paper it is labelled so.

    The event does not repeat the grades: they are confidential to the deputy and the congress.
    """
    labels = {axis.code: axis.label for axis in ctx.settings.axes}
    given = [grade.axis for grade in data.grades]
    problems = [Problem("grades", f"本县没有“{code}”这一评价维度") for code in given if code not in labels]
    problems += [
        Problem("grades", f"请评价“{label}”，每个维度评一次")
        for code, label in labels.items()
        if given.count(code) != 1
    ]
    problems += [
        Problem("grades", f"“{labels.get(grade.axis, grade.axis)}”评为不满意的，请写明理由")
        for grade in data.grades
        if grade.grade == Grade.DISSATISFIED and not grade.reason
    ]
    if problems:
        raise Invalid(problems)
    by_proxy = ctx.actor.deputy_id is None or ctx.actor.deputy_id != ctx.suggestion.lead_deputy_id
    Evaluation.objects.bulk_create(
        Evaluation(
            suggestion=ctx.suggestion,
            round=ctx.suggestion.round,
            axis=grade.axis,
            grade=grade.grade,
            reason=grade.reason,
            deputy_id=ctx.suggestion.lead_deputy_id,
            by_proxy=by_proxy,
            created_at=ctx.now,
        )
        for grade in data.grades
    )
    ctx.payload["by_proxy"] = by_proxy
    clock_end(suggestion=ctx.suggestion, kind="evaluation", on=ctx.today)


def lapse_evaluation(ctx: ActContext, data: NoInput) -> None:
    """逾期未评. It is counted as not evaluated, never as satisfied."""
    clocks_stop(suggestion=ctx.suggestion, kind="evaluation", on=ctx.today)


class RehandleInput(Input):
    """``units``: the same leads again where left out. The reason goes to the units (row 18)."""

    reason: Annotated[str, Field(title="重办要求", min_length=1, max_length=5000)]
    units: Annotated[tuple[UnitPart, ...], Field(title="承办单位", max_length=40)] = ()


def rehandle(ctx: ActContext, data: RehandleInput) -> None:
    """重新办理: a new round with a clock of its own, from the day of the notice (SY-14)."""
    parts = data.units or tuple(
        UnitPart(unit=assignment.unit_id, role=AssignmentRole(assignment.role), part=assignment.part)
        for assignment in ctx.suggestion.assignments.filter(round=ctx.suggestion.round).exclude(
            state__in=GONE
        )
    )
    problem = parts_problem(parts)
    if problem:
        raise Invalid([Problem("units", problem)])
    units = ctx.units([part.unit for part in parts])
    parts_end(ctx)
    clocks_stop(suggestion=ctx.suggestion, on=ctx.today, whole_case=True)
    ctx.suggestion.round += 1
    ctx.suggestion.replied_on = None
    ctx.suggestion.closed_on = None
    created = assignments_create(
        ctx, list(zip(units, parts, strict=True)), ctx.today, requirement=data.reason
    )
    ctx.payload["round"] = ctx.suggestion.round
    ctx.payload["assignments"] = [assignment.pk for assignment in created]


def close(ctx: ActContext, data: NoInput) -> None:
    """办结."""
    parts_end(ctx)
    ctx.suggestion.closed_on = ctx.today


def track(ctx: ActContext, data: NoInput) -> None:
    """转入跟踪: the handling has ended, the matter has not (HN-23)."""
    parts_end(ctx)
    if ctx.suggestion.closed_on is None and not ctx.suggestion.is_imported:
        ctx.suggestion.closed_on = ctx.today


class EndTrackingInput(Input):
    """How the tracking ends: done, decisive progress, or it cannot be done (JY-11)."""

    exit: Annotated[Literal["resolved", "decisive_progress", "not_feasible"], Field(title="结束理由")]
    explanation: Annotated[str, Field(title="说明", max_length=5000)] = ""


def end_tracking(ctx: ActContext, data: EndTrackingInput) -> None:
    """结束跟踪."""
    ctx.suggestion.tracking_exit = data.exit


FOLLOWING_ACTS = {
    "evaluate": Act(EvaluateInput, evaluate),
    "remind_evaluation": Act(NoInput, nothing_more),
    "lapse_evaluation": Act(NoInput, lapse_evaluation),
    "rehandle": Act(RehandleInput, rehandle),
    "close": Act(NoInput, close),
    "track": Act(NoInput, track),
    "end_tracking": Act(EndTrackingInput, end_tracking),
}
