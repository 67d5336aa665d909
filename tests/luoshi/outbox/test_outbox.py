"""The outbox within one transaction: writing, kicking, bringing, failing, order."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from luoshi.errors import NotFound
from luoshi.outbox import kick, registry, services
from luoshi.outbox.drain import DrainResult, backoff, outbox_drain
from luoshi.outbox.models import Delivery, Message
from luoshi.outbox.selectors import STUCK_AFTER, due_exists, messages_open, messages_stuck
from luoshi.outbox.services import message_add, message_retry, messages_prune

pytestmark = pytest.mark.pg15

Payload = Mapping[str, Any]


@pytest.fixture(autouse=True)
def own_consumers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_listeners", {})


@pytest.fixture
def kicks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    calls: list[str] = []
    monkeypatch.setattr(kick, "_kick", None)
    kick.kick_register(lambda: calls.append("kick"))
    return calls


def all_due() -> None:
    Message.objects.filter(done_at=None).update(available_at=timezone.now())


def test_brings_payload_and_id_to_every_consumer_once(county: Any) -> None:
    got: list[tuple[str, Payload, int]] = []
    registry.consumer("case.moved", "first", lambda payload, id: got.append(("first", payload, id)))
    registry.consumer("case.moved", "second", lambda payload, id: got.append(("second", payload, id)))
    registry.consumer("case.other", "third", lambda payload, id: got.append(("third", payload, id)))
    message = message_add(topic="case.moved", key="suggestion:1", payload={"id": 1, "名": "值"})
    assert due_exists() is True
    assert outbox_drain() == DrainResult(done=1, failed=0, waiting=0, more=False)
    assert got == [
        ("first", {"id": 1, "名": "值"}, message.pk),
        ("second", {"id": 1, "名": "值"}, message.pk),
    ]
    assert sorted(Delivery.objects.values_list("message_id", "consumer")) == [
        (message.pk, "first"),
        (message.pk, "second"),
    ]
    message.refresh_from_db()
    assert (message.attempts, message.last_error, message.done_at is not None) == (0, "", True)
    assert outbox_drain() == DrainResult(done=0, failed=0, waiting=0, more=False)
    assert len(got) == 2
    assert due_exists() is False


def test_message_without_consumers_is_done(county: Any) -> None:
    message_add(topic="nobody.listens", payload={})
    assert outbox_drain() == DrainResult(done=1, failed=0, waiting=0, more=False)
    assert messages_open().count() == 0


def test_limit_says_that_there_is_more(county: Any) -> None:
    for number in range(3):
        message_add(topic="t", payload={"n": number})
    assert outbox_drain(limit=2) == DrainResult(done=2, failed=0, waiting=0, more=True)
    assert outbox_drain(limit=2) == DrainResult(done=1, failed=0, waiting=0, more=False)


def test_failing_consumer_stops_no_other_and_leaves_nothing(county: Any) -> None:
    got: list[str] = []

    def broken(payload: Payload, message_id: int) -> None:
        Message.objects.create(topic="half-written", payload={})
        raise ValueError("坏了")

    def breaks_the_transaction(payload: Payload, message_id: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")

    registry.consumer("t", "broken", broken)
    registry.consumer("t", "database", breaks_the_transaction)
    registry.consumer("t", "good", lambda payload, id: got.append("good"))
    message = message_add(topic="t", payload={})
    before = timezone.now()
    assert outbox_drain() == DrainResult(done=0, failed=1, waiting=0, more=False)
    message.refresh_from_db()
    assert got == ["good"]
    assert Message.objects.filter(topic="half-written").count() == 0
    assert list(Delivery.objects.values_list("consumer", flat=True)) == ["good"]
    assert message.attempts == 1
    assert message.last_error.splitlines()[0] == "broken: ValueError: 坏了"
    assert message.last_error.splitlines()[1].startswith("database: DataError: ")
    assert DataError.__name__ == "DataError"
    assert before + timedelta(seconds=10) <= message.available_at <= timezone.now() + timedelta(seconds=10)
    # Not due yet, so not tried; then only what failed is tried again.
    assert outbox_drain() == DrainResult(done=0, failed=0, waiting=0, more=False)
    mended = {"broken": "mended", "database": "mended too"}
    for name, word in mended.items():
        del registry._listeners["t"][name]
        registry.consumer("t", name, lambda payload, id, word=word: got.append(word))
    all_due()
    assert outbox_drain() == DrainResult(done=1, failed=0, waiting=0, more=False)
    assert got == ["good", "mended", "mended too"]


def test_poison_stays_visible_and_is_tried_again(county: Any) -> None:
    tries: list[int] = []

    def poison(payload: Payload, message_id: int) -> None:
        tries.append(message_id)
        raise RuntimeError("x" * 5000 + "\0")

    registry.consumer("t", "poison", poison)
    message = message_add(topic="t", payload={})
    for number in range(STUCK_AFTER + 3):
        assert list(messages_stuck()) == ([message] if number >= STUCK_AFTER else [])
        all_due()
        outbox_drain()
    message.refresh_from_db()
    assert (message.attempts, len(tries), message.done_at) == (STUCK_AFTER + 3, STUCK_AFTER + 3, None)
    assert len(message.last_error) == 2000
    assert list(messages_stuck()) == [message]


def test_backoff_grows_to_an_hour() -> None:
    waits = [backoff(attempts) for attempts in (1, 2, 3, 9, 10, 1_000_000)]
    assert [wait.total_seconds() for wait in waits] == [10, 20, 40, 2560, 3600, 3600]


def test_order_within_a_key_for_each_consumer(county: Any) -> None:
    got: list[tuple[str, int]] = []
    fail = {1}

    def shaky(payload: Payload, message_id: int) -> None:
        if payload["n"] in fail:
            raise RuntimeError("not yet")
        got.append(("shaky", payload["n"]))

    registry.consumer("t", "shaky", shaky)
    registry.consumer("t", "steady", lambda payload, id: got.append(("steady", payload["n"])))
    for number in (1, 2, 3):
        message_add(topic="t", key="suggestion:1", payload={"n": number})
    message_add(topic="t", key="suggestion:2", payload={"n": 4})
    message_add(topic="t", payload={"n": 5})
    message_add(topic="u", key="suggestion:1", payload={"n": 6})
    # The steady one goes on; the shaky one gets nothing of this subject past the message that it failed.
    assert outbox_drain() == DrainResult(done=3, failed=1, waiting=2, more=False)
    assert got == [
        ("steady", 1),
        ("steady", 2),
        ("steady", 3),
        ("shaky", 4),
        ("steady", 4),
        ("shaky", 5),
        ("steady", 5),
    ]
    waiting = Message.objects.filter(key="suggestion:1", topic="t").order_by("id")
    assert [row.attempts for row in waiting] == [1, 0, 0]
    assert len({row.available_at for row in waiting}) == 1
    fail.clear()
    all_due()
    del got[:]
    assert outbox_drain() == DrainResult(done=3, failed=0, waiting=0, more=False)
    assert got == [("shaky", 1), ("shaky", 2), ("shaky", 3)]


def test_what_a_consumer_does_not_hear_neither_reaches_it_nor_keeps_it_waiting(county: Any) -> None:
    got: list[tuple[str, int]] = []
    broken = True

    def shaky(payload: Payload, message_id: int) -> None:
        if broken:
            raise RuntimeError("not yet")
        got.append(("shaky", payload["n"]))

    def even(payload: Payload, message_id: int) -> None:
        got.append(("even", payload["n"]))

    registry.consumer("t", "shaky", shaky)
    registry.consumer("t", "even", even, hears=lambda payload: payload["n"] % 2 == 0)
    registry.consumer("u", "even", even, hears=lambda payload: payload["n"] % 2 == 0)
    for number in (1, 2, 3, 4):
        message_add(topic="t", key="suggestion:1", payload={"n": number})
    message_add(topic="u", key="suggestion:1", payload={"n": 5})
    # The first one stays open for the shaky consumer alone; nobody at all hears the last one.
    assert outbox_drain() == DrainResult(done=1, failed=1, waiting=3, more=False)
    assert got == [("even", 2), ("even", 4)]
    assert Message.objects.get(done_at=None, attempts=1).payload == {"n": 1}
    assert registry.consumers_hearing("t", {"n": 1}).keys() == {"shaky"}
    broken = False
    all_due()
    del got[:]
    assert outbox_drain() == DrainResult(done=4, failed=0, waiting=0, more=False)
    assert got == [("shaky", 1), ("shaky", 2), ("shaky", 3), ("shaky", 4)]
    assert list(Delivery.objects.filter(message__topic="u")) == []


def test_who_cannot_say_whether_he_hears_fails_alone(county: Any) -> None:
    got: list[tuple[str, Payload]] = []
    registry.consumer("t", "good", lambda payload, id: got.append(("good", payload)))
    registry.consumer(
        "t",
        "picky",
        lambda payload, id: got.append(("picky", payload)),
        hears=lambda payload: payload["kind"] == "x",
    )
    odd = message_add(topic="t", key="1", payload={"other": 1})
    message_add(topic="t", key="2", payload={"kind": "x"})
    message_add(topic="t", key="3", payload={"kind": "y"})
    assert outbox_drain() == DrainResult(done=2, failed=1, waiting=0, more=False)
    assert got == [
        ("good", {"other": 1}),
        ("good", {"kind": "x"}),
        ("picky", {"kind": "x"}),
        ("good", {"kind": "y"}),
    ]
    odd.refresh_from_db()
    assert (odd.attempts, odd.last_error, odd.done_at) == (1, "picky: KeyError: 'kind'", None)


def test_retry_now(county: Any) -> None:
    got: list[int] = []
    registry.consumer("t", "c", lambda payload, id: got.append(id))
    message = message_add(topic="t", payload={})
    Message.objects.update(available_at=timezone.now() + timedelta(hours=1), attempts=7)
    outbox_drain()
    assert got == []
    message_retry(message_id=message.pk)
    outbox_drain()
    assert got == [message.pk]
    assert Message.objects.get().attempts == 7
    with pytest.raises(NotFound) as done:
        message_retry(message_id=message.pk)
    assert done.value.message == f"没有编号为{message.pk}的未完成消息。"


def test_prune_takes_only_what_is_done(county: Any) -> None:
    registry.consumer("t", "c", lambda payload, id: None)
    message_add(topic="t", payload={})
    outbox_drain()
    message_add(topic="t", payload={"still": "open"})
    Message.objects.update(created_at=timezone.now() - timedelta(days=900))
    assert messages_prune(done_before=timezone.now() - timedelta(days=1)) == 0
    assert messages_prune(done_before=timezone.now() + timedelta(days=1)) == 1
    assert [row.payload for row in Message.objects.all()] == [{"still": "open"}]
    assert Delivery.objects.count() == 0


def test_prune_goes_on_past_one_batch(county: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "PRUNE_BATCH", 2)
    for number in range(5):
        message_add(topic="t", payload={"n": number})
    outbox_drain()
    message_add(topic="t", payload={"still": "open"})
    assert messages_prune(done_before=timezone.now()) == 5
    assert [row.payload for row in Message.objects.all()] == [{"still": "open"}]


def test_registering_twice() -> None:
    def run(payload: Payload, message_id: int) -> None:
        pass

    registry.consumer("t", "c", run)
    registry.consumer("t", "c", run)
    assert registry.consumers_of("t") == {"c": run}
    with pytest.raises(ValueError, match="'t' already has a consumer named 'c'"):
        registry.consumer("t", "c", lambda payload, id: None)
    with pytest.raises(ValueError, match="'t' already has a consumer named 'c'"):
        registry.consumer("t", "c", run, hears=lambda payload: False)
    assert registry.consumers_of("t") == {"c": run}
    assert registry.consumers_hearing("t", {}) == {"c": run}


def test_payload_that_is_no_json_is_refused(county: Any) -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        message_add(topic="t", payload={"at": timezone.now()})
    for wrong in ("nul \0", "\ud800", float("nan")):
        with pytest.raises(ValueError, match=r"NUL|surrogates|Out of range"):
            message_add(topic="t", payload={"text": wrong})
    # The caller's transaction is still good, and a backslash is no NUL.
    message_add(topic="t", payload={"text": "\\u0000"})
    assert [row.payload for row in Message.objects.all()] == [{"text": "\\u0000"}]


def test_the_database_holds_the_rules_too(county: Any) -> None:
    message = message_add(topic="t", payload={})
    Delivery.objects.create(message=message, consumer="c")
    for name, wrong in (
        ("outbox_message_topic_given", Message(topic="", payload={})),
        ("outbox_message_attempts_valid", Message(topic="t", payload={}, attempts=-1)),
        ("outbox_delivery_unique", Delivery(message=message, consumer="c")),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            wrong.save()


def test_one_kick_for_a_commit(kicks: list[str], transactional_county: Any) -> None:
    with transaction.atomic():
        for number in range(5):
            message_add(topic="t", payload={"n": number})
        assert kicks == []
    assert kicks == ["kick"]
    with transaction.atomic():
        message_add(topic="t", payload={})
    assert kicks == ["kick", "kick"]


def test_kick_of_a_savepoint_that_rolls_back_is_not_missed(
    kicks: list[str], transactional_county: Any
) -> None:
    with transaction.atomic():
        written = transaction.savepoint()
        message_add(topic="t", payload={"n": 1})
        transaction.savepoint_rollback(written)
        message_add(topic="t", payload={"n": 2})
    assert kicks == ["kick"]
    assert [row.payload for row in Message.objects.all()] == [{"n": 2}]


def test_rollback_writes_and_kicks_nothing(kicks: list[str], transactional_county: Any) -> None:
    with transaction.atomic():
        message_add(topic="t", payload={})
        transaction.set_rollback(True)
    assert Message.objects.count() == 0
    assert kicks == []


def test_outside_a_transaction_is_refused(kicks: list[str], transactional_county: Any) -> None:
    with pytest.raises(RuntimeError, match="belongs into the transaction"):
        message_add(topic="t", payload={})
    assert Message.objects.count() == 0
    assert kicks == []


def test_broker_down_leaves_it_to_the_sweep(
    transactional_county: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broker_down() -> None:
        raise ConnectionError("no broker")

    got: list[int] = []
    monkeypatch.setattr(kick, "_kick", broker_down)
    registry.consumer("t", "c", lambda payload, id: got.append(id))
    with transaction.atomic():
        message = message_add(topic="t", payload={})
    assert [record.getMessage() for record in caplog.records if record.name == "luoshi.outbox.kick"] == [
        "outbox kick failed; the sweep will drain"
    ]
    assert due_exists() is True
    outbox_drain()
    assert got == [message.pk]


def test_no_kick_registered_is_fine(transactional_county: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kick, "_kick", None)
    with transaction.atomic():
        message_add(topic="t", payload={})
    assert Message.objects.count() == 1
