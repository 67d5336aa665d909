"""Two people act on one case at once: one wins, the other is told who did what, nothing is half-written."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Max
from people import Cast, cast_make
from ready import READY, Ready, accepted, drafted, pre_assigned, submitted, under_review
from world import fresh

from luoshi.audit.models import Event
from luoshi.audit.verification import audit_verify
from luoshi.errors import Invalid, Refusal, WrongState
from luoshi.outbox.models import Message
from luoshi.suggestions.models import Assignment, PerformedAct, Review, Session, Suggestion
from luoshi.suggestions.services.door import Outcome, transition_perform
from luoshi.suggestions.services.log import stream_key
from luoshi_tenants.context import carry_county


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """A county of this module alone, with real commits; each test makes its own cases in it."""
    from luoshi_tenants.context import county_context
    from luoshi_tenants.provisioning.services import county_create, county_drop

    with django_db_blocker.unblock():
        made = county_create(
            code="430997", name="争办县", province_code="430000", hosts=["zhengban.localhost"]
        )
        try:
            with county_context(made):
                yield cast_make()
        finally:
            connection.close()
            county_drop(made)


def act(ready: Ready, name: str, key: str = "") -> Callable[[], Outcome]:
    """The act, to be done later in another thread."""
    return lambda: transition_perform(
        subject=ready.subject, transition=name, actor=ready.actor, data=ready.data, idempotency_key=key
    )


def at_once(*works: Callable[[], Outcome]) -> list[Outcome | Refusal]:
    """Start all works together, each in a thread with a connection of its own."""
    start = threading.Barrier(len(works), timeout=30)

    def run(work: Callable[[], Outcome]) -> Outcome | Refusal:
        start.wait()
        try:
            return work()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(60) for future in [pool.submit(carry_county(run), work) for work in works]]


def hold_until_waited_for(work: Callable[[], Any], done: threading.Event) -> Any:
    """Do ``work`` in a transaction that stays open until another connection waits for it."""
    with transaction.atomic():
        result = work()
        done.set()
        with connection.cursor() as cursor:
            for _ in range(600):
                cursor.execute(
                    "SELECT count(*) FROM pg_locks"
                    " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
                )
                if cursor.fetchone() == (1,):
                    return result
                time.sleep(0.05)
    raise AssertionError("nobody waits for this transaction")


def one_behind_the_other(first: Callable[[], Any], second: Callable[[], Outcome]) -> Outcome | Refusal:
    """What ``second`` comes to, begun while ``first`` is done and not yet committed."""
    done = threading.Event()

    def follow() -> Outcome:
        assert done.wait(30)
        return second()

    return at_once(lambda: hold_until_waited_for(first, done), follow)[1]


def number_free() -> int:
    return (Suggestion.objects.aggregate(highest=Max("number"))["highest"] or 0) + 1


def one_won(results: list[Outcome | Refusal]) -> tuple[Outcome, Refusal]:
    """The outcome of the winner and what the other one was told."""
    [won] = [row for row in results if isinstance(row, Outcome)]
    [told] = [row for row in results if isinstance(row, Refusal)]
    return won, told


def log_is_whole(suggestion_id: int) -> list[str]:
    """Kinds of all events in order; the chain has no gap and each act told the outbox once."""
    events = list(Event.objects.filter(stream__key=stream_key(suggestion_id)).order_by("seq"))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert Message.objects.filter(key=stream_key(suggestion_id)).count() == len(events)
    assert audit_verify().findings == ()
    return [event.kind for event in events]


@pytest.mark.parametrize("again", range(3))
def test_two_of_one_unit_accept(shared: Cast, again: int) -> None:
    ready = READY["assignment.accept"](shared)
    results = at_once(act(ready, "accept"), act(Ready(ready.subject, shared.lead_handler), "accept"))
    won, told = one_won(results)
    assert (won.state, type(told)) == ("accepted", WrongState)
    winner = Event.objects.get(stream__key=stream_key(won.suggestion_id), seq=won.sequence).payload["actor"]
    assert winner in ("交通局长", "交通经办")
    assert told.message.startswith(f"承办现为“已签收”，不能“签收”；最近一次操作：{winner} 于 ")
    assert told.message.endswith("“签收”")
    assert log_is_whole(won.suggestion_id).count("assignment.accept") == 1


def test_one_passes_the_reply_and_one_sends_it_back(shared: Cast) -> None:
    reply = under_review(shared)
    results = at_once(
        act(Ready(reply, shared.government), "approve"),
        act(Ready(reply, shared.government, {"reason": "未写完工时间"}), "send_back"),
    )
    won, told = one_won(results)
    assert (fresh(reply).state, type(told)) == (won.state, WrongState)
    assert "最近一次操作：政府办 于 " in told.message
    assert Review.objects.filter(reply=reply).count() == 1
    kinds = log_is_whole(won.suggestion_id)
    assert kinds.count("reply.approve") + kinds.count("reply.send_back") == 1


def test_handed_over_by_both_offices(shared: Cast) -> None:
    suggestion = pre_assigned(shared)
    roads, water = ([{"unit": unit.pk, "role": "lead"}] for unit in (shared.world.roads, shared.world.water))
    results = at_once(
        act(Ready(suggestion, shared.congress, {"units": roads}), "hand_over"),
        act(Ready(suggestion, shared.government, {"units": water}), "hand_over"),
    )
    won, told = one_won(results)
    assert (won.suggestion_state, type(told)) == ("assigned", WrongState)
    assert told.message.startswith("建议现为“已交办”，不能“交办”；最近一次操作：")
    assert Assignment.objects.filter(suggestion=suggestion).count() == 1
    assert log_is_whole(suggestion.pk).count("suggestion.hand_over") == 1


def test_withdrawn_while_it_is_handed_over(shared: Cast) -> None:
    ready = READY["suggestion.withdraw"](shared)
    roads = [{"unit": shared.world.roads.pk, "role": "lead"}]
    results = at_once(
        act(ready, "withdraw"), act(Ready(ready.subject, shared.congress, {"units": roads}), "hand_over")
    )
    won, told = one_won(results)
    state = fresh(ready.subject).state
    assert state == won.suggestion_state
    # Whoever withdraws too late is told so by the rule that shut; whoever hands over too late by the state.
    assert (state, told.code) in {("withdrawn", "wrong_state"), ("assigned", "gate_shut")}
    assert Assignment.objects.filter(suggestion=ready.subject).count() == (state == "assigned")
    log_is_whole(ready.subject.pk)


@pytest.mark.parametrize("again", range(3))
def test_two_suggestions_registered_at_once_get_two_numbers(shared: Cast, again: int) -> None:
    first, second = submitted(shared), submitted(shared)
    number = number_free()
    results = at_once(
        act(Ready(first, shared.congress), "register"), act(Ready(second, shared.secretariat), "register")
    )
    assert [row.state for row in results if isinstance(row, Outcome)] == ["registered", "registered"]
    assert sorted(fresh(row).number for row in (first, second)) == [number, number + 1]
    for suggestion in (first, second):
        assert log_is_whole(suggestion.pk).count("suggestion.register") == 1


def test_who_registers_waits_for_the_number_that_is_being_given(shared: Cast) -> None:
    first, second = submitted(shared), submitted(shared)
    number = number_free()
    told = one_behind_the_other(
        act(Ready(first, shared.congress), "register"), act(Ready(second, shared.secretariat), "register")
    )
    assert isinstance(told, Outcome)
    assert (fresh(first).number, fresh(second).number) == (number, number + 1)
    assert log_is_whole(second.pk).count("suggestion.register") == 1


def test_who_asks_for_the_number_that_is_being_given_is_told_whose_it_is(shared: Cast) -> None:
    first, second = submitted(shared), submitted(shared)
    number = number_free()
    told = one_behind_the_other(
        act(Ready(first, shared.congress), "register"),
        act(Ready(second, shared.secretariat, {"number": number}), "register"),
    )
    assert isinstance(told, Invalid)
    assert told.message == f"第{number}号已是《{first.title}》的编号，请换一个编号"
    assert (fresh(first).number, fresh(second).number, fresh(second).state) == (number, None, "submitted")
    assert log_is_whole(second.pk).count("suggestion.register") == 0


def test_who_registers_waits_for_an_import_into_the_session(shared: Cast) -> None:
    case = submitted(shared)
    session = Session.objects.select_for_update(no_key=True).filter(pk=case.session_id)
    told = one_behind_the_other(session.get, act(Ready(case, shared.congress), "register"))
    assert isinstance(told, Outcome)
    assert fresh(case).state == "registered"


def test_who_has_waited_long_enough_is_told_and_nothing_is_done(
    shared: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("luoshi.suggestions.acts.intake.NUMBERING_PATIENCE", "100ms")
    case, other = submitted(shared), submitted(shared)
    before = log_is_whole(case.pk)
    held, done = threading.Event(), threading.Event()

    def hold() -> Outcome:
        with transaction.atomic():
            outcome = act(Ready(other, shared.congress), "register")()
            held.set()
            assert done.wait(30)
        return outcome

    def give_up() -> Outcome:
        assert held.wait(30)
        try:
            return act(Ready(case, shared.secretariat), "register")()
        finally:
            done.set()

    won, told = one_won(at_once(hold, give_up))
    assert won.suggestion_id == other.pk
    assert (type(told), told.message) == (
        WrongState,
        "他人正在导入或办理，“受理编号”尚未进行，请稍后再试",
    )
    assert (fresh(case).number, fresh(case).state, log_is_whole(case.pk)) == (None, "submitted", before)


def test_after_the_numbering_locks_are_waited_for_as_before(shared: Cast) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        before = cursor.fetchone()
        act(Ready(submitted(shared), shared.congress), "register")()
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == before


def test_what_the_checks_could_not_see_is_told_by_the_constraint(shared: Cast) -> None:
    """A number written past the door, under no lock that the door knows of."""
    first, second = submitted(shared), submitted(shared)
    number = number_free()
    told = one_behind_the_other(
        lambda: Suggestion.objects.filter(pk=first.pk).update(number=number),
        act(Ready(second, shared.secretariat), "register"),
    )
    assert isinstance(told, WrongState)
    assert told.message.startswith(
        "“受理编号”与他人同时进行的操作冲突，请刷新后再试；最近一次操作：" + shared.writer.name
    )
    assert (fresh(second).number, fresh(second).state) == (None, "submitted")
    assert log_is_whole(second.pk).count("suggestion.register") == 0
    transition_perform(subject=second, transition="register", actor=shared.congress)
    assert fresh(second).number == number + 1


def test_the_same_request_twice_at_once_is_done_once(shared: Cast) -> None:
    ready = READY["assignment.record_contact"](shared)
    results = at_once(act(ready, "record_contact", "k1"), act(ready, "record_contact", "k1"))
    outcomes = [row for row in results if isinstance(row, Outcome)]
    assert len(outcomes) == 2
    assert sorted(row.repeated for row in outcomes) == [False, True]
    assert len({(row.sequence, row.created["contact"], row.state) for row in outcomes}) == 1
    assert ready.subject.contacts.count() == 1
    assert log_is_whole(ready.subject.suggestion_id).count("assignment.record_contact") == 1


def test_two_drafts_at_once_are_one_draft(shared: Cast) -> None:
    ready = READY["assignment.draft_reply"](shared)
    results = at_once(
        act(ready, "draft_reply"), act(Ready(ready.subject, shared.lead_handler), "draft_reply")
    )
    _, told = one_won(results)
    assert told.code == "gate_shut"
    assert ready.subject.replies.count() == 1


def test_two_cases_do_not_wait_for_each_other(shared: Cast) -> None:
    """One case is held open by a transaction; the other goes on meanwhile."""
    held, free = accepted(shared), accepted(shared)
    holding, done = threading.Event(), threading.Event()

    def hold() -> Outcome:
        with transaction.atomic():
            outcome = transition_perform(
                subject=held, transition="plan", actor=shared.lead_head, data={"triage": "at_once"}
            )
            holding.set()
            assert done.wait(30)
            return outcome

    def go_on() -> Outcome:
        assert holding.wait(30)
        outcome = transition_perform(
            subject=free, transition="plan", actor=shared.lead_head, data={"triage": "promised"}
        )
        done.set()
        return outcome

    assert [type(row) for row in at_once(hold, go_on)] == [Outcome, Outcome]
    assert (fresh(held).triage, fresh(free).triage) == ("at_once", "promised")


# -- the same request again, one after the other ----------------------------------------------------------


def test_the_same_key_again_gives_the_same_outcome(shared: Cast) -> None:
    reply = drafted(shared)
    given: dict[str, Any] = {"subject": reply, "transition": "edit", "actor": shared.lead_head}
    first = transition_perform(**given, data={"body": "一"}, idempotency_key="k")
    again = transition_perform(**given, data={"body": "一"}, idempotency_key="k")
    assert (first.repeated, again.repeated) == (False, True)
    assert (again.sequence, again.state, again.suggestion_state, again.subject_id, again.transition) == (
        first.sequence,
        first.state,
        first.suggestion_state,
        reply.pk,
        "edit",
    )
    assert PerformedAct.objects.filter(suggestion_id=first.suggestion_id, key="k").count() == 1


def test_the_same_key_is_answered_though_the_case_went_on(shared: Cast) -> None:
    ready = READY["assignment.accept"](shared)
    first = act(ready, "accept", "k")()
    transition_perform(
        subject=ready.subject, transition="request_return", actor=ready.actor, data={"reason": "不属"}
    )
    again = act(ready, "accept", "k")()
    assert (again.repeated, again.state, again.sequence) == (True, "accepted", first.sequence)
    assert fresh(ready.subject).state == "return_requested"


@pytest.mark.parametrize("other", ["data", "act", "person"])
def test_the_same_key_for_another_request_is_refused(shared: Cast, other: str) -> None:
    reply = drafted(shared)
    given: dict[str, Any] = {
        "subject": reply,
        "transition": "edit",
        "actor": shared.lead_head,
        "data": {"body": "一"},
    }
    transition_perform(**given, idempotency_key="k")
    given |= {
        "data": {"data": {"body": "二"}},
        "act": {"transition": "share_draft", "data": {}},
        "person": {"actor": shared.lead_handler},
    }[other]
    before = log_is_whole(reply.suggestion_id)
    with pytest.raises(WrongState, match="这个幂等键已用于另一个请求，请换一个"):
        transition_perform(**given, idempotency_key="k")
    assert fresh(reply).body == "一"
    assert log_is_whole(reply.suggestion_id) == before


def test_a_refused_request_uses_up_no_key(shared: Cast) -> None:
    ready = READY["suggestion.submit"](shared)
    with pytest.raises(Refusal):
        act(Ready(ready.subject, ready.actor, {}), "submit", "k")()
    assert PerformedAct.objects.filter(suggestion=ready.subject).count() == 0
    assert act(ready, "submit", "k")().repeated is False


def test_a_key_that_is_too_long_is_refused(shared: Cast) -> None:
    ready = READY["suggestion.submit"](shared)
    with pytest.raises(WrongState, match="幂等键过长"):
        act(ready, "submit", "k" * 101)()
    assert Suggestion.objects.get(pk=ready.subject.pk).state == "draft"
