"""Every way of tampering that one can think of with SQL in hand is found, and nothing else is."""

import json
from typing import Any

import pytest
from django.db import connection

from luoshi.audit.models import Event, Seal, Stream, event_id
from luoshi.audit.services import event_append, heads_seal, payload_erase
from luoshi.audit.verification import FINDINGS_KEPT, Finding, audit_verify
from luoshi_tenants.context import county_context

pytestmark = pytest.mark.pg15

KEYS = ("suggestion:1", "suggestion:2")


def append(key: str, **payload: Any) -> Event:
    return event_append(stream_key=key, kind="case.moved", actor_id=7, actor_role="deputy", payload=payload)


def sql(statement: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(statement, params)
        assert cursor.rowcount > 0, "the tampering changed nothing"


def found() -> list[str]:
    report = audit_verify()
    assert report.ok is not bool(report.findings)
    assert report.findings_total == len(report.findings)
    return [str(finding) for finding in report.findings]


@pytest.fixture
def log(county: Any) -> None:
    """Two streams of four events, two seals, one erasure; and one event that is not sealed yet."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event; DELETE FROM audit_stream; DELETE FROM audit_seal")
    for key in KEYS:
        for number in (1, 2):
            append(key, n=number, text="甲")
    heads_seal()
    payload_erase(
        event=Event.objects.get(stream__key=KEYS[1], seq=1),
        reason="本人申请",
        actor_id=9,
        actor_role="audit_admin",
    )
    for key in KEYS:
        append(key, n=3)
    heads_seal()
    append(KEYS[0], n=4)
    assert found() == []
    assert (Event.objects.count(), Seal.objects.count()) == (8, 2)


def columns(model: Any) -> list[str]:
    return [field.column for field in model._meta.concrete_fields]


FLIPS: dict[str, str] = {
    "BigIntegerField": "{0} + 1",
    "BigAutoField": "{0} + 1000",
    "ForeignKey": "{0} + 1000",
    "CharField": "CASE WHEN {0} = '' OR {0} IS NULL THEN 'a' "
    "ELSE overlay({0} placing chr(ascii({0}) + 1) from 1 for 1) END",
    "DateTimeField": "{0} + interval '1 microsecond'",
    "JSONField": "CASE WHEN {0} IS NULL THEN '{{\"n\": 1}}'::jsonb "
    "ELSE jsonb_set({0}, '{{n}}', '77', true) END",
}


def flip(model: Any, column: str) -> str:
    field = next(field for field in model._meta.concrete_fields if field.column == column)
    return FLIPS[field.get_internal_type()].format(f'"{column}"')


@pytest.mark.parametrize("column", columns(Event))
def test_any_changed_column_of_any_event_is_found(log: None, column: str) -> None:
    for event in Event.objects.order_by("id"):
        before = Event.objects.filter(pk=event.pk).values().get()
        # Far enough away that the place is free.
        change = f"{column} + 50" if column in ("seq", "id") else flip(Event, column)
        sql(f'UPDATE audit_event SET "{column}" = {change} WHERE id = %s', event.pk)
        changed = event.pk + 50 if column == "id" else event.pk
        assert found() != [], f"{column} of {event}"
        restore(event.pk, changed, before)
    assert found() == []


def restore(pk: int, changed: int, before: dict[str, Any]) -> None:
    names = [name for name in before if name != "id"]
    values = [
        json.dumps(before[name]) if name == "payload" and before[name] is not None else before[name]
        for name in names
    ]
    sets = ", ".join(f'"{name}" = %s' for name in names)
    sql(f"UPDATE audit_event SET id = %s, {sets} WHERE id = %s", pk, *values, changed)


@pytest.mark.parametrize("column", columns(Stream))
def test_any_changed_column_of_a_stream_is_found(log: None, column: str) -> None:
    stream = Stream.objects.get(key=KEYS[0])
    sql(f'UPDATE audit_stream SET "{column}" = {flip(Stream, column)} WHERE key = %s', KEYS[0])
    assert found() != []
    if column == "id":  # the foreign key is still owed an answer at the end of the test
        sql("UPDATE audit_stream SET id = %s WHERE key = %s", stream.pk, KEYS[0])


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("column", columns(Seal))
def test_any_changed_column_of_any_seal_is_found(log: None, column: str, number: int) -> None:
    change = "seq + 50" if column == "seq" else flip(Seal, column)
    if column == "heads":
        change = """jsonb_set(heads, '{0,1}', '77')"""
    sql(f'UPDATE audit_seal SET "{column}" = {change} WHERE seq = %s', number)
    assert found() != []


@pytest.mark.parametrize("broken", ["{}", "[]", '[["suggestion:1", 1]]', "[1.5]", "null", '"x"'])
def test_nonsense_in_a_seal_is_found_and_breaks_nothing(log: None, broken: str) -> None:
    sql("UPDATE audit_seal SET heads = %s::jsonb WHERE seq = 2", broken)
    assert "封存第2号：封存的内容与其摘要不符，可能被改动" in found()


@pytest.mark.parametrize("broken", ["[]", "1", '"x"', "{}", '{"n": 1.0, "text": "甲"}', "null"])
def test_nonsense_in_a_payload_is_found_and_breaks_nothing(log: None, broken: str) -> None:
    sql("UPDATE audit_event SET payload = %s::jsonb WHERE id = %s", broken, pk(KEYS[0], 1))
    assert found() == ["suggestion:1 第1号：事件内容与其摘要不符，可能被改动"]


def pk(key: str, seq: int) -> int:
    return event_id(Stream.objects.get(key=key).pk, seq)


def remove(key: str, seq: int) -> None:
    sql("DELETE FROM audit_event WHERE id = %s", pk(key, seq))


def head_set(key: str, seq: int) -> None:
    """What a careful forger does after cutting a chain."""
    last = Event.objects.get(stream__key=key, seq=seq)
    sql("UPDATE audit_stream SET head_seq = %s, head_hash = %s WHERE key = %s", seq, last.hash, key)


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_missing_event_is_found(log: None, seq: int) -> None:
    remove(KEYS[0], seq)
    assert f"suggestion:1 第{seq}号：缺少第{seq}号至第{seq}号事件" in found()


def test_two_events_exchanged_are_found(log: None) -> None:
    key = Stream.objects.get(key=KEYS[0]).pk
    for old, new in ((1, 90), (2, 1), (90, 2)):
        sql(
            "UPDATE audit_event SET seq = %s, id = %s WHERE stream_id = %s AND seq = %s",
            *(new, event_id(key, new), key, old),
        )
    assert found() == [
        "suggestion:1 第1号：与前一事件不衔接，顺序或内容可能被改动",
        "suggestion:1 第1号：事件与其摘要不符，可能被改动",
        "suggestion:1 第2号：与前一事件不衔接，顺序或内容可能被改动",
        "suggestion:1 第2号：事件与其摘要不符，可能被改动",
        "suggestion:1 第2号：与封存时的摘要不符，事件可能被替换",
        "suggestion:1 第3号：与前一事件不衔接，顺序或内容可能被改动",
    ]


def test_an_end_cut_off_is_found_by_the_head(log: None) -> None:
    remove(KEYS[0], 4)
    assert found() == ["suggestion:1 第4号：链的末端登记与第3号事件不符，末尾可能被删改"]


def test_a_head_rolled_back_behind_a_seal_is_found(log: None) -> None:
    for seq in (4, 3):
        remove(KEYS[0], seq)
    head_set(KEYS[0], 2)
    assert found() == ["suggestion:1 第3号：封存后被回退：现在只到第2号事件"]


def test_a_chain_written_anew_behind_a_seal_is_found(log: None) -> None:
    """The forger replaces the end by events whose hashes are right, and puts the head right too."""
    for seq in (4, 3):
        remove(KEYS[0], seq)
    head_set(KEYS[0], 2)
    append(KEYS[0], n=333)
    append(KEYS[0], n=4)
    assert found() == ["suggestion:1 第3号：与封存时的摘要不符，事件可能被替换"]


def test_a_whole_stream_gone_is_found(log: None) -> None:
    sql("DELETE FROM audit_event WHERE stream_id = (SELECT id FROM audit_stream WHERE key = %s)", KEYS[0])
    sql("DELETE FROM audit_stream WHERE key = %s", KEYS[0])
    assert found() == ["suggestion:1 第3号：曾经封存的整条链已不存在"]


def test_a_stream_without_its_events_is_found(log: None) -> None:
    sql("DELETE FROM audit_event WHERE stream_id = (SELECT id FROM audit_stream WHERE key = %s)", KEYS[0])
    assert found() == [
        "suggestion:1 第3号：封存后被回退：现在只到第0号事件",
        "suggestion:1 第4号：链的末端登记与第0号事件不符，末尾可能被删改",
    ]


def test_a_missing_seal_is_found(log: None) -> None:
    sql("DELETE FROM audit_seal WHERE seq = 1")
    assert found() == ["封存第1号：缺少第1号至第1号封存"]


def test_the_last_seal_missing_is_found(log: None) -> None:
    sql("DELETE FROM audit_seal WHERE seq = 2")
    assert found() == [
        "suggestion:1 第3号：登记的封存位置与封存记录（第2号）不符",
        "suggestion:2 第4号：登记的封存位置与封存记录（第2号）不符",
    ]


def test_a_payload_that_went_in_silence_is_found(log: None) -> None:
    sql("UPDATE audit_event SET payload = NULL, payload_salt = NULL WHERE id = %s", pk(KEYS[0], 2))
    assert found() == ["suggestion:1 第2号：内容缺失，但没有清除记录"]
    assert audit_verify().erased == 1


@pytest.mark.parametrize("column", ["payload", "payload_salt"])
def test_half_an_erasure_is_found(log: None, column: str) -> None:
    sql(f"UPDATE audit_event SET {column} = NULL WHERE id = %s", pk(KEYS[0], 2))
    assert found() == ["suggestion:1 第2号：事件内容与其摘要不符，可能被改动"]


def test_an_erased_payload_that_came_back_is_found(county: Any, log: None) -> None:
    """As after restoring an old backup of the events."""
    event = append(KEYS[0], n=5)
    kept = event.payload_salt
    payload_erase(event=event, reason="本人申请", actor_id=9, actor_role="audit_admin")
    assert found() == []
    sql("UPDATE audit_event SET payload = '{\"n\": 5}', payload_salt = %s WHERE id = %s", kept, event.pk)
    assert found() == ["suggestion:1 第5号：内容已有清除记录，却仍然存在"]


def rewrite(payload: str) -> None:
    """Everything written anew from the first event, seals included: in itself a true log."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event; DELETE FROM audit_stream; DELETE FROM audit_seal")
    append(KEYS[0], text=payload)
    heads_seal()


def test_a_log_rewritten_whole_shows_only_against_an_anchor(log: None) -> None:
    anchor = {seal.seq: seal.hash for seal in Seal.objects.all()}
    assert audit_verify(anchors=anchor).findings == ()
    rewrite("乙")
    assert found() == []
    report = audit_verify(anchors=anchor)
    assert report.findings == (
        Finding("", 1, "与在外留存的封存摘要不符，整条记录可能被重写"),
        Finding("", 2, "在外留有其摘要的封存已不存在"),
    )


def test_findings_are_counted_beyond_those_kept(log: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert FINDINGS_KEPT == 1000
    monkeypatch.setattr("luoshi.audit.verification.FINDINGS_KEPT", 3)
    sql("UPDATE audit_event SET kind = 'x'")
    report = audit_verify()
    # Eight events, and an erasure whose record is no longer one.
    assert (len(report.findings), report.findings_total, report.ok) == (3, 9, False)


def test_each_county_is_verified_alone(two_counties: Any) -> None:
    first, second = two_counties
    with county_context(second):
        before = audit_verify()
    with county_context(first):
        append("suggestion:77", n=1)
        sql("UPDATE audit_event SET kind = 'x' WHERE id = %s", pk("suggestion:77", 1))
        assert found() == ["suggestion:77 第1号：事件与其摘要不符，可能被改动"]
    with county_context(second):
        assert audit_verify() == before
        assert before.ok is True
