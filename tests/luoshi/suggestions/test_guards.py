"""Each row of the tables open and shut: every act done once, every guard the only one that is not met.

``READY`` (tests/support/ready.py) and ``SHUT`` are written by hand and asked by the tables: a new row or a
new guard without an entry is a failure here.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from people import Cast
from psycopg.sql import SQL, Identifier
from ready import READY, Ready, co_accepted, contacted, handling, part_of, replied, today, tracking
from snapshot import snapshot
from world import contact, fresh

from luoshi.audit.models import Event
from luoshi.audit.verification import audit_verify
from luoshi.errors import NotFound, WrongState
from luoshi.lifecycle.states import AssignmentState, PublicationState, ReplyState, Subject, SuggestionState
from luoshi.lifecycle.tables import ALL_TRANSITIONS
from luoshi.lifecycle.transition import Guard, Transition
from luoshi.outbox.models import Message
from luoshi.suggestions.guards import GUARDS
from luoshi.suggestions.models import (
    Assignment,
    Clock,
    Contact,
    CoSignature,
    Deputy,
    Evaluation,
    Extension,
    Publication,
    Rendition,
    Reply,
    Session,
    Suggestion,
    Unit,
)
from luoshi.suggestions.services.door import GateShut, transition_perform
from luoshi.suggestions.services.log import stream_key

YESTERDAY = timedelta(days=1)


# -- one guard unmet, all others met ----------------------------------------------------------------------


def _update(model: Any, **values: Any) -> None:
    assert model._default_manager.update(**values) > 0


def _unit_gone(name: str) -> Callable[[Cast, Ready], Ready]:
    def shut(c: Cast, ready: Ready) -> Ready:
        Unit.objects.filter(pk=getattr(c.world, name).pk).update(valid_to=today() - YESTERDAY)
        return ready

    return shut


def _change(model: Any, **values: Any) -> Callable[[Cast, Ready], Ready]:
    def shut(c: Cast, ready: Ready) -> Ready:
        _update(model, **values)
        return ready

    return shut


def _input(**values: Any) -> Callable[[Cast, Ready], Ready]:
    def shut(c: Cast, ready: Ready) -> Ready:
        return Ready(ready.subject, ready.actor, {**ready.data, **values})

    return shut


def _deputy_gone(c: Cast, ready: Ready) -> Ready:
    _update(Deputy, valid_to=today() - YESTERDAY)
    return ready


def _unanswered(c: Cast, ready: Ready) -> Ready:
    c.world.act(ready.subject, "invite_co_signers", c.writer, deputies=[c.invited.deputy_id])
    return ready


def _too_late(c: Cast, ready: Ready) -> Ready:
    _update(Session, submission_until=timezone.now() - YESTERDAY)
    return ready


def _withdraw_after_hand_over(c: Cast, ready: Ready) -> Ready:
    c.world.act(ready.subject, "hand_over", c.congress, units=[{"unit": c.world.roads.pk, "role": "lead"}])
    return ready


def _due_yesterday(c: Cast, ready: Ready) -> Ready:
    _update(Assignment, due_on=today() - YESTERDAY)
    return ready


def _handed_over_long_ago(c: Cast, ready: Ready) -> Ready:
    _update(Assignment, handed_over_on=today() - timedelta(days=60))
    return ready


def _no_contact(c: Cast, ready: Ready) -> Ready:
    Contact.objects.all().delete()
    return ready


def _by_the_co_unit(c: Cast, ready: Ready) -> Ready:
    co = part_of(ready.subject.suggestion, c.world.water)
    if co.state == AssignmentState.PENDING:
        c.world.act(co, "accept", c.co_head)
    return Ready(co, c.co_head, ready.data)


def _co_unit_drafts(c: Cast, ready: Ready) -> Ready:
    there = _by_the_co_unit(c, ready)
    c.world.act(there.subject, "start", c.co_head)
    return there


def _lead_gives_an_opinion(c: Cast, ready: Ready) -> Ready:
    lead = part_of(ready.subject.suggestion, c.world.roads)
    c.world.act(lead, "accept", c.lead_head)
    return Ready(lead, c.lead_head, ready.data)


def _opinion_of_a_lead(c: Cast, ready: Ready) -> Ready:
    """One of two separate leads is done, the other one wants to send it back."""
    units = [{"unit": unit.pk, "role": "separate"} for unit in (c.world.roads, c.world.water)]
    suggestion = c.world.handed_over(units=units)
    for unit, head in ((c.world.roads, c.lead_head), (c.world.water, c.co_head)):
        c.world.begin(part_of(suggestion, unit), head)
    c.world.reply_issue(part_of(suggestion, c.world.roads))
    return Ready(part_of(suggestion, c.world.roads), c.co_head, ready.data)


def _opinion_after_the_reply(c: Cast, ready: Ready) -> Ready:
    return Ready(part_of(replied(c), c.world.water), c.lead_head, ready.data)


def _open_reply(c: Cast, ready: Ready) -> Ready:
    c.world.act(ready.subject, "draft_reply", c.lead_head)
    return ready


def _open_supplement(c: Cast, ready: Ready) -> Ready:
    c.world.act(ready.subject, "draft_supplement", c.lead_head)
    return ready


def _not_tracked(c: Cast, ready: Ready) -> Ready:
    return Ready(part_of(replied(c), c.world.roads), c.lead_head)


def _opinion_missing(c: Cast, ready: Ready) -> Ready:
    co = part_of(ready.subject.suggestion, c.world.water)
    Assignment.objects.filter(pk=co.pk).update(state=AssignmentState.HANDLING)
    return ready


def _heard_before(c: Cast, ready: Ready) -> Ready:
    c.world.act(ready.subject, "evaluate_merged", ready.actor, **ready.data)
    return ready


def _published_before(c: Cast, ready: Ready) -> Ready:
    c.world.act(ready.subject, "propose_publication", c.lead_head, mode="full", ground="依据")
    return ready


SHUT: dict[tuple[str, Guard], Callable[[Cast, Ready], Ready]] = {
    ("suggestion.submit", Guard.DEPUTY_VALID): _deputy_gone,
    ("suggestion.submit", Guard.ONE_MATTER): _input(one_matter=False),
    ("suggestion.submit", Guard.EXCLUSIONS_ACKNOWLEDGED): _input(exclusions_acknowledged=False),
    ("suggestion.submit", Guard.CO_SIGNERS_ANSWERED): _unanswered,
    ("suggestion.submit", Guard.SUBMISSION_OPEN): _too_late,
    ("suggestion.withdraw", Guard.WITHDRAWAL_OPEN): _withdraw_after_hand_over,
    ("suggestion.withdraw", Guard.CO_SIGNERS_AGREE): _change(CoSignature, agrees_to_withdraw=False),
    ("suggestion.pre_assign", Guard.UNITS_VALID): _unit_gone("roads"),
    ("suggestion.hand_over", Guard.UNITS_VALID): _unit_gone("water"),
    ("suggestion.lapse_evaluation", Guard.EVALUATION_DUE_PASSED): lambda c, ready: _change(
        Clock, due_on=today()
    )(c, ready),
    ("suggestion.close", Guard.RESULT_RESOLVED): _change(Reply, result_class="planned"),
    ("suggestion.close", Guard.NO_TRIGGER_GRADE): _change(Evaluation, grade="dissatisfied", reason="未动工"),
    ("suggestion.track", Guard.RESULT_UNRESOLVED): _change(Reply, result_class="resolved"),
    ("suggestion.track", Guard.NO_TRIGGER_GRADE): _change(Evaluation, grade="dissatisfied", reason="未动工"),
    ("suggestion.evaluate_own", Guard.NOT_YET_HEARD): _change(Evaluation, by_proxy=False),
    ("suggestion.evaluate_merged", Guard.MAIN_REPLIED): _change(Suggestion, replied_on=None),
    ("suggestion.evaluate_merged", Guard.NOT_YET_HEARD): _heard_before,
    ("suggestion.rehandle", Guard.REHANDLING_GROUND): _change(Evaluation, grade="basically_satisfied"),
    ("suggestion.rehandle", Guard.UNITS_VALID): _unit_gone("roads"),
    ("suggestion.end_tracking", Guard.TRACKING_EXIT): _input(exit="resolved"),
    ("suggestion.end_tracking", Guard.NO_TRIGGER_GRADE): _change(
        Evaluation, grade="dissatisfied", reason="未动工"
    ),
    ("assignment.accept", Guard.TRIO_NAMED): _change(Unit, handler=""),
    ("assignment.request_return", Guard.RETURN_WINDOW_OPEN): _handed_over_long_ago,
    ("assignment.approve_return", Guard.UNITS_VALID): _unit_gone("schools"),
    ("assignment.reassign", Guard.UNITS_VALID): _unit_gone("schools"),
    ("assignment.start", Guard.FIRST_CONTACT): _no_contact,
    ("assignment.request_extension", Guard.IS_LEAD): _by_the_co_unit,
    ("assignment.request_extension", Guard.BEFORE_DUE): _due_yesterday,
    ("assignment.consent_extension", Guard.EXTENSION_PENDING): _change(Extension, decision="rejected"),
    ("assignment.refuse_extension", Guard.EXTENSION_PENDING): _change(Extension, decision="approved"),
    ("assignment.submit_opinion", Guard.IS_CO): _lead_gives_an_opinion,
    ("assignment.send_back_opinion", Guard.IS_CO): _opinion_of_a_lead,
    ("assignment.send_back_opinion", Guard.REPLY_OUTSTANDING): _opinion_after_the_reply,
    ("assignment.draft_reply", Guard.IS_LEAD): _co_unit_drafts,
    ("assignment.draft_reply", Guard.NO_OPEN_REPLY): _open_reply,
    ("assignment.draft_supplement", Guard.IS_LEAD): _by_the_co_unit,
    ("assignment.draft_supplement", Guard.SUGGESTION_TRACKED): _not_tracked,
    ("assignment.draft_supplement", Guard.NO_OPEN_REPLY): _open_supplement,
    ("reply.share_draft", Guard.BODY_WRITTEN): _change(Reply, body=" "),
    ("reply.sign", Guard.CLASS_CHOSEN): _change(Reply, result_class="", class_code=""),
    ("reply.sign", Guard.BODY_WRITTEN): _change(Reply, body=""),
    ("reply.sign", Guard.CO_OPINIONS_IN): _opinion_missing,
    ("reply.propose_publication", Guard.PUBLICATION_ABSENT): _published_before,
    ("publication.approve", Guard.PUBLICATION_CONSENTED): _change(Suggestion, is_confidential=True),
    ("publication.publish", Guard.PUBLICATION_CONSENTED): _change(Suggestion, wants_publication=False),
    ("publication.publish", Guard.REPLY_ISSUED): _change(Reply, state=ReplyState.APPROVED),
    ("publication.publish", Guard.VERSION_APPROVED): _input(digest="0" * 64),
    ("publication.approve", Guard.RENDITION_CONFIRMED): _change(Reply, body="改过的答复"),
    ("publication.correct", Guard.PUBLICATION_CONSENTED): _change(Suggestion, wants_publication=False),
    ("publication.correct", Guard.RENDITION_CONFIRMED): _change(Rendition, source_digest="0" * 64),
}

ROWS = {row.permission: row for row in ALL_TRANSITIONS}
PAIRS = [(row.permission, guard) for row in ALL_TRANSITIONS for guard in row.guards]


def test_every_row_and_every_guard_of_every_row_is_tried() -> None:
    assert set(READY) == set(ROWS)
    assert set(SHUT) == set(PAIRS)
    assert {guard for _, guard in PAIRS} == set(Guard) == set(GUARDS)


@pytest.mark.parametrize("permission", ROWS)
def test_it_opens(staged: Cast, permission: str) -> None:
    row = ROWS[permission]
    ready = READY[permission](staged)
    before, state = _events(ready.subject), fresh(ready.subject).state
    outcome = transition_perform(
        subject=ready.subject, transition=row.name, actor=ready.actor, data=ready.data
    )
    assert fresh(ready.subject).state == outcome.state == (row.target or state)
    event = _events(ready.subject)[-1]
    assert [event.seq for event in _events(ready.subject)] == list(range(1, len(before) + 2))
    assert (event.seq, event.kind, event.actor_id) == (outcome.sequence, permission, ready.actor.user_id)
    assert event.payload is not None
    assert (event.payload["source"], event.payload["target"]) == (state, row.target)
    assert audit_verify().findings == ()


@pytest.mark.parametrize(("permission", "guard"), PAIRS)
def test_it_is_shut_by_this_guard_alone(staged: Cast, permission: str, guard: Guard) -> None:
    ready = SHUT[permission, guard](staged, READY[permission](staged))
    before = snapshot()
    with pytest.raises(GateShut) as refusal:
        transition_perform(
            subject=ready.subject, transition=ROWS[permission].name, actor=ready.actor, data=ready.data
        )
    asked = refusal.value.requirements
    assert [row.code for row in asked] == [row.value for row in ROWS[permission].guards]
    assert [row.code for row in asked if not row.met] == [guard.value]
    [unmet] = [row for row in asked if not row.met]
    assert refusal.value.message == f"{unmet.reason}。{unmet.how_to_meet}"
    assert (unmet.owner, unmet.broken, refusal.value.status) == ("core", False, 409)
    assert snapshot() == before


STATES: dict[Subject, Any] = {
    Subject.SUGGESTION: SuggestionState,
    Subject.ASSIGNMENT: AssignmentState,
    Subject.REPLY: ReplyState,
    Subject.PUBLICATION: PublicationState,
}


@pytest.mark.parametrize("permission", ROWS)
def test_it_does_not_exist_in_other_states(staged: Cast, permission: str) -> None:
    row = ROWS[permission]
    ready = READY[permission](staged)
    for state in STATES[row.subject].values:
        if state in row.sources:
            continue
        _force(ready.subject, state)
        before = _row_and_log(ready.subject)
        expected = NotFound if _is_hidden(staged, row, ready, state) else WrongState
        with pytest.raises(expected) as refusal:
            transition_perform(subject=ready.subject, transition=row.name, actor=ready.actor, data=ready.data)
        if expected is WrongState:
            label = STATES[row.subject](state).label
            assert f"现为“{label}”，不能“{row.label}”；最近一次操作：" in refusal.value.message
        assert _row_and_log(ready.subject) == before, state


def _row_and_log(subject: Any) -> tuple[Any, ...]:
    """The row as the database holds it, with the length of the log and of the outbox."""
    query = SQL("SELECT *, (SELECT count(*) FROM {}), (SELECT count(*) FROM {}) FROM {} WHERE id = %s")
    tables = (Identifier(model._meta.db_table) for model in (Event, Message, type(subject)))
    with connection.cursor() as cursor:
        cursor.execute(query.format(*tables), [subject.pk])
        found: tuple[Any, ...] = cursor.fetchone()
    return found


def _is_hidden(cast: Cast, row: Transition, ready: Ready, state: str) -> bool:
    """Drafts are no business of the government's office; a proposal is shown while it is one."""
    if row.subject != Subject.SUGGESTION:
        return False
    if row.name in ("claim", "object"):
        return True
    return ready.actor == cast.government and state in ("draft", "co_signing")


def _force(subject: Any, state: str) -> None:
    """Put a row into a state past the door, as no product code may."""
    values: dict[str, Any] = {"state": state}
    if isinstance(subject, Suggestion):
        other = Suggestion.objects.exclude(pk=subject.pk).first()
        if other is None:
            other = Suggestion.objects.create(
                session_id=subject.session_id, title="另一件", lead_deputy_id=subject.lead_deputy_id
            )
        values |= {"number": 999, "merged_into": other if state == "merged" else None}
    if isinstance(subject, Assignment):
        values |= {"principal": "甲", "in_charge": "乙", "handler": "丙"}
    if isinstance(subject, Reply):
        values["issued_on"] = today()
    if isinstance(subject, Publication):
        values["reason"] = "理由"
    type(subject)._default_manager.filter(pk=subject.pk).update(**values)


def _events(subject: Any) -> list[Event]:
    suggestion_id = subject.pk if isinstance(subject, Suggestion) else subject.suggestion_id
    return list(Event.objects.filter(stream__key=stream_key(suggestion_id)).order_by("seq"))


# -- what a guard does not ask ----------------------------------------------------------------------------


def test_a_co_unit_begins_without_a_contact(staged: Cast) -> None:
    co = co_accepted(staged)
    staged.world.act(co, "start", staged.co_head)
    assert fresh(co).state == "handling"


def test_a_contact_with_the_co_unit_opens_nothing_for_the_lead(staged: Cast) -> None:
    lead, made = contacted(staged)
    Contact.objects.filter(pk=made).delete()
    co = part_of(lead.suggestion, staged.world.water)
    staged.world.act(co, "accept", staged.co_head)
    staged.world.act(co, "record_contact", staged.co_head, **contact(co))
    with pytest.raises(GateShut):
        staged.world.act(lead, "start", staged.lead_head)


def test_a_late_opinion_is_waited_for_until_its_lateness_is_noted(staged: Cast) -> None:
    lead = handling(staged)
    reply = Reply.objects.get(pk=staged.world.act(lead, "draft_reply", staged.lead_head).created["reply"])
    staged.world.act(reply, "edit", staged.lead_head, body="现答复如下。", class_code="A")
    with pytest.raises(GateShut, match="会办意见未到：县水利局"):
        # Not late yet: noting does not help.
        staged.world.act(reply, "sign", staged.lead_head, co_overdue_noted=True)
    Assignment.objects.filter(unit=staged.world.water).update(due_on=today() - YESTERDAY)
    with pytest.raises(GateShut, match="会办意见未到：县水利局"):
        staged.world.act(reply, "sign", staged.lead_head)
    staged.world.act(reply, "sign", staged.lead_head, co_overdue_noted=True)
    event = _events(reply)[-1]
    assert event.payload is not None
    assert event.payload["co_overdue_noted"] is True


def test_tracking_ends_as_resolved_only_after_the_deputy_was_told(staged: Cast) -> None:
    suggestion = tracking(staged)
    staged.world.reply_issue(part_of(suggestion, staged.world.roads), "A", kind="draft_supplement")
    staged.world.act(suggestion, "end_tracking", staged.congress, exit="resolved", deputy_view="agrees")
    ended = fresh(suggestion)
    assert (ended.state, ended.tracking_exit, ended.result_class) == ("closed", "resolved", "resolved")


@pytest.mark.parametrize("way", ["decisive_progress", "not_feasible"])
def test_any_other_end_of_tracking_is_explained(staged: Cast, way: str) -> None:
    suggestion = tracking(staged)
    with pytest.raises(GateShut, match="结束跟踪须说明情况"):
        staged.world.act(suggestion, "end_tracking", staged.congress, exit=way)
    staged.world.act(suggestion, "end_tracking", staged.congress, exit=way, explanation="已列入规划")
    assert (fresh(suggestion).state, fresh(suggestion).tracking_exit) == ("closed", way)
