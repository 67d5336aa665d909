"""Pre-assignment and hand-over (domain.md C1 rows 7 and 8): the moment the clocks start."""

from datetime import date
from typing import Annotated, Self

from django.db.models import Min
from pydantic import Field, model_validator

from luoshi.calendar.types import Window
from luoshi.errors import Invalid, Problem
from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import AssignmentRole, AssignmentState, RaisedWhen
from luoshi.suggestions.acts.act import Act, UnitPart, parts_problem
from luoshi.suggestions.models import Assignment, Clock, Proposal, Unit
from luoshi.suggestions.services.clocks import clock_end, clock_new, clocks_stop
from luoshi.suggestions.services.context import ActContext
from luoshi.validation import Input


class PreAssignInput(Input):
    """Units proposed for the suggestion; a later proposal replaces the earlier one."""

    units: Annotated[tuple[UnitPart, ...], Field(title="拟承办单位", min_length=1, max_length=40)]


def pre_assign(ctx: ActContext, data: PreAssignInput) -> None:
    """预分办: the proposed units see it and may claim or object (HN-06)."""
    units = ctx.units([part.unit for part in data.units])
    if len(set(units)) != len(units):
        raise Invalid([Problem("units", "同一单位只能选一次")])
    standing = {proposal.unit_id: proposal for proposal in ctx.suggestion.proposals.all()}
    for part in data.units:
        proposal = standing.pop(part.unit, None) or Proposal(suggestion=ctx.suggestion, unit_id=part.unit)
        if proposal.pk is None or proposal.role != part.role:
            proposal.role = part.role
            proposal.state = Proposal.State.PROPOSED
            proposal.save()
    Proposal.objects.filter(pk__in=[proposal.pk for proposal in standing.values()]).delete()


class AnswerInput(Input):
    """A unit's answer to the proposal."""

    unit: Annotated[int, Field(title="单位", ge=1)]


class ObjectInput(AnswerInput):
    """An objection says why, and which unit is the right one."""

    reason: Annotated[str, Field(title="理由", min_length=1, max_length=2000)]
    suggested_unit: Annotated[int | None, Field(title="建议改由", ge=1)] = None


def _own_proposal(ctx: ActContext, unit_id: int) -> Proposal:
    if unit_id not in ctx.actor.unit_ids:
        raise Invalid([Problem("unit", "只能代表本单位回应")])
    proposal = ctx.suggestion.proposals.filter(unit_id=unit_id).first()
    if proposal is None:
        raise Invalid([Problem("unit", "本单位不在拟承办单位之列")])
    return proposal


def claim(ctx: ActContext, data: AnswerInput) -> None:
    """认领."""
    proposal = _own_proposal(ctx, data.unit)
    proposal.state = Proposal.State.CLAIMED
    proposal.answered_at = ctx.now
    proposal.save()


def object_to(ctx: ActContext, data: ObjectInput) -> None:
    """提出异议; what stays unsettled is the agenda of the coordination meeting."""
    proposal = _own_proposal(ctx, data.unit)
    proposal.state = Proposal.State.OBJECTED
    proposal.reason = data.reason
    proposal.suggested_unit = ctx.unit(data.suggested_unit, "suggested_unit") if data.suggested_unit else None
    proposal.answered_at = ctx.now
    proposal.save()


class HandOverInput(Input):
    """``handed_over_on``: the day of the hand-over meeting, today where left out; never in the future."""

    units: Annotated[tuple[UnitPart, ...], Field(title="承办单位", min_length=1, max_length=40)]
    handed_over_on: Annotated[date | None, Field(title="交办日期", description="留空即今天")] = None
    document_number: Annotated[str, Field(title="交办文号", max_length=60)] = ""
    is_difficult: Annotated[bool | None, Field(title="涉及面广或难度大")] = None
    county_leader: Annotated[str, Field(title="县级领导", max_length=60)] = ""
    office_follow_up: Annotated[str, Field(title="政府办跟踪人", max_length=60)] = ""
    requirement: Annotated[str, Field(title="办理要求", max_length=5000)] = ""

    @model_validator(mode="after")
    def _parts_stand_together(self) -> Self:
        problem = parts_problem(self.units)
        if problem:
            raise ValueError(problem)
        return self


def hand_over(ctx: ActContext, data: HandOverInput) -> None:
    """交办: assignments with a clock each, by role (HN-04, HN-17; 代表法 art. 51: from this day).

    A second hand-over, after a return that left no lead, keeps what stands: a unit named again in its role
    goes on with its part, and the leads' clock counts from the first hand-over unless the county restarts it.
    """
    day = data.handed_over_on or ctx.today
    first = first_handed_over_on(ctx)
    if day > ctx.today:
        raise Invalid([Problem("handed_over_on", "交办日期不能晚于今天")])
    if first is not None and day < first:
        raise Invalid([Problem("handed_over_on", f"交办日期不能早于首次交办日期 {first}")])
    suggestion = ctx.suggestion
    if suggestion.handed_over_on is None:
        suggestion.handed_over_on = day
        if suggestion.raised_when == RaisedWhen.BETWEEN_SESSIONS:
            clock_end(suggestion=suggestion, kind="hand_over", on=day)
    if data.document_number:
        suggestion.handover_document = data.document_number
    if data.is_difficult is not None:
        suggestion.is_difficult = data.is_difficult
    units = ctx.units([part.unit for part in data.units])
    kept = _parts_standing(ctx, data.units)
    created = assignments_create(
        ctx,
        [(unit, part) for unit, part in zip(units, data.units, strict=True) if part.unit not in kept],
        day,
        county_leader=data.county_leader,
        office_follow_up=data.office_follow_up,
        requirement=data.requirement,
        counts_from=None if ctx.settings.restart_clock_on_reassignment else first,
    )
    ctx.payload["assignments"] = [assignment.pk for assignment in created]


def _system_check(ctx: ActContext, parts: list[tuple[Unit, UnitPart]]) -> None:
    """A lead belongs to the system the suggestion goes to: another office than its own reviews its letter.

    :raises Invalid: naming the unit that does not.
    """
    for unit, part in parts:
        if part.role != AssignmentRole.CO and unit.system != ctx.suggestion.recipient_system:
            wanted = ctx.suggestion.get_recipient_system_display()
            message = (
                f"{unit.name}属“{unit.get_system_display()}”系统，本件交办对象为“{wanted}”，不能由其答复"
            )
            raise Invalid([Problem("units", message)])


class MarkKeyInput(Input):
    """Who decided it and who leads; taking the mark back needs the decision as well."""

    is_key: Annotated[bool, Field(title="重点")] = True
    decision: Annotated[str, Field(title="确定依据", min_length=1, max_length=200)]
    handling_leader: Annotated[str, Field(title="领办领导", max_length=60)] = ""
    supervising_leader: Annotated[str, Field(title="督办领导", max_length=60)] = ""


def mark_key(ctx: ActContext, data: MarkKeyInput) -> None:
    """确定重点督办件: the 主任会议 decides, the congress's office enters it (代表法 art. 52)."""
    ctx.suggestion.is_key = data.is_key
    ctx.suggestion.handling_leader = data.handling_leader if data.is_key else ""
    ctx.suggestion.supervising_leader = data.supervising_leader if data.is_key else ""


def _parts_standing(ctx: ActContext, parts: tuple[UnitPart, ...]) -> set[int]:
    """Units that go on with a part they have in this round; parts that are not named again are reassigned."""
    roles = {part.unit: part.role for part in parts}
    kept = set()
    for standing in ctx.suggestion.assignments.filter(round=ctx.suggestion.round).exclude(state__in=GONE):
        if roles.get(standing.unit_id) == standing.role:
            kept.add(standing.unit_id)
        else:
            clocks_stop(suggestion=ctx.suggestion, assignment=standing, on=ctx.today, owner=None)
            ctx.moves(standing, AssignmentState.REASSIGNED)
    return kept


def first_handed_over_on(ctx: ActContext) -> date | None:
    """The day from which the law counts in the present round; ``None`` before the first hand-over."""
    parts = ctx.suggestion.assignments.filter(round=ctx.suggestion.round)
    first: date | None = parts.aggregate(first=Min("handed_over_on"))["first"]
    return first


def parts_end(ctx: ActContext) -> None:
    """End every part that is still open, such as a late co-unit's, and its clocks: it is no longer owed."""
    for assignment in ctx.suggestion.assignments.exclude(state__in=[*GONE, AssignmentState.DONE]):
        clocks_stop(suggestion=ctx.suggestion, assignment=assignment, on=ctx.today, owner=None)
        ctx.moves(assignment, AssignmentState.ENDED)


def part_window(ctx: ActContext, role: str) -> Window:
    """The window of a part in the present round; later rounds have that of the re-handling (SY-14)."""
    windows = ctx.settings.windows
    if role == AssignmentRole.CO:
        return windows.co_opinion
    if ctx.suggestion.round > 1:
        return windows.rehandling
    return windows.difficult_reply if ctx.suggestion.is_difficult else windows.lead_reply


def assignments_create(
    ctx: ActContext,
    parts: list[tuple[Unit, UnitPart]],
    day: date,
    *,
    county_leader: str = "",
    office_follow_up: str = "",
    replaces: Assignment | None = None,
    counts_from: date | None = None,
    lead_due: date | None = None,
    co_due: date | None = None,
    requirement: str = "",
) -> list[Assignment]:
    """New pending assignments of the present round, given to the units on ``day``, with their clocks.

    A window that starts at the receipt runs provisionally from the hand-over and anew from the acceptance.
    A lead's first contact has a clock of its own where the county's rules name a window for it.
    ``counts_from``: the day from which the leads' window counts where it is not ``day``. ``lead_due`` and
    ``co_due``: due dates that a re-assignment takes over. The second round and later ones have the window of
    the re-handling (SY-14).

    :raises Invalid: where a lead is of another system than the suggestion goes to.
    """
    _system_check(ctx, parts)
    acceptance = ctx.deadline(day, ctx.settings.windows.acceptance)
    first_contact = ctx.settings.windows.first_contact
    talk = ctx.deadline(day, first_contact) if first_contact is not None else None
    assignments: list[Assignment] = []
    clocks: list[Clock] = []
    for unit, part in parts:
        is_co = part.role == AssignmentRole.CO
        kind = "co_opinion" if is_co else "lead_reply"
        start = day if is_co else counts_from or day
        due = ctx.deadline(start, part_window(ctx, part.role))
        assignment = Assignment.objects.create(
            suggestion=ctx.suggestion,
            unit=unit,
            role=part.role,
            part=part.part,
            requirement=requirement,
            round=ctx.suggestion.round,
            due_on=(co_due if is_co else lead_due) or due.due_on,
            handed_over_on=day,
            county_leader=county_leader or unit.portfolio_leader,
            office_follow_up=office_follow_up,
            replaces=replaces,
        )
        assignments.append(assignment)
        wanted = [("acceptance", day, acceptance), (kind, start, due)]
        if talk is not None and not is_co:
            wanted.append(("first_contact", day, talk))
        for clock_kind, starts_on, deadline in wanted:
            clock = clock_new(
                suggestion=ctx.suggestion,
                kind=clock_kind,
                starts_on=starts_on,
                deadline=deadline,
                assignment=assignment,
            )
            if clock_kind == kind and assignment.due_on is not None:
                clock.due_on = assignment.due_on
            clocks.append(clock)
    Clock.objects.bulk_create(clocks)
    return assignments


HAND_OVER_ACTS = {
    "pre_assign": Act(PreAssignInput, pre_assign),
    "claim": Act(AnswerInput, claim),
    "object": Act(ObjectInput, object_to),
    "hand_over": Act(HandOverInput, hand_over),
    "mark_key": Act(MarkKeyInput, mark_key),
}
