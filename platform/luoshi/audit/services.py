"""Writes to the log: append, erase a payload, seal."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from luoshi.audit.canonical import GENESIS, canonical_json, event_hash, payload_digest, seal_hash
from luoshi.audit.models import Event, Seal, Stream, event_id
from luoshi.audit.store import events_insert, stream_lock
from luoshi.errors import Invalid, Problem, WrongState

PAYLOAD_ERASED = "audit.payload_erased"
"""Kind of the event that records an erasure; its payload names the ``seq`` and the ``reason``."""

SEAL_LIMIT = 10_000
"""Most streams that one seal covers; the next call takes the rest."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One act to append. ``payload``: JSON without decimal numbers or dates. ``at``: None for now."""

    kind: str
    actor_id: int | None
    actor_role: str
    payload: Mapping[str, Any]
    at: datetime | None = None


def event_append(
    *,
    stream_key: str,
    kind: str,
    actor_id: int | None,
    actor_role: str,
    payload: Mapping[str, Any],
    at: datetime | None = None,
) -> Event:
    """Append one act to a stream, in the caller's transaction and under the stream's row lock until it ends.

    :param stream_key: what the act was done to, such as ``suggestion:42``.
    :param payload: JSON without decimal numbers or dates (write them as text).
    :raises RuntimeError: outside a transaction, where the log could tell of what never happened.
    :raises TypeError: when ``payload`` holds what JSON in the database does not give back unchanged.
    :raises ValueError: when ``at`` has no time zone, or a text cannot be stored.
    """
    new = NewEvent(kind, actor_id, actor_role, payload, at)
    return events_append(stream_key=stream_key, events=[new])[0]


def events_append(*, stream_key: str, events: Sequence[NewEvent]) -> list[Event]:
    """Append several acts to one stream for the price of one: two queries however many. Raises as above."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event belongs into the transaction of the act it tells of")
    if not events:
        return []
    stream = stream_lock(stream_key)
    rows = []
    for new in events:
        event, payload = _event_next(stream, new)
        stream.head_seq, stream.head_hash = event.seq, event.hash
        rows.append((event, payload))
    events_insert(stream, rows)
    return [event for event, _ in rows]


@transaction.atomic
def payload_erase(*, event: Event, reason: str, actor_id: int | None, actor_role: str) -> Event:
    """Remove what an event tells of persons; that it happened, when and by whom remains and still verifies.

    The erasure is an event of the same stream, and that event is returned.

    :param reason: why, without personal data: it is kept for good.
    :raises Invalid: without a reason.
    :raises WrongState: when it is erased already, or itself records an erasure.
    """
    if not reason.strip():
        raise Invalid([Problem("reason", "请填写清除的理由（理由本身不要写个人信息）。")])
    stream = stream_lock(event.stream.key)
    stored = Event.objects.get(pk=event.pk)
    if stored.kind == PAYLOAD_ERASED:
        raise WrongState("清除记录本身不能再被清除。")
    if stored.payload is None:
        raise WrongState("这条记录的内容已经清除，无需再次清除。")
    # A plain query set: the manager of the model refuses, and this is the one permitted change.
    QuerySet(Event).filter(pk=stored.pk).update(payload=None, payload_salt=None)
    event.payload = event.payload_salt = None
    return event_append(
        stream_key=stream.key,
        kind=PAYLOAD_ERASED,
        actor_id=actor_id,
        actor_role=actor_role,
        payload={"seq": stored.seq, "reason": reason.strip()},
    )


def heads_seal() -> Seal | None:
    """Seal the heads that changed since the last seal, so that no chain can be cut back behind it.

    Streams that somebody is writing to at this moment are left for the next call; nobody is made to wait for
    more than this one short transaction. Nothing to do, or another seal made at the same time: ``None``.
    """
    try:
        with transaction.atomic():
            return _heads_seal()
    except IntegrityError:
        return None


def _heads_seal() -> Seal | None:
    last = Seal.objects.order_by("-seq").first()
    streams = list(
        Stream.objects.select_for_update(skip_locked=True)
        .filter(head_seq__gt=F("sealed_seq"))
        .order_by("id")[:SEAL_LIMIT]
    )
    if not streams:
        return None
    seq = last.seq + 1 if last else 1
    prev_hash = last.hash if last else GENESIS
    at = timezone.now()
    heads = [[stream.key, stream.head_seq, stream.head_hash] for stream in streams]
    seal = Seal.objects.create(
        seq=seq,
        at=at,
        heads=heads,
        prev_hash=prev_hash,
        hash=seal_hash(seq=seq, at=at, heads=heads, prev_hash=prev_hash),
    )
    Stream.objects.filter(pk__in=[stream.pk for stream in streams]).update(sealed_seq=F("head_seq"))
    return seal


def _event_next(stream: Stream, new: NewEvent) -> tuple[Event, str]:
    """The event that follows the head of ``stream``, with the canonical text of its payload."""
    seq = stream.head_seq + 1
    at = new.at or timezone.now()
    salt = secrets.token_hex(16)
    payload = canonical_json(new.payload)
    digest = payload_digest(salt, payload)
    # Roles and kinds may be members of an enum; the row and the hash hold their text.
    kind, actor_role = str(new.kind), str(new.actor_role)
    digest_of_all = event_hash(
        stream=stream.key,
        seq=seq,
        kind=kind,
        at=at,
        actor_id=new.actor_id,
        actor_role=actor_role,
        digest=digest,
        prev_hash=stream.head_hash,
    )
    event = Event(
        id=event_id(stream.pk, seq),
        stream=stream,
        seq=seq,
        kind=kind,
        at=at,
        actor_id=new.actor_id,
        actor_role=actor_role,
        payload=dict(new.payload),
        payload_salt=salt,
        payload_digest=digest,
        prev_hash=stream.head_hash,
        hash=digest_of_all,
    )
    return event, payload.decode()
