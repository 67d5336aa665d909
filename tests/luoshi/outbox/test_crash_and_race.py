"""The outbox with real commits: a process that dies, and several drains at once."""

import threading
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from luoshi.outbox import drain, kick, queue, registry
from luoshi.outbox.models import Delivery, Message
from luoshi.outbox.services import message_add, message_retry
from luoshi_tenants.context import carry_county

pytestmark = pytest.mark.pg15

Payload = Mapping[str, Any]


class ProcessDied(BaseException):
    """Stands for kill -9: no handler of ours may catch it."""


@pytest.fixture(autouse=True)
def own_consumers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_listeners", {})
    monkeypatch.setattr(kick, "_kick", None)


def written(*payloads: Payload, key: str = "") -> None:
    with transaction.atomic():
        for payload in payloads:
            message_add(topic="t", key=key, payload=payload)


def effect(payload: Payload, message_id: int) -> None:
    """An effect in the database, which would show if it happened twice."""
    Message.objects.create(topic="effect", key=f"{message_id}", payload=dict(payload))


def effects() -> Counter[str]:
    return Counter(Message.objects.filter(topic="effect").values_list("key", flat=True))


def test_death_between_consumer_and_mark_repeats_without_a_double(
    transactional_county: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.consumer("t", "effect", effect)
    written({"n": 1})
    message = Message.objects.get(topic="t")

    def die(*args: Any, **kwargs: Any) -> None:
        raise ProcessDied

    with monkeypatch.context() as patch:
        patch.setattr(queue, "message_done", die)
        with pytest.raises(ProcessDied):
            drain.outbox_drain()
    assert effects() == {}
    message.refresh_from_db()
    assert (message.done_at, message.attempts) == (None, 0)
    drain.outbox_drain(limit=1)
    assert effects() == {str(message.pk): 1}


def test_death_between_two_consumers_repeats_only_the_second(transactional_county: Any) -> None:
    ran: list[str] = []
    dying = [True]

    def first(payload: Payload, message_id: int) -> None:
        ran.append("first")
        effect(payload, message_id)

    def second(payload: Payload, message_id: int) -> None:
        ran.append("second")
        if dying.pop() if dying else False:
            raise ProcessDied

    registry.consumer("t", "first", first)
    registry.consumer("t", "second", second)
    written({"n": 1})
    with pytest.raises(ProcessDied):
        drain.outbox_drain()
    drain.outbox_drain(limit=1)
    assert ran == ["first", "second", "second"]
    assert list(effects().values()) == [1]
    assert Message.objects.get(topic="t").done_at is not None


def test_backend_killed_in_the_middle(transactional_county: Any) -> None:
    """The server ends the connection under a consumer: nothing is half-written, the next drain does it."""
    first_time = [True]

    def consumer(payload: Payload, message_id: int) -> None:
        effect(payload, message_id)
        if first_time:
            first_time.clear()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    registry.consumer("t", "killed", consumer)
    written({"n": 1})

    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(carry_county(drain.outbox_drain)).result()
    # It went on over a new connection, still in this county, and wrote down what had happened.
    assert result == drain.DrainResult(done=0, failed=1, waiting=0, more=False)
    assert effects() == {}
    message = Message.objects.get(topic="t")
    assert (message.done_at, message.attempts) == (None, 1)
    assert message.last_error.startswith("killed: OperationalError: ")
    message_retry(message_id=message.pk)
    drain.outbox_drain(limit=1)
    assert list(effects().values()) == [1]


def test_two_drains_at_once_share_the_work(transactional_county: Any) -> None:
    both_inside = threading.Barrier(2, timeout=20)
    waits = threading.local()

    def consumer(payload: Payload, message_id: int) -> None:
        if not getattr(waits, "met", False):
            waits.met = True
            both_inside.wait()  # opens only when two drains hold a message each
        effect(payload, message_id)

    registry.consumer("t", "effect", consumer)
    written(*({"n": number} for number in range(40)))
    ids = {str(pk) for pk in Message.objects.filter(topic="t").values_list("pk", flat=True)}
    work = carry_county(lambda: drain.outbox_drain(limit=1000))
    with ThreadPoolExecutor(2) as pool:
        results = [future.result() for future in [pool.submit(work), pool.submit(work)]]
    assert effects() == dict.fromkeys(ids, 1)
    assert Message.objects.filter(topic="t", done_at=None).count() == 0
    # Their own effects are messages too, of a topic without consumers.
    assert [result.failed + result.waiting for result in results] == [0, 0]
    assert sum(result.done for result in results) == 80


def test_order_of_a_key_holds_with_two_drains(transactional_county: Any) -> None:
    order: list[int] = []
    first_is_running = threading.Event()
    second_has_looked = threading.Event()

    def consumer(payload: Payload, message_id: int) -> None:
        if payload["n"] == 1:
            first_is_running.set()
            assert second_has_looked.wait(20)
        order.append(payload["n"])

    registry.consumer("t", "ordered", consumer)
    written({"n": 1}, {"n": 2}, {"n": 3}, key="suggestion:1")

    def looks() -> drain.DrainResult:
        assert first_is_running.wait(20)
        try:
            return drain.outbox_drain()
        finally:
            second_has_looked.set()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(carry_county(drain.outbox_drain))
        second = pool.submit(carry_county(looks))
        assert second.result() == drain.DrainResult(0, 0, 0, more=False)
        assert first.result() == drain.DrainResult(3, 0, 0, more=False)
    assert order == [1, 2, 3]


def test_order_holds_while_an_earlier_message_is_tried_again(transactional_county: Any) -> None:
    """The earlier one has failed before, so it is the consumer's own order that keeps the later one back."""
    order: list[int] = []
    first_is_running = threading.Event()
    second_has_looked = threading.Event()

    def consumer(payload: Payload, message_id: int) -> None:
        if payload["n"] == 1:
            first_is_running.set()
            assert second_has_looked.wait(20)
        order.append(payload["n"])

    registry.consumer("t", "ordered", consumer)
    written({"n": 1}, {"n": 2}, key="suggestion:1")
    Message.objects.filter(payload={"n": 1}).update(attempts=1)

    def looks() -> drain.DrainResult:
        assert first_is_running.wait(20)
        try:
            return drain.outbox_drain()
        finally:
            second_has_looked.set()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(carry_county(drain.outbox_drain))
        second = pool.submit(carry_county(looks))
        assert second.result() == drain.DrainResult(0, 0, 1, more=False)
        first.result()
    drain.outbox_drain()
    assert order == [1, 2]


def test_a_consumer_that_fails_only_at_its_commit_is_named(transactional_county: Any) -> None:
    """A key that points nowhere is noticed when the transaction ends."""
    ran: list[str] = []

    def dangling(payload: Payload, message_id: int) -> None:
        Delivery.objects.create(message_id=message_id + 1_000_000, consumer="nobody")

    registry.consumer("t", "good", lambda payload, id: ran.append("good"))
    registry.consumer("t", "dangling", dangling)
    written({"n": 1})
    assert drain.outbox_drain() == drain.DrainResult(done=0, failed=1, waiting=0, more=False)
    message = Message.objects.get()
    assert (message.done_at, message.attempts, ran) == (None, 1, ["good"])
    assert message.last_error.startswith("dangling: IntegrityError: ")
    assert list(Delivery.objects.values_list("message_id", "consumer")) == [(message.pk, "good")]


def test_what_another_drain_did_between_two_consumers_is_not_done_again(
    transactional_county: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    for name in ("first", "second", "third"):
        registry.consumer("t", name, lambda payload, id, name=name: ran.append(name))
    written({"n": 1})
    lock = queue.message_lock

    def other_is_faster(message: queue.Taken) -> queue.Taken | None:
        if ran == ["first"]:
            Delivery.objects.create(message_id=message.id, consumer="second")
        return lock(message)

    monkeypatch.setattr(queue, "message_lock", other_is_faster)
    assert drain.outbox_drain() == drain.DrainResult(done=1, failed=0, waiting=0, more=False)
    assert ran == ["first", "third"]


def test_a_message_that_another_drain_finished_in_between_is_not_counted(
    transactional_county: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    registry.consumer("t", "first", lambda payload, id: ran.append("first"))
    registry.consumer("t", "second", lambda payload, id: ran.append("second"))
    written({"n": 1})
    monkeypatch.setattr(queue, "message_lock", lambda message: None)
    assert drain.outbox_drain() == drain.DrainResult(done=0, failed=0, waiting=0, more=False)
    assert ran == ["first"]


def test_price_of_a_message(transactional_county: Any) -> None:
    """Three statements for a message with one consumer, one for however many that nobody listens to."""
    registry.consumer("t", "c", lambda payload, id: None)
    written(*({"n": number} for number in range(5)), key="suggestion:1")
    with transaction.atomic():
        for number in range(5):
            message_add(topic="nobody.listens", payload={"n": number})
    with CaptureQueriesContext(connection) as queries:
        assert drain.outbox_drain() == drain.DrainResult(done=10, failed=0, waiting=0, more=False)
    asked = [query["sql"] for query in queries.captured_queries if "outbox_" in query["sql"]]
    assert len(asked) == 5 * 3 + 2  # and one look that finds nothing more
