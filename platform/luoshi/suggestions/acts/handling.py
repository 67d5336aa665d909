"""What a unit does with its assignment (domain.md C1 rows 9–13, C2)."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from luoshi.calendar.types import Start, Unit, Window
from luoshi.errors import Invalid, Problem
from luoshi.lifecycle.states import AssignmentRole, AssignmentState, ContactMode, ContactPhase
from luoshi.suggestions.acts.act import Act, NoInput, Reason, UnitPart, nothing_more
from luoshi.suggestions.acts.files import Attachments, attachments_add
from luoshi.suggestions.acts.hand_over import assignments_create, first_handed_over_on, part_window
from luoshi.suggestions.models import Assignment, Contact, CoOpinion, Extension, Reply, ReturnRequest
from luoshi.suggestions.models.assignment import Decision
from luoshi.suggestions.services.clocks import clock_end, clock_extend, clock_start, clocks_stop
from luoshi.suggestions.services.context import ActContext
from luoshi.validation import Input


def _reply_clock(assignment: Assignment) -> str:
    return "lead_reply" if assignment.is_lead else "co_opinion"


class AcceptInput(Input):
    """The responsible trio (HN-05). What is left out is taken from the unit."""

    principal: Annotated[str, Field(title="主要负责人", max_length=40)] = ""
    in_charge: Annotated[str, Field(title="分管负责人", max_length=40)] = ""
    handler: Annotated[str, Field(title="经办人", max_length=40)] = ""


def accept(ctx: ActContext, data: AcceptInput) -> None:
    """签收."""
    assignment = ctx.own_assignment()
    assignment.principal = data.principal or assignment.unit.principal
    assignment.in_charge = data.in_charge or assignment.unit.in_charge
    assignment.handler = data.handler or assignment.unit.handler
    assignment.accepted_at = ctx.now
    clock_end(suggestion=ctx.suggestion, kind="acceptance", assignment=assignment, on=ctx.today)
    window = part_window(ctx, assignment.role)
    if window.start == Start.RECEIPT and assignment.replaces_id is None:
        due = ctx.deadline(ctx.today, window).due_on
        assignment.due_on = due
        clock_extend(assignment=assignment, kind=_reply_clock(assignment), due_on=due)
    talk = ctx.settings.windows.first_contact
    if talk is not None and talk.start == Start.RECEIPT and assignment.is_lead:
        due = ctx.deadline(ctx.today, talk).due_on
        clock_extend(assignment=assignment, kind="first_contact", due_on=due)


class ReturnInput(Input):
    """Why the unit gives it back, and to whom it should go (HN-11)."""

    reason: Annotated[str, Field(title="退办理由", min_length=1, max_length=2000)]
    proposed_unit: Annotated[int | None, Field(title="建议改由", ge=1)] = None


def request_return(ctx: ActContext, data: ReturnInput) -> None:
    """申请退办. A unit never forwards by itself."""
    assignment = ctx.own_assignment()
    unit = ctx.unit(data.proposed_unit, "proposed_unit") if data.proposed_unit else None
    if unit is not None and unit.pk == assignment.unit_id:
        raise Invalid([Problem("proposed_unit", "建议改由的单位不能是本单位")])
    ReturnRequest.objects.create(
        assignment=assignment, reason=data.reason, proposed_unit=unit, requested_at=ctx.now
    )
    clock_start(
        suggestion=ctx.suggestion,
        kind="return_decision",
        starts_on=ctx.today,
        deadline=ctx.deadline(ctx.today, ctx.settings.windows.return_decision),
        assignment=assignment,
    )


def _decide_return(ctx: ActContext, decision: Decision, reason: str, instruction: str) -> None:
    request = ReturnRequest.objects.get(assignment=ctx.own_assignment(), decision=Decision.PENDING)
    request.decision = decision
    request.decision_reason = reason
    request.leader_instruction = instruction
    request.decided_at = ctx.now
    request.save()
    clock_end(
        suggestion=ctx.suggestion, kind="return_decision", assignment=ctx.own_assignment(), on=ctx.today
    )


class RejectReturnInput(Reason):
    """The decision, with the leader's instruction where there is one."""

    leader_instruction: Annotated[str, Field(title="分管领导意见", max_length=2000)] = ""


def reject_return(ctx: ActContext, data: RejectReturnInput) -> None:
    """不同意退办: the unit goes on; its clock never stopped."""
    _decide_return(ctx, Decision.REJECTED, data.reason, data.leader_instruction)


class ReassignInput(Input):
    """``units``: who takes the part over. None: the suggestion goes back to the pre-assignment."""

    units: Annotated[tuple[UnitPart, ...], Field(title="改办单位", max_length=40)] = ()
    reason: Annotated[str, Field(title="理由", min_length=1, max_length=2000)]
    leader_instruction: Annotated[str, Field(title="分管领导意见", max_length=2000)] = ""

    @model_validator(mode="after")
    def _units_differ(self) -> Self:
        if len({part.unit for part in self.units}) != len(self.units):
            raise ValueError("同一单位只能选一次")
        return self


class ReassignNowInput(ReassignInput):
    """A re-assignment by the office names the new unit at once."""

    units: Annotated[tuple[UnitPart, ...], Field(title="改办单位", min_length=1, max_length=40)]


def approve_return(ctx: ActContext, data: ReassignInput) -> None:
    """同意退办: the old assignment stays as history (HN-11)."""
    _decide_return(ctx, Decision.APPROVED, data.reason, data.leader_instruction)
    _replace(ctx, data)


def reassign(ctx: ActContext, data: ReassignNowInput) -> None:
    """改办 by the office's own decision (二次交办)."""
    _replace(ctx, data)


def _replace(ctx: ActContext, data: ReassignInput) -> None:
    old = ctx.own_assignment()
    units = ctx.units([part.unit for part in data.units])
    _check_new_parts(ctx, old, data.units)
    for reply in Reply.objects.filter(assignment=old).exclude(state__in=["issued", "ended"]):
        ctx.moves(reply, "ended")
    clocks_stop(suggestion=ctx.suggestion, assignment=old, on=ctx.today, owner=None)
    # The old row leaves the unique constraints before the new ones enter them.
    Assignment.objects.filter(pk=old.pk).update(state=ctx.transition.target)
    # The new unit is given the matter today, with its own time to accept or return it; the time to answer
    # goes on where the county counts from the hand-over.
    restart = ctx.settings.restart_clock_on_reassignment
    due_kept = None if restart else old.due_on
    created = assignments_create(
        ctx,
        list(zip(units, data.units, strict=True)),
        ctx.today,
        county_leader=old.county_leader,
        office_follow_up=old.office_follow_up,
        replaces=old,
        counts_from=None if restart else first_handed_over_on(ctx),
        lead_due=due_kept if old.is_lead else None,
        co_due=None if old.is_lead else due_kept,
        requirement=old.requirement,
    )
    ctx.payload["assignments"] = [assignment.pk for assignment in created]


def _check_new_parts(ctx: ActContext, old: Assignment, parts: tuple[UnitPart, ...]) -> None:
    """The new parts must leave the round with one lead, or only separate ones.

    :raises Invalid: where they would not, or where a unit already has a part.
    """
    others = list(
        Assignment.objects.filter(suggestion=ctx.suggestion, round=ctx.suggestion.round)
        .exclude(pk=old.pk)
        .exclude(state__in=["reassigned", "ended"])
        .select_related("unit")
    )
    taken = {other.unit_id: other.unit.name for other in others}
    roles = [part.role for part in parts]
    other_roles = [other.role for other in others]
    problem = ""
    if doubled := [taken[part.unit] for part in parts if part.unit in taken]:
        problem = f"{'、'.join(doubled)}已承办本件，请另选单位"
    elif any(part.unit == old.unit_id for part in parts):
        problem = "改办单位不能是原单位"
    elif (roles + other_roles).count(AssignmentRole.LEAD) > 1:
        problem = "只能有一个主办单位；由几个单位各自答复的，请都选为分办"
    elif AssignmentRole.LEAD in roles + other_roles and AssignmentRole.SEPARATE in roles + other_roles:
        problem = "主办与分办不能并用；由几个单位各自答复的，请都选为分办"
    elif old.is_lead and not parts and any(other.is_lead for other in others):
        problem = "其他单位只答复各自的部分，请为退回的部分另选分办单位"
    elif old.is_lead and AssignmentRole.CO in roles:
        problem = "退回的是须答复代表的部分，请选为主办或分办"
    elif not old.is_lead and any(role != AssignmentRole.CO for role in roles):
        problem = "退回的是会办部分，请选为会办"
    if problem:
        raise Invalid([Problem("units", problem)])


class PlanInput(Input):
    """内部分类 and 工作方案 (HN-12)."""

    triage: Annotated[Assignment.Triage | None, Field(title="办理分类")] = None
    work_plan: Annotated[str | None, Field(title="工作方案", max_length=20_000)] = None


def plan(ctx: ActContext, data: PlanInput) -> None:
    """办理方案."""
    if data.triage is not None:
        ctx.own_assignment().triage = data.triage
    if data.work_plan is not None:
        ctx.own_assignment().work_plan = data.work_plan


class ContactInput(Input):
    """One contact, stated by the unit (HN-14). It counts as confirmed only when the deputy says so."""

    phase: Annotated[ContactPhase, Field(title="阶段")]
    mode: Annotated[ContactMode, Field(title="方式")]
    held_on: Annotated[date, Field(title="日期")]
    persons: Annotated[str, Field(title="参加人员", min_length=1, max_length=300)]
    person_times: Annotated[int, Field(title="沟通人次", ge=1, le=1000)] = 1
    place: Annotated[str, Field(title="地点", max_length=100)] = ""
    summary: Annotated[str, Field(title="沟通内容", min_length=1, max_length=5000)]
    attachments: Annotated[Attachments, Field(title="现场照片、签到表等佐证")] = ()


def record_contact(ctx: ActContext, data: ContactInput) -> None:
    """记录沟通."""
    assignment = ctx.own_assignment()
    if data.held_on > ctx.today:
        raise Invalid([Problem("held_on", "沟通日期不能晚于今天")])
    if assignment.handed_over_on is not None and data.held_on < assignment.handed_over_on:
        raise Invalid([Problem("held_on", f"沟通日期不能早于交办日期 {assignment.handed_over_on}")])
    if assignment.state == AssignmentState.DONE and data.phase != ContactPhase.AFTER:
        raise Invalid([Problem("phase", "答复之后只能记录办后沟通")])
    contact = Contact.objects.create(
        recorded_at=ctx.now,
        assignment=assignment,
        suggestion=ctx.suggestion,
        round=assignment.round,
        **data.model_dump(exclude={"attachments"}),
    )
    attachments_add(ctx, data.attachments, contact=contact)
    ctx.created["contact"] = contact.pk
    clock_end(suggestion=ctx.suggestion, kind="first_contact", assignment=assignment, on=data.held_on)


class ContactAnswerInput(Input):
    """Which contact the deputy speaks of. ``basis``: the paper, where the office enters his answer."""

    contact: Annotated[int, Field(title="沟通记录", ge=1)]
    basis: Annotated[str, Field(title="代录依据", max_length=200)] = ""


class ContactDenialInput(ContactAnswerInput):
    """不属实 needs a reason, which the congress sees."""

    reason: Annotated[str, Field(title="说明", min_length=1, max_length=2000)]


def _contact(ctx: ActContext, data: ContactAnswerInput) -> Contact:
    """The contact to be answered. The deputy's own answer replaces one that was entered for him."""
    contact = Contact.objects.filter(assignment=ctx.own_assignment(), pk=data.contact).first()
    if contact is None:
        raise Invalid([Problem("contact", "没有这条沟通记录，请刷新后重选")])
    replaces = contact.answered_by_proxy and ctx.speaks_for_himself
    if contact.confirmed is not None and not replaces:
        raise Invalid([Problem("contact", "这条沟通记录代表已经答复过")])
    ctx.basis_needed(data.basis)
    contact.answered_at = ctx.now
    contact.answered_by_proxy = not ctx.speaks_for_himself
    contact.answer_basis = data.basis
    ctx.payload["replaces_proxy"] = replaces
    return contact


def confirm_contact(ctx: ActContext, data: ContactAnswerInput) -> None:
    """确认属实; entered by the office from paper it is labelled so."""
    contact = _contact(ctx, data)
    contact.confirmed = True
    contact.denial_reason = ""
    contact.save()


def deny_contact(ctx: ActContext, data: ContactDenialInput) -> None:
    """不属实."""
    contact = _contact(ctx, data)
    contact.confirmed = False
    contact.denial_reason = data.reason
    contact.save()


class ExtensionInput(Input):
    """Until when, and why. Never beyond the county's limit from the hand-over (art. 51: 6 months)."""

    until: Annotated[date, Field(title="申请延至")]
    reason: Annotated[str, Field(title="理由", min_length=1, max_length=2000)]


def request_extension(ctx: ActContext, data: ExtensionInput) -> None:
    """申请延期."""
    assignment = ctx.own_assignment()
    if assignment.due_on is None or assignment.handed_over_on is None:
        raise Invalid([Problem("until", "本件没有期限，不需延期")])
    months = ctx.settings.extension_limit_months
    # Changing hands wins no time beyond the law's limit, unless the county starts the clock anew.
    start = assignment.handed_over_on
    if not ctx.settings.restart_clock_on_reassignment:
        start = first_handed_over_on(ctx) or start
    limit = ctx.deadline(start, Window(months, Unit.MONTH, Start.HAND_OVER)).due_on
    if data.until <= assignment.due_on:
        raise Invalid([Problem("until", f"延期后的日期须晚于现期限 {assignment.due_on}")])
    if data.until > limit:
        raise Invalid([Problem("until", f"自交办之日起最长 {months} 个月，最晚可延至 {limit}")])
    if Extension.objects.filter(assignment=assignment, decision=Decision.PENDING).exists():
        raise Invalid([Problem("until", "已有一份待定的延期申请，请等待决定")])
    Extension.objects.create(
        assignment=assignment,
        reason=data.reason,
        requested_until=data.until,
        requested_at=ctx.now,
        previous_due_on=assignment.due_on,
    )


class DecisionInput(Input):
    """A decision may carry a remark."""

    reason: Annotated[str, Field(title="意见", max_length=2000)] = ""


def _decide_extension(ctx: ActContext, decision: Decision, reason: str) -> Extension:
    extension = Extension.objects.get(assignment=ctx.own_assignment(), decision=Decision.PENDING)
    extension.decision = decision
    extension.decision_reason = reason
    extension.decided_at = ctx.now
    extension.save()
    return extension


def consent_extension(ctx: ActContext, data: DecisionInput) -> None:
    """同意延期: the clock moves and the deputy is told, so a lawful extension never shows as late."""
    extension = _decide_extension(ctx, Decision.APPROVED, data.reason)
    assignment = ctx.own_assignment()
    assignment.due_on = extension.requested_until
    clock_extend(assignment=assignment, kind=_reply_clock(assignment), due_on=extension.requested_until)
    ctx.payload["due_on"] = extension.requested_until.isoformat()


def refuse_extension(ctx: ActContext, data: Reason) -> None:
    """不同意延期."""
    _decide_extension(ctx, Decision.REJECTED, data.reason)


class OpinionInput(Input):
    """The co-unit's written opinion."""

    text: Annotated[str, Field(title="会办意见", min_length=1, max_length=20_000)]


def submit_opinion(ctx: ActContext, data: OpinionInput) -> None:
    """提交会办意见 to the lead; it never goes to the deputy by itself."""
    assignment = ctx.own_assignment()
    is_late = assignment.due_on is not None and ctx.today > assignment.due_on
    opinion = CoOpinion.objects.create(
        assignment=assignment, text=data.text, submitted_at=ctx.now, is_late=is_late
    )
    ctx.created["opinion"] = opinion.pk
    assignment.done_on = ctx.today
    clock_end(suggestion=ctx.suggestion, kind="co_opinion", assignment=assignment, on=ctx.today)


def send_back_opinion(ctx: ActContext, data: Reason) -> None:
    """The lead sends an opinion back; a short clock runs for the new one (重庆: 5 working days)."""
    assignment = ctx.own_assignment()
    CoOpinion.objects.filter(assignment=assignment, sent_back_at__isnull=True).update(
        sent_back_at=ctx.now, sent_back_reason=data.reason
    )
    due = ctx.deadline(ctx.today, ctx.settings.windows.co_opinion_redo)
    assignment.done_on = None
    assignment.due_on = due.due_on
    clock_start(
        suggestion=ctx.suggestion,
        kind="co_opinion",
        starts_on=ctx.today,
        deadline=due,
        assignment=assignment,
    )


def _draft(ctx: ActContext, kind: Reply.Kind) -> None:
    reply = Reply.objects.create(
        suggestion=ctx.suggestion, assignment=ctx.own_assignment(), round=ctx.suggestion.round, kind=kind
    )
    ctx.created["reply"] = reply.pk


def draft_reply(ctx: ActContext, data: NoInput) -> None:
    """拟稿."""
    _draft(ctx, Reply.Kind.REPLY)


def draft_supplement(ctx: ActContext, data: NoInput) -> None:
    """拟补充答复, when the thing is done or can be done (HN-16)."""
    _draft(ctx, Reply.Kind.SUPPLEMENT)


HANDLING_ACTS = {
    "accept": Act(AcceptInput, accept),
    "request_return": Act(ReturnInput, request_return),
    "reject_return": Act(RejectReturnInput, reject_return),
    "approve_return": Act(ReassignInput, approve_return),
    "reassign": Act(ReassignNowInput, reassign),
    "plan": Act(PlanInput, plan),
    "record_contact": Act(ContactInput, record_contact),
    "confirm_contact": Act(ContactAnswerInput, confirm_contact),
    "deny_contact": Act(ContactDenialInput, deny_contact),
    "start": Act(NoInput, nothing_more),
    "request_extension": Act(ExtensionInput, request_extension),
    "consent_extension": Act(DecisionInput, consent_extension),
    "refuse_extension": Act(Reason, refuse_extension),
    "submit_opinion": Act(OpinionInput, submit_opinion),
    "send_back_opinion": Act(Reason, send_back_opinion),
    "draft_reply": Act(NoInput, draft_reply),
    "draft_supplement": Act(NoInput, draft_supplement),
}
