"""Bringing messages to consumers: at least once, in order for each key, one failure stopping no other."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from luoshi.outbox import queue
from luoshi.outbox.models import Message
from luoshi.outbox.registry import Consumer, consumers_hearing, consumers_of, topics_heard

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
ERROR_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class DrainResult:
    """What a drain did: messages ``done``, ``failed`` (tried again later), ``waiting`` behind a failed one.

    ``more``: the limit was reached, so there is likely more to do at once.
    """

    done: int
    failed: int
    waiting: int
    more: bool


@dataclass(slots=True)
class _Round:
    """One message on its way through its consumers. ``left``: names of those that have not had their turn.

    ``running``: the consumer of the present transaction. ``taken``: another drain has the message and counts
    it.
    """

    message: queue.Taken
    consumers: Mapping[str, Consumer]
    payload: Any
    left: list[str]
    running: str = ""
    errors: list[str] = field(default_factory=list)
    wait_until: datetime | None = None
    done: bool = False
    taken: bool = False


def outbox_drain(*, limit: int = 200) -> DrainResult:
    """Bring up to ``limit`` due messages of this county to their consumers.

    Several drains may run at once: each takes messages nobody else holds. Every consumer runs in a
    transaction of its own that also holds its :class:`Delivery`, so a crash at any moment repeats at most the
    consumer that was running. A consumer that fails is tried again later, with growing waits; meanwhile later
    messages of the same topic and key wait for this consumer alone.
    """
    topics = topics_heard()
    done = failed = waiting = last_id = 0
    while done + failed + waiting < limit:
        outcome = _message_bring(topics, after=last_id)
        if outcome is None:
            # Last, for the consumers themselves may write what nobody listens to.
            done += queue.unheard_close(topics, limit=limit - done - failed - waiting)
            break
        last_id = outcome.message.id
        if outcome.done:
            done += 1
        elif not outcome.taken:
            failed += bool(outcome.errors)
            waiting += not outcome.errors
    return DrainResult(done, failed, waiting, more=done + failed + waiting >= limit)


def backoff(attempts: int) -> timedelta:
    """How long to wait after the ``attempts``-th failure: 10 s, doubling, an hour at most."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 20)), LONGEST_WAIT)


def _message_bring(topics: Sequence[str], *, after: int) -> _Round | None:
    """Take the next message and give each of its consumers its turn; ``None`` where nothing is due.

    The transaction that takes the message is already the first consumer's. A message is let go of between
    two consumers, and taken again.
    """
    outcome: _Round | None = None
    ended = False
    while not ended:
        try:
            with transaction.atomic():
                message = (
                    queue.message_pick(topics, after=after)
                    if outcome is None
                    else queue.message_lock(outcome.message)
                )
                if outcome is None:
                    if message is None:
                        return None
                    outcome = _round(message)
                if message is None:
                    outcome.taken = True
                    return outcome
                ended = _turn(outcome)
        except Exception as error:
            # The commit is the consumer's as well: a deferred constraint speaks only there.
            if outcome is None or not outcome.running:
                raise
            logger.exception(
                "outbox consumer failed",
                extra={"consumer": outcome.running, "outbox_message": outcome.message.id},
            )
            outcome.errors.append(f"{outcome.running}: {type(error).__name__}: {error}")
            outcome.done = ended = False
        outcome.running = ""
    return outcome


def _round(message: queue.Taken) -> _Round:
    payload = json.loads(message.payload)
    consumers = consumers_hearing(message.topic, payload)
    return _Round(message, consumers, payload, list(consumers))


def _turn(outcome: _Round) -> bool:
    """Run the next consumer that may have the message, and write down how it stands once none is left.

    Returns whether that was the last turn. The message is locked.
    """
    name = _next(outcome)
    if name is not None:
        outcome.running = name
        outcome.consumers[name](outcome.payload, outcome.message.id)
    if not (outcome.left or outcome.errors or outcome.wait_until):
        queue.message_done(outcome.message, consumer=name)
        outcome.done = True
        return True
    if name is not None:
        queue.delivery_add(outcome.message, name)
    if not outcome.left:
        _postpone(outcome)
    return not outcome.left


def _next(outcome: _Round) -> str | None:
    """The next in line that has not had the message and is not kept waiting by an earlier one."""
    if not outcome.left:
        return None
    standings = queue.standings(outcome.message, outcome.left)
    while outcome.left:
        name = outcome.left.pop(0)
        delivered, blocked_until = standings[name]
        if delivered:
            continue
        if blocked_until is None:
            return name
        outcome.wait_until = max(blocked_until, outcome.wait_until or blocked_until)
    return None


def _postpone(outcome: _Round) -> None:
    """Say when a message is tried again that not all consumers have had.

    While it stays open it may keep nobody waiting whom it does not concern: they are written down with those
    that have had it.
    """
    deaf = consumers_of(outcome.message.topic).keys() - outcome.consumers.keys()
    queue.deliveries_add(outcome.message, deaf)
    message = Message.objects.get(pk=outcome.message.id)
    now = timezone.now()
    if outcome.errors:
        message.attempts += 1
        # PostgreSQL's text holds no NUL, which an exception's message may.
        message.last_error = "\n".join(outcome.errors).replace("\0", "")[:ERROR_LENGTH]
        message.available_at = now + backoff(message.attempts)
    elif outcome.wait_until is not None:
        message.available_at = max(outcome.wait_until, now)
    message.save(update_fields=["attempts", "last_error", "available_at"])
