"""Appending, erasing and sealing within one transaction."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from luoshi.accounts.actor import Role
from luoshi.audit.models import AppendOnlyError, Event, Seal, Stream
from luoshi.audit.selectors import events_of, seal_last
from luoshi.audit.services import (
    PAYLOAD_ERASED,
    NewEvent,
    event_append,
    events_append,
    heads_seal,
    payload_erase,
)
from luoshi.audit.verification import audit_verify
from luoshi.errors import Invalid, WrongState

pytestmark = pytest.mark.pg15


@pytest.fixture(autouse=True)
def empty(county: Any) -> None:
    """Whatever provisioning or another room has logged is not this test's subject."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event; DELETE FROM audit_stream; DELETE FROM audit_seal")


def append(key: str = "suggestion:1", **payload: Any) -> Event:
    return event_append(stream_key=key, kind="case.moved", actor_id=7, actor_role="deputy", payload=payload)


def test_events_form_a_chain() -> None:
    at = datetime(2019, 5, 23, 1, 2, 3, 4, tzinfo=UTC)
    first = event_append(
        stream_key="suggestion:1", kind="case.made", actor_id=None, actor_role=Role.SYSTEM, payload={}, at=at
    )
    second = append(题="修路", n=1, parts=[1, None, True])
    other = append("suggestion:2")
    assert (first.seq, second.seq, other.seq) == (1, 2, 1)
    assert (first.prev_hash, second.prev_hash, other.prev_hash) == ("", first.hash, "")
    stored = list(events_of("suggestion:1"))
    assert [event.pk for event in stored] == [first.pk, second.pk]
    assert (stored[0].at, stored[0].actor_role, stored[0].actor_id) == (at, "system", None)
    assert stored[1].payload == {"题": "修路", "n": 1, "parts": [1, None, True]}
    stream = Stream.objects.get(key="suggestion:1")
    assert (stream.head_seq, stream.head_hash, stream.sealed_seq) == (2, second.hash, 0)
    report = audit_verify()
    assert (report.streams, report.events, report.erased, report.seals) == (2, 3, 0, 0)
    assert report.findings == ()
    assert report.ok is True


def test_several_at_once_are_the_same_chain() -> None:
    append(n=0)
    made = events_append(
        stream_key="suggestion:1",
        events=[NewEvent("case.moved", 7, "deputy", {"n": number}) for number in (1, 2, 3)],
    )
    append(n=4)
    assert [event.seq for event in made] == [2, 3, 4]
    assert [event.payload for event in events_of("suggestion:1")] == [{"n": number} for number in range(5)]
    assert audit_verify().ok is True
    assert events_append(stream_key="suggestion:9", events=[]) == []
    assert Stream.objects.filter(key="suggestion:9").count() == 0


def test_price_of_an_event() -> None:
    append()
    with CaptureQueriesContext(connection) as one:
        append()
    with CaptureQueriesContext(connection) as many:
        events_append(stream_key="suggestion:1", events=[NewEvent("k", None, "system", {})] * 50)
    assert (len(one), len(many)) == (2, 2)


@pytest.mark.parametrize(
    "payload", [{"share": 0.5}, {"on": datetime(2025, 1, 1, tzinfo=UTC)}, {"text": "\0"}]
)
def test_payload_that_would_not_verify_is_refused_before_it_is_written(payload: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        append(**payload)
    assert Event.objects.count() == 0


def test_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        event_append(
            stream_key="s",
            kind="k",
            actor_id=None,
            actor_role="system",
            payload={},
            at=datetime(2025, 1, 1),  # noqa: DTZ001
        )
    assert Event.objects.count() == 0


def test_models_refuse_every_change() -> None:
    event = append(n=1)
    seal = heads_seal()
    assert seal is not None
    before = list(Event.objects.values()), list(Seal.objects.values())
    event.kind = "other"
    copy = Event(
        **{field: before[0][0][field] for field in before[0][0] if field not in ("id", "kind")},
        id=event.pk,
        kind="other",
    )
    for change in (
        event.save,
        lambda: event.save(update_fields=["kind"]),
        lambda: event.save(force_update=True),
        event.delete,
        lambda: Event.objects.update(kind="other"),
        lambda: Event.objects.filter(pk=event.pk).delete(),
        lambda: Event.objects.bulk_update([event], ["kind"]),
        lambda: Event.objects.bulk_create([copy], ignore_conflicts=True),
        lambda: Event.objects.bulk_create(
            [copy], update_conflicts=True, unique_fields=["id"], update_fields=["kind"]
        ),
        lambda: Event.objects.update_or_create(pk=event.pk, defaults={"kind": "other"}),
        lambda: Stream.objects.get().events.all().delete(),
        lambda: Stream.objects.get().events.update(kind="other"),
        seal.save,
        seal.delete,
        lambda: Seal.objects.update(heads=[]),
        lambda: Seal.objects.all().delete(),
    ):
        with pytest.raises(AppendOnlyError, match="append-only"):
            change()  # type: ignore[operator]
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()  # a row under a known id is inserted, never turned into an update
    with pytest.raises(ProtectedError), transaction.atomic():
        Stream.objects.get().delete()
    assert (list(Event.objects.values()), list(Seal.objects.values())) == before


def test_erasing_a_payload_leaves_the_chain_whole() -> None:
    append(n=1)
    event = append(phone="0000-0000000")
    append(n=3)
    heads_seal()
    erasure = payload_erase(event=event, reason=" 本人申请 ", actor_id=9, actor_role="audit_admin")
    assert (event.payload, event.payload_salt) == (None, None)
    stored = Event.objects.get(pk=event.pk)
    assert (stored.payload, stored.payload_salt, stored.payload_digest) == (None, None, event.payload_digest)
    assert (erasure.seq, erasure.kind, erasure.actor_id) == (4, PAYLOAD_ERASED, 9)
    assert erasure.payload == {"seq": 2, "reason": "本人申请"}
    report = audit_verify()
    assert (report.events, report.erased, report.findings) == (4, 1, ())


def test_erasing_is_refused_without_reason_twice_and_for_erasures() -> None:
    event = append(phone="0000-0000000")
    with pytest.raises(Invalid) as blank:
        payload_erase(event=event, reason=" ", actor_id=9, actor_role="audit_admin")
    assert blank.value.message == "请填写清除的理由（理由本身不要写个人信息）。"
    assert Event.objects.get().payload == {"phone": "0000-0000000"}
    erasure = payload_erase(event=event, reason="本人申请", actor_id=9, actor_role="audit_admin")
    with pytest.raises(WrongState) as twice:
        payload_erase(event=event, reason="本人申请", actor_id=9, actor_role="audit_admin")
    assert twice.value.message == "这条记录的内容已经清除，无需再次清除。"
    with pytest.raises(WrongState) as record:
        payload_erase(event=erasure, reason="本人申请", actor_id=9, actor_role="audit_admin")
    assert record.value.message == "清除记录本身不能再被清除。"
    assert Event.objects.count() == 2


def test_seal_holds_only_what_changed() -> None:
    assert heads_seal() is None
    one, two = append("suggestion:1"), append("suggestion:2")
    first = heads_seal()
    assert first is not None
    assert (first.seq, first.prev_hash) == (1, "")
    assert first.heads == [["suggestion:1", 1, one.hash], ["suggestion:2", 1, two.hash]]
    assert heads_seal() is None
    append("suggestion:2")
    newest = append("suggestion:2")
    second = heads_seal()
    assert second is not None
    assert (second.seq, second.prev_hash) == (2, first.hash)
    assert second.heads == [["suggestion:2", 3, newest.hash]]
    assert list(Stream.objects.order_by("key").values_list("key", "sealed_seq")) == [
        ("suggestion:1", 1),
        ("suggestion:2", 3),
    ]
    assert seal_last() == second
    assert (audit_verify().seals, audit_verify().findings) == (2, ())


def test_seal_covers_at_most_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("luoshi.audit.services.SEAL_LIMIT", 2)
    for number in range(3):
        append(f"suggestion:{number}")
    sealed = [heads_seal(), heads_seal(), heads_seal()]
    assert [len(seal.heads) if seal else None for seal in sealed] == [2, 1, None]
    assert audit_verify().ok is True


def test_price_of_a_seal_does_not_grow() -> None:
    def seal_of(streams: int) -> int:
        for number in range(streams):
            append(f"suggestion:{number}")
        with CaptureQueriesContext(connection) as queries:
            heads_seal()
        return len(queries)

    assert seal_of(2) == seal_of(30)


def test_an_event_holds_every_role_that_one_person_may_have(county: Any) -> None:
    """The office names all of them, and a small county's clerk may hold them all."""
    roles = ",".join(sorted(role.value for role in Role))
    with transaction.atomic():
        event = event_append(
            stream_key="s", kind="k", actor_id=1, actor_role=roles, payload={}, at=datetime.now(UTC)
        )
    assert Event.objects.get(pk=event.pk).actor_role == roles
