"""What follows the reply: evaluation, re-handling, closing, tracking (domain.md C1 rows 16–20)."""

import hashlib
import secrets
from collections.abc import Iterable
from typing import Annotated, Literal

from django.db.models import Q
from pydantic import Field

from luoshi.errors import Invalid, Problem
from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import AssignmentRole, Grade, ReplyState, SuggestionState
from luoshi.suggestions.acts.act import Act, NoInput, UnitPart, nothing_more, parts_problem
from luoshi.suggestions.acts.hand_over import assignments_create, parts_end
from luoshi.suggestions.guards import standing_trigger
from luoshi.suggestions.models import Clock, Evaluation, Suggestion
from luoshi.suggestions.services.clocks import CORE, case_clocks_stop, clock_end, clock_start, clocks_stop
from luoshi.suggestions.services.context import ActContext
from luoshi.validation import Input


class GradeInput(Input):
    """One axis. A reason is owed where the deputy is dissatisfied (征询意见表)."""

    axis: Annotated[str, Field(title="评价维度", min_length=1, max_length=20)]
    grade: Annotated[Grade, Field(title="等次")]
    reason: Annotated[str, Field(title="理由", max_length=2000)] = ""


class EvaluateInput(Input):
    """Every axis of the county, once each. ``basis``: the form, where the office enters it for the deputy."""

    grades: Annotated[tuple[GradeInput, ...], Field(title="评价", min_length=1, max_length=6)]
    basis: Annotated[str, Field(title="代录依据", max_length=200)] = ""


def evaluate(ctx: ActContext, data: EvaluateInput) -> None:
    """评价, by the lead deputy; entered by the office from paper it is labelled so, and he is told.

    The event does not repeat the grades: they are confidential to the deputy and the congress. It holds a
    commitment to them, so that a grade changed afterwards does not pass unnoticed.
    """
    _grades_check(ctx, data)
    ctx.basis_needed(data.basis)
    replaced = Evaluation.objects.filter(suggestion=ctx.suggestion, round=ctx.suggestion.round)
    ctx.payload["replaces_proxy"] = bool(replaced.update(superseded_at=ctx.now))
    given = [
        Evaluation(
            suggestion=ctx.suggestion,
            round=ctx.suggestion.round,
            axis=grade.axis,
            grade=grade.grade,
            reason=grade.reason,
            deputy_id=ctx.suggestion.lead_deputy_id,
            by_proxy=not ctx.speaks_for_himself,
            basis=data.basis,
            salt=secrets.token_hex(16),
            created_at=ctx.now,
        )
        for grade in data.grades
    ]
    Evaluation.objects.bulk_create(given)
    ctx.payload["commitments"] = {row.axis: commitment(row) for row in given}
    clock_end(suggestion=ctx.suggestion, kind="evaluation", on=ctx.today)
    main = ctx.suggestion.merged_into or ctx.suggestion
    if not standing_trigger(main, ctx.settings):
        clocks_stop(suggestion=main, kind="rehandling_decision", on=ctx.today)
    elif ctx.transition.name == "evaluate" or (
        main.state != SuggestionState.REPLIED and _asks_again(ctx, given)
    ):
        _decision_clock_start(ctx, main)


def _asks_again(ctx: ActContext, given: Iterable[Evaluation]) -> bool:
    return any(row.grade in ctx.settings.trigger_grades for row in given)


def _decision_clock_start(ctx: ActContext, main: Suggestion) -> None:
    """Start the congress's time to decide on another round, unless it runs already or nobody asks for one.

    A second deputy's grade, or the same one again, gives the congress no more time. While the main case still
    waits for its own deputy there is nothing to decide: a merged deputy's early grade counts from then on.
    """
    given = Evaluation.objects.filter(
        Q(suggestion=main) | Q(suggestion__merged_into=main), round=main.round, is_imported=False
    )
    owed = main.clocks.filter(kind="rehandling_decision", owner=CORE, state=Clock.State.RUNNING).exists()
    if not owed and _asks_again(ctx, given):
        clock_start(
            suggestion=main,
            kind="rehandling_decision",
            starts_on=ctx.today,
            deadline=ctx.deadline(ctx.today, ctx.settings.windows.rehandling_decision),
        )


def commitment(evaluation: Evaluation) -> str:
    """Digest that stands in the log for a grade; the salt, in the grade's own row, keeps it secret."""
    text = "|".join(
        (evaluation.salt, str(evaluation.round), evaluation.axis, evaluation.grade, evaluation.reason)
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _grades_check(ctx: ActContext, data: EvaluateInput) -> None:
    """Every axis once, and a reason where the deputy is dissatisfied.

    :raises Invalid: with everything that is missing.
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


def lapse_evaluation(ctx: ActContext, data: NoInput) -> None:
    """逾期未评. It is counted as not evaluated, never as satisfied."""
    clocks_stop(suggestion=ctx.suggestion, kind="evaluation", on=ctx.today)
    _decision_clock_start(ctx, ctx.suggestion)


class RehandleInput(Input):
    """``units``: the same units again where left out. The reason goes to the units (row 18).

    ``ground``: a grade that triggers it; or, once the handling had ended, a broken promise or a decision.
    """

    ground: Annotated[Literal["grade", "broken_promise", "decision"], Field(title="重办原因")] = "grade"
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
    letters_end(ctx)
    clock_end(suggestion=ctx.suggestion, kind="rehandling_decision", on=ctx.today)
    case_clocks_stop(suggestion=ctx.suggestion, on=ctx.today, except_kinds=("publication",))
    ctx.suggestion.round += 1
    ctx.suggestion.class_code = ctx.suggestion.result_class = ""
    ctx.suggestion.replied_on = None
    ctx.suggestion.closed_on = None
    ctx.suggestion.tracking_exit = ""
    ctx.suggestion.merged.update(replied_on=None)
    created = assignments_create(
        ctx, list(zip(units, parts, strict=True)), ctx.today, requirement=data.reason
    )
    ctx.payload["round"] = ctx.suggestion.round
    ctx.payload["assignments"] = [assignment.pk for assignment in created]


class CloseInput(Input):
    """``decision``: on what ground a case is closed whose deputy was not satisfied and then stayed silent."""

    decision: Annotated[str, Field(title="办结依据", max_length=2000)] = ""


def close(ctx: ActContext, data: CloseInput) -> None:
    """办结."""
    _handling_ends(ctx)
    ctx.suggestion.closed_on = ctx.today


def track(ctx: ActContext, data: CloseInput) -> None:
    """转入跟踪: the handling has ended, the matter has not (HN-23)."""
    _handling_ends(ctx)
    if ctx.suggestion.closed_on is None and not ctx.suggestion.is_imported:
        ctx.suggestion.closed_on = ctx.today


def _handling_ends(ctx: ActContext) -> None:
    parts_end(ctx)
    letters_end(ctx)
    clocks_stop(suggestion=ctx.suggestion, kind="rehandling_decision", on=ctx.today)


def letters_end(ctx: ActContext) -> None:
    """End letters that are not sent: issued later they would change what has been decided without them."""
    for reply in ctx.suggestion.replies.exclude(state__in=[ReplyState.ISSUED, ReplyState.ENDED]):
        ctx.moves(reply, ReplyState.ENDED)


class EndTrackingInput(Input):
    """How the tracking ends: done, decisive progress, or it cannot be done (JY-11).

    ``deputy_view``: what the lead deputy says of it; he may have said nothing, and then it is said so.
    ``decision``: on what ground it ends where the deputy was not satisfied and then stayed silent.
    """

    exit: Annotated[Literal["resolved", "decisive_progress", "not_feasible"], Field(title="结束理由")]
    explanation: Annotated[str, Field(title="说明", max_length=5000)] = ""
    deputy_view: Annotated[Literal["agrees", "disagrees", "silent"] | None, Field(title="代表意见")] = None
    decision: Annotated[str, Field(title="办结依据", max_length=2000)] = ""


def end_tracking(ctx: ActContext, data: EndTrackingInput) -> None:
    """结束跟踪."""
    letters_end(ctx)
    ctx.suggestion.tracking_exit = data.exit


FOLLOWING_ACTS = {
    "evaluate": Act(EvaluateInput, evaluate),
    "evaluate_own": Act(EvaluateInput, evaluate),
    "evaluate_merged": Act(EvaluateInput, evaluate),
    "remind_evaluation": Act(NoInput, nothing_more),
    "lapse_evaluation": Act(NoInput, lapse_evaluation),
    "rehandle": Act(RehandleInput, rehandle),
    "close": Act(CloseInput, close),
    "track": Act(CloseInput, track),
    "end_tracking": Act(EndTrackingInput, end_tracking),
}
