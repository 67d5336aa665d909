"""The log with real commits: several writers, a sealer beside them, a reader of one moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from luoshi.audit import services
from luoshi.audit.models import Event, Seal, Stream
from luoshi.audit.services import event_append, heads_seal
from luoshi.audit.verification import audit_verify
from luoshi_tenants.context import carry_county

pytestmark = pytest.mark.pg15


def append(key: str, n: int = 0) -> Event:
    return event_append(stream_key=key, kind="k", actor_id=None, actor_role="system", payload={"n": n})


def committed(key: str, n: int = 0) -> None:
    with transaction.atomic():
        append(key, n)


def both(*works: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(60) for future in [pool.submit(carry_county(work)) for work in works]]


def test_outside_a_transaction_is_refused(transactional_county: Any) -> None:
    before = Event.objects.count()
    with pytest.raises(RuntimeError, match="belongs into the transaction"):
        append("suggestion:1")
    assert Event.objects.count() == before


def test_rollback_leaves_no_event(transactional_county: Any) -> None:
    with transaction.atomic():
        append("suggestion:1")
        transaction.set_rollback(True)
    assert Stream.objects.filter(key="suggestion:1").count() == 0
    assert audit_verify().ok is True


def test_many_writers_of_one_new_stream_make_one_chain(transactional_county: Any) -> None:
    start = threading.Barrier(4, timeout=20)

    def writer() -> None:
        start.wait()
        for number in range(15):
            committed("suggestion:1", number)

    both(writer, writer, writer, writer)
    assert list(Event.objects.filter(stream__key="suggestion:1").values_list("seq", flat=True)) == list(
        range(1, 61)
    )
    assert Stream.objects.filter(key="suggestion:1").count() == 1
    assert audit_verify().findings == ()


def test_two_streams_do_not_wait_for_each_other(transactional_county: Any) -> None:
    """Each holds its own stream until the other has written: with a lock per county this never ends."""
    met = threading.Barrier(2, timeout=20)

    def writer(key: str) -> Callable[[], None]:
        def run() -> None:
            with transaction.atomic():
                append(key)
                met.wait()

        return run

    both(writer("suggestion:1"), writer("suggestion:2"))
    assert audit_verify().ok is True


def test_one_stream_waits(transactional_county: Any) -> None:
    committed("suggestion:1")
    holding, waiting = threading.Event(), threading.Event()
    order: list[str] = []

    def first() -> None:
        with transaction.atomic():
            append("suggestion:1", 1)
            holding.set()
            assert waiting.wait(20)
            order.append("first")

    def second() -> None:
        assert holding.wait(20)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '30s'")
            waiting.set()
            append("suggestion:1", 2)
            order.append("second")

    both(first, second)
    assert order == ["first", "second"]
    assert [event.payload for event in Event.objects.filter(stream__key="suggestion:1")] == [
        {"n": 0},
        {"n": 1},
        {"n": 2},
    ]


def test_sealing_waits_for_no_writer(transactional_county: Any) -> None:
    committed("suggestion:1")
    committed("suggestion:2")
    heads_seal()
    committed("suggestion:1")
    committed("suggestion:2")
    sealed: list[Seal | None] = []

    def seal_or_fail() -> Seal | None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '10s'")
        return heads_seal()

    with transaction.atomic():
        append("suggestion:1")
        sealed += both(seal_or_fail)
    assert [[head[:2] for head in seal.heads] for seal in sealed if seal] == [[["suggestion:2", 2]]]
    last = heads_seal()
    assert last is not None
    assert [head[:2] for head in last.heads] == [["suggestion:1", 3]]
    assert audit_verify().findings == ()


def test_two_sealers_at_once_make_one_seal_of_a_number(
    transactional_county: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        committed(f"suggestion:{number}")
    monkeypatch.setattr(services, "SEAL_LIMIT", 2)
    both_have_read = threading.Barrier(2, timeout=20)
    real = services.seal_hash

    def meet(**parts: Any) -> str:
        both_have_read.wait()
        return real(**parts)

    with monkeypatch.context() as patch:
        patch.setattr(services, "seal_hash", meet)
        made = both(heads_seal, heads_seal)
    assert sorted(seal.seq if seal else 0 for seal in made) == [0, 1]
    assert Seal.objects.count() == 1
    while heads_seal():
        pass
    assert Stream.objects.filter(sealed_seq=1).count() == 4
    assert audit_verify().findings == ()


def test_verification_reads_one_moment(transactional_county: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An act that commits between two of its queries is no finding."""
    from luoshi.audit.verification import _Checker

    committed("suggestion:1")
    heads_seal()
    real = _Checker.read_streams
    before = audit_verify()

    def meanwhile(checker: _Checker) -> None:
        both(lambda: committed("suggestion:1"), lambda: committed("suggestion:2"))
        both(heads_seal)
        real(checker)

    monkeypatch.setattr(_Checker, "read_streams", meanwhile)
    assert audit_verify() == before
    monkeypatch.undo()
    assert audit_verify().events == before.events + 2
    assert audit_verify().ok is True
