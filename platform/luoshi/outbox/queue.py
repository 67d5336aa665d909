"""The statements of a message's way, written out: every act sends one and the drain asks five more for each,
and building them took longer than running them.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from luoshi.outbox.models import Message


class Taken(NamedTuple):
    """A message that this transaction holds. ``payload``: JSON text."""

    id: int
    topic: str
    key: str
    payload: str


class Standing(NamedTuple):
    """How a consumer stands to a message. ``blocked_until``: when the last of the earlier messages of the
    same subject that it has not had yet is due again; ``None`` where there is none.
    """

    delivered: bool
    blocked_until: datetime | None


Values = dict[str, Any]

_INSERT = """
    INSERT INTO outbox_message (topic, key, payload, created_at, available_at, attempts, last_error)
    VALUES (%(topic)s, %(key)s, %(payload)s::jsonb,
            %(created_at)s, %(available_at)s, %(attempts)s, %(last_error)s)
    RETURNING id
"""

_COLUMNS = "m.id, m.topic, m.key, m.payload::text"

# A message that was never tried keeps back the later ones of its subject: another drain may hold it.
_PICK = f"""
    SELECT {_COLUMNS} FROM outbox_message m
    WHERE m.done_at IS NULL AND m.available_at <= %(now)s AND m.id > %(after)s
      AND m.topic = ANY(%(topics)s::text[])
      AND (m.key = '' OR NOT EXISTS (
          SELECT FROM outbox_message e
          WHERE e.done_at IS NULL AND e.available_at <= %(now)s AND e.attempts = 0
            AND e.topic = m.topic AND e.key = m.key AND e.id < m.id))
    ORDER BY m.id LIMIT 1 FOR UPDATE OF m SKIP LOCKED
"""  # noqa: S608 - constants only

_LOCK = f"""
    SELECT {_COLUMNS} FROM outbox_message m
    WHERE m.id = %(id)s AND m.done_at IS NULL FOR UPDATE OF m SKIP LOCKED
"""  # noqa: S608 - constants only

_STANDINGS = """
    SELECT name,
        EXISTS (SELECT FROM outbox_delivery d WHERE d.message_id = %(id)s AND d.consumer = name),
        (SELECT max(e.available_at) FROM outbox_message e
         WHERE %(key)s <> '' AND e.done_at IS NULL AND e.topic = %(topic)s AND e.key = %(key)s
           AND e.id < %(id)s
           AND NOT EXISTS (SELECT FROM outbox_delivery d WHERE d.message_id = e.id AND d.consumer = name))
    FROM unnest(%(names)s::text[]) AS name
"""

_DELIVERED = "INSERT INTO outbox_delivery (message_id, consumer) VALUES (%(id)s, %(consumer)s)"
_DELIVERED_ALL = """
    INSERT INTO outbox_delivery (message_id, consumer)
    SELECT %(id)s, name FROM unnest(%(names)s::text[]) AS name
    ON CONFLICT DO NOTHING
"""
_DONE = "UPDATE outbox_message SET done_at = %(now)s WHERE id = %(id)s"
_DELIVERED_AND_DONE = f"WITH delivered AS ({_DELIVERED}) {_DONE}"

_UNHEARD = """
    UPDATE outbox_message SET done_at = %(now)s WHERE id IN (
        SELECT m.id FROM outbox_message m
        WHERE m.done_at IS NULL AND m.available_at <= %(now)s AND m.topic <> ALL(%(topics)s::text[])
        ORDER BY m.id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
"""


def message_insert(message: Message, payload: str) -> None:
    """Write a new message. ``payload``: its JSON text."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, {**vars(message), "payload": payload})
        (message.pk,) = cursor.fetchone()
    message._state.adding = False
    message._state.db = connection.alias


def message_pick(topics: Sequence[str], *, after: int) -> Taken | None:
    """Lock the next due message of ``topics`` with an id over ``after`` that nobody holds."""
    return _taken(_PICK, {"now": timezone.now(), "after": after, "topics": list(topics)})


def message_lock(message: Taken) -> Taken | None:
    """Lock a message again, or ``None`` when another drain holds it or has finished it."""
    return _taken(_LOCK, {"id": message.id})


def standings(message: Taken, names: Sequence[str]) -> dict[str, Standing]:
    """How each of the consumers ``names`` stands to a message.

    To be asked after the message is locked, in a statement of its own: what the locking statement sees may
    be older than the last delivery. An earlier message once out of the way stays so.
    """
    values: Values = {"id": message.id, "topic": message.topic, "key": message.key, "names": list(names)}
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, values)
        return {name: Standing(delivered, until) for name, delivered, until in cursor.fetchall()}


def delivery_add(message: Taken, consumer: str) -> None:
    """Write that ``consumer`` has had the message, into the transaction of its effects."""
    with connection.cursor() as cursor:
        cursor.execute(_DELIVERED, {"id": message.id, "consumer": consumer})


def deliveries_add(message: Taken, consumers: Collection[str]) -> None:
    """Write the same for several, where it does not stand there already."""
    if consumers:
        with connection.cursor() as cursor:
            cursor.execute(_DELIVERED_ALL, {"id": message.id, "names": sorted(consumers)})


def message_done(message: Taken, *, consumer: str | None) -> None:
    """Close the message; ``consumer``, where given, is the last that has had it."""
    values = {"id": message.id, "consumer": consumer, "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(_DONE if consumer is None else _DELIVERED_AND_DONE, values)


def unheard_close(topics: Sequence[str], *, limit: int) -> int:
    """Close up to ``limit`` due messages of any topic but ``topics``. Returns how many.

    Nobody listens to them, so no order is to be kept.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNHEARD, {"now": timezone.now(), "topics": list(topics), "limit": limit})
        return int(cursor.rowcount)


def _taken(statement: str, values: Values) -> Taken | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return None if row is None else Taken(*row)
