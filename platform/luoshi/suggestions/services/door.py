"""The one door: every change in the life of a suggestion goes through :func:`transition_perform`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from psycopg.errors import LockNotAvailable, UniqueViolation

from luoshi import moment
from luoshi.accounts.actor import Actor, Role
from luoshi.audit.models import Event
from luoshi.errors import Invalid, NotAllowed, NotFound, Refusal, WrongState
from luoshi.lifecycle.stage import FOLLOWS_LEADS, stage_from_leads
from luoshi.lifecycle.states import Subject, SuggestionState
from luoshi.lifecycle.tables import transition_find
from luoshi.lifecycle.transition import Transition, Who
from luoshi.methods.facade import CountyMethods, county_methods
from luoshi.methods.types import Requirement, TransitionView
from luoshi.suggestions.acts import ACTS
from luoshi.suggestions.acts.replying import replied
from luoshi.suggestions.guards import requirements_of
from luoshi.suggestions.models import Assignment, PerformedAct, Publication, Reply, Suggestion
from luoshi.suggestions.rules import Target, may
from luoshi.suggestions.selectors.cases import case_view, suggestion_visible
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.suggestions.services.batch import Batch
from luoshi.suggestions.services.context import ActContext, Moving, subject_kind
from luoshi.suggestions.services.held import Held
from luoshi.suggestions.services.log import HIDDEN_FROM_UNITS, act_log, stream_key
from luoshi.suggestions.services.subjects import (
    ASSIGNMENT,
    LEAD_STATES,
    PUBLICATION,
    REPLY,
    SUGGESTION_LOCKED,
)
from luoshi.tenancy import tenant_current
from luoshi.validation import Input, input_parse

CONFIDENTIAL_INPUT = frozenset({"evaluate", "evaluate_own", "evaluate_merged"})
"""Acts whose input is kept out of the log: grades are the deputy's and the congress's own."""
TOLD_BY_DIGEST = {"attachments", "remove_attachments", "pieces", "source"}
"""Files and masked texts stand in an event by name and digest; the ids they had while they waited say nothing
later."""


class GateShut(Refusal):
    """One or more conditions are not met (409). ``requirements`` holds them all, met ones too."""

    code = "gate_shut"
    status = 409

    def __init__(self, requirements: tuple[Requirement, ...]) -> None:
        self.requirements = requirements
        unmet = [requirement for requirement in requirements if not requirement.met]
        super().__init__("；".join(f"{row.reason}。{row.how_to_meet}" for row in unmet))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act. ``sequence``: its place in the suggestion's event log.

    ``created``: ids of records that the act made, by kind. ``repeated``: the same request had been performed
    before, and this is its outcome again.
    """

    suggestion_id: int
    subject: str
    subject_id: int
    transition: str
    state: str
    suggestion_state: str
    sequence: int
    created: Mapping[str, int]
    repeated: bool = False


def transition_perform(
    *,
    subject: Moving,
    transition: str,
    actor: Actor,
    data: Mapping[str, Any] | None = None,
    idempotency_key: str = "",
    batch: Batch | None = None,
    digest: str = "",
) -> Outcome:
    """Perform one act on a suggestion, an assignment, a reply or a publication.

    In one transaction, under the lock of the suggestion's row: permission, state, input, the core's guards,
    the requirements of every enabled method, the effect, the event, the methods' records, and the message for
    what follows after the commit.

    :param transition: name of a row in the subject's table, such as ``register``.
    :param data: the act's input; what it may hold is the act's pydantic model.
    :param idempotency_key: at most 100 characters; the same request with the same key is performed once.
    :param batch: what the caller has loaded for many acts of its one transaction; left out for a single act.
    :param digest: name of the whole that this act is one of, such as ``desk:7``. People are then told once of
        the whole, by whoever performs it, and not of each act.
    :raises NotFound: the act does not exist, or this person may not know of the case.
    :raises NotAllowed: this person may not do this.
    :raises WrongState: the subject is no longer where the act begins; the message says who did what. Or
        another one's act or import, for which this one has to wait, goes on for too long.
    :raises Invalid: the input is wrong, field by field.
    :raises GateShut: a guard or a method asks for something that is not there yet.
    """
    row = transition_find(subject_kind(subject), transition)
    if row is None:
        raise NotFound(f"没有“{transition}”这一操作")
    given = dict(data or {})
    try:
        with transaction.atomic():
            return _perform(row, subject, actor, given, idempotency_key, batch, digest)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise  # a rule of the database that a guard should have told of: our fault, never the person's
        # Two people at once can pass the checks together; the unique constraint then decides for one of them.
        pk = subject.pk if isinstance(subject, Suggestion) else subject.suggestion_id
        raise WrongState(f"“{row.label}”与他人同时进行的操作冲突，请刷新后再试{_last_act(pk)}") from error
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise  # the database is gone
        raise WrongState(f"他人正在导入或办理，“{row.label}”尚未进行，请稍后再试") from error


def _perform(
    row: Transition,
    subject: Moving,
    actor: Actor,
    given: dict[str, Any],
    idempotency_key: str,
    batch: Batch | None,
    whole: str,
) -> Outcome:
    if batch is not None:
        batch.check()
    suggestion = _lock(subject, batch)
    if not suggestion_visible(actor, suggestion.pk):
        raise NotFound("没有这件建议，或您无权查看")
    digest = _digest(row, subject, actor, given)
    if idempotency_key:
        earlier = _performed(suggestion, idempotency_key, digest)
        if earlier is not None:
            return earlier
    ctx = _context(row, subject, suggestion, actor, batch)
    if not may(actor, row.permission, Target(suggestion, ctx.assignment)):
        raise NotAllowed(f"您的身份不能进行“{row.label}”")
    if ctx.subject.state not in row.sources:
        raise WrongState(_state_message(row, ctx))
    act = ACTS[(row.subject, row.name)]
    parsed = input_parse(act.input, given)
    methods = county_methods(tenant_current()) if batch is None else batch.methods
    _gates(ctx, parsed, methods, given)

    moving = [ctx.subject] if ctx.assignment in (None, ctx.subject) else [ctx.subject, ctx.assignment]
    parts = [Held(row) for row in moving if row is not suggestion]
    case = Held(suggestion)
    source = ctx.subject.state
    old_stage = suggestion.state
    act.apply(ctx, parsed)
    if row.target is not None:
        ctx.subject.state = row.target
    for held in parts:
        held.save()
    if parts:
        _stage_follows(ctx)
    case.save()

    view = TransitionView(row.subject.value, row.name, ctx.subject.pk, source, row.target)
    sequence = _write_event(ctx, view, parsed, old_stage, whole)
    if methods.enabled:
        methods.record(case_view(suggestion), view, parsed.model_dump(mode="json"))
    outcome = Outcome(
        suggestion_id=suggestion.pk,
        subject=row.subject.value,
        subject_id=ctx.subject.pk,
        transition=row.name,
        state=ctx.subject.state,
        suggestion_state=suggestion.state,
        sequence=sequence,
        created=ctx.created,
    )
    if batch is not None:
        batch.drafted[suggestion.pk] = suggestion
    if idempotency_key:
        PerformedAct.objects.create(
            suggestion=suggestion,
            key=idempotency_key,
            request_digest=digest,
            outcome={
                "sequence": sequence,
                "created": ctx.created,
                "state": outcome.state,
                "suggestion_state": outcome.suggestion_state,
            },
        )
    return outcome


def _lock(subject: Moving, batch: Batch | None) -> Suggestion:
    suggestion_id = subject.pk if isinstance(subject, Suggestion) else subject.suggestion_id
    if batch is not None:
        # Taken out until the act is done: what a failed act has changed in memory is never used again.
        drafted = batch.drafted.pop(suggestion_id, None)
        if drafted is not None:
            return drafted
    locked = SUGGESTION_LOCKED.first(pk=suggestion_id)
    if locked is None:
        raise NotFound("没有这件建议，或您无权查看")
    return locked


def _context(
    row: Transition, subject: Moving, suggestion: Suggestion, actor: Actor, batch: Batch | None
) -> ActContext:
    """The context with everything read afresh, now that the lock is held."""
    now = moment.now()
    fresh: Moving = suggestion
    assignment: Assignment | None = None
    reply: Reply | None = None
    publication: Publication | None = None
    if isinstance(subject, Publication):
        publication = PUBLICATION.get(pk=subject.pk)
        publication.suggestion = suggestion
        fresh, reply, assignment = publication, publication.reply, publication.reply.assignment
    elif isinstance(subject, Reply):
        reply = REPLY.get(pk=subject.pk)
        reply.suggestion = suggestion
        fresh, assignment = reply, reply.assignment
    elif isinstance(subject, Assignment):
        assignment = ASSIGNMENT.get(pk=subject.pk)
        fresh = assignment
    if assignment is not None:
        assignment.suggestion = suggestion
    return ActContext(
        transition=row,
        subject=fresh,
        suggestion=suggestion,
        actor=actor,
        settings=county_settings() if batch is None else batch.settings,
        now=now,
        today=timezone.localdate(now),
        assignment=assignment,
        reply=reply,
        publication=publication,
        batch=batch,
    )


def _gates(ctx: ActContext, parsed: Input, methods: CountyMethods, given: dict[str, Any]) -> None:
    """Refuse unless every condition of the core and of the enabled methods is met."""
    asked = requirements_of(ctx, parsed)
    if methods.enabled and ctx.transition.name != "import_closed":
        view = TransitionView(
            ctx.transition.subject.value,
            ctx.transition.name,
            ctx.subject.pk,
            ctx.subject.state,
            ctx.transition.target,
        )
        case = case_view(ctx.suggestion)
        problems = methods.problems(case, view, parsed.model_dump(mode="json"))
        if problems:
            raise Invalid(problems)
        asked += methods.requirements(case, view, ctx.actor)
    if any(not requirement.met for requirement in asked):
        raise GateShut(asked)


def _stage_follows(ctx: ActContext) -> None:
    """Let the suggestion's stage follow from its leads, as the named rule says."""
    if ctx.suggestion.state not in FOLLOWS_LEADS:
        return
    states = LEAD_STATES.tuples({"suggestion": ctx.suggestion.pk, "round": ctx.suggestion.round})
    stage = stage_from_leads(state for (state,) in states)
    if stage == SuggestionState.REPLIED:
        replied(ctx)
    ctx.suggestion.state = stage


def _write_event(ctx: ActContext, view: TransitionView, parsed: Input, old_stage: str, whole: str) -> int:
    suggestion = ctx.suggestion
    more: dict[str, Any] = {"round": suggestion.round, **ctx.payload}
    if (
        Who.LEAD_DEPUTY in ctx.transition.who
        and not ctx.speaks_for_himself
        and not ctx.actor.has(Role.SYSTEM)
    ):
        more["on_behalf"] = True
    if view.name not in CONFIDENTIAL_INPUT:
        more["input"] = parsed.model_dump(mode="json", exclude_defaults=True, exclude=TOLD_BY_DIGEST)
    if suggestion.state != old_stage and view.subject != Subject.SUGGESTION:
        more["stage"] = [old_stage, suggestion.state]
    if ctx.consequences:
        more["consequences"] = [
            [change.subject, change.subject_id, change.source, change.target] for change in ctx.consequences
        ]
    return act_log(
        suggestion_id=suggestion.pk,
        view=view,
        label=ctx.transition.label,
        actor=ctx.actor,
        at=ctx.now,
        more=more,
        digest=whole,
    )


def _state_message(row: Transition, ctx: ActContext) -> str:
    """Who did what, so that whoever comes second knows why (a lost race)."""
    state = ctx.subject.get_state_display()
    return f"{row.subject.label}现为“{state}”，不能“{row.label}”{_last_act(ctx.suggestion.pk)}"


def _last_act(suggestion_id: int) -> str:
    """Who did what last, and when; empty where nothing may be told."""
    events = Event.objects.filter(stream__key=stream_key(suggestion_id))
    last = events.exclude(kind__in=HIDDEN_FROM_UNITS).order_by("-seq").first()
    if last is None or not last.payload:
        return ""
    when = timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M")
    return f"；最近一次操作：{last.payload.get('actor', '')} 于 {when} “{last.payload.get('label', '')}”"


def _digest(row: Transition, subject: Moving, actor: Actor, given: dict[str, Any]) -> str:
    """Identity of a request, so that a reused key with another request is noticed."""
    text = json.dumps([row.permission, subject.pk, actor.user_id, given], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _performed(suggestion: Suggestion, key: str, digest: str) -> Outcome | None:
    if len(key) > 100:
        raise WrongState("幂等键过长，最多 100 个字符")
    earlier = PerformedAct.objects.filter(suggestion=suggestion, key=key).first()
    if earlier is None:
        return None
    if earlier.request_digest != digest:
        raise WrongState("这个幂等键已用于另一个请求，请换一个")
    event = Event.objects.get(stream__key=stream_key(suggestion.pk), seq=earlier.outcome["sequence"])
    payload = event.payload or {}
    return Outcome(
        suggestion_id=suggestion.pk,
        subject=payload.get("subject", ""),
        subject_id=payload.get("subject_id", 0),
        transition=payload.get("transition", ""),
        state=earlier.outcome["state"],
        suggestion_state=earlier.outcome["suggestion_state"],
        sequence=earlier.outcome["sequence"],
        created=earlier.outcome["created"],
        repeated=True,
    )
