"""The two statements behind every append, in plain SQL.

An import makes thousands of them, and building them as query sets costs more than running them.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from luoshi.audit.canonical import GENESIS
from luoshi.audit.models import Event, Stream

_LOCK = "SELECT id, head_seq, head_hash FROM audit_stream WHERE key = %s FOR NO KEY UPDATE"
_BEGIN = (
    "INSERT INTO audit_stream (key, head_seq, head_hash, sealed_seq) VALUES (%s, 0, %s, 0)"
    " ON CONFLICT (key) DO NOTHING RETURNING id, head_seq, head_hash"
)
_INSERT = (
    "WITH advanced AS (UPDATE audit_stream SET head_seq = %s, head_hash = %s WHERE id = %s)"
    " INSERT INTO audit_event (id, stream_id, seq, kind, at, actor_id, actor_role, payload, payload_salt,"
    " payload_digest, prev_hash, hash) VALUES "
)
_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s, %s)"


def stream_lock(key: str) -> Stream:
    """The stream under its row lock until the transaction ends; begun if there was none."""
    with connection.cursor() as cursor:
        # Whoever loses the race to begin a stream waits in the second statement and finds it in the third.
        for statement, values in ((_LOCK, [key]), (_BEGIN, [key, GENESIS]), (_LOCK, [key])):
            cursor.execute(statement, values)
            row = cursor.fetchone()
            if row is not None:
                return Stream(id=row[0], key=key, head_seq=row[1], head_hash=row[2])
    raise RuntimeError("a stream that was just begun is gone")


def events_insert(stream: Stream, rows: Sequence[tuple[Event, str]]) -> None:
    """Write new events, each with the canonical text of its payload, and move the head of ``stream``."""
    values: list[int | str | datetime | None] = [stream.head_seq, stream.head_hash, stream.pk]
    for event, payload in rows:
        values += (
            *(event.pk, event.stream_id, event.seq, event.kind, event.at, event.actor_id, event.actor_role),
            *(payload, event.payload_salt, event.payload_digest, event.prev_hash, event.hash),
        )
    with connection.cursor() as cursor:
        cursor.execute(_INSERT + ", ".join([_ROW] * len(rows)), values)
    for event, _ in rows:
        event._state.adding = False
        event._state.db = connection.alias
