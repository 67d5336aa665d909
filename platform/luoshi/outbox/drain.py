"""Bringing messages to consumers: at least once, in order for each key, one failure stopping no other."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from luoshi.outbox.models import Delivery, Message
from luoshi.outbox.registry import Consumer, consumers_of

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
    """One message's outcome over its consumers. ``taken``: another drain has it and counts it."""

    consumers: dict[str, Consumer]
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
    done = failed = waiting = 0
    last_id = 0
    while done + failed + waiting < limit:
        picked = _pick(after=last_id)
        if picked is None:
            return DrainResult(done, failed, waiting, more=False)
        last_id, topic = picked
        outcome = _Round(consumers_of(topic))
        for name in outcome.consumers:
            if not (outcome.taken or outcome.done):
                _deliver(last_id, name, outcome)
        if not (outcome.taken or outcome.done):
            _settle(last_id, outcome)
        if outcome.done:
            done += 1
        elif not outcome.taken:
            failed += bool(outcome.errors)
            waiting += not outcome.errors
    return DrainResult(done, failed, waiting, more=True)


def backoff(attempts: int) -> timedelta:
    """How long to wait after the ``attempts``-th failure: 10 s, doubling, an hour at most."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 20)), LONGEST_WAIT)


def _pick(*, after: int) -> tuple[int, str] | None:
    """The next due message that nobody holds and that is not behind one never tried yet."""
    due = Q(done_at=None, available_at__lte=timezone.now())
    earlier = Message.objects.filter(
        due, attempts=0, topic=OuterRef("topic"), key=OuterRef("key"), id__lt=OuterRef("id")
    )
    with transaction.atomic():
        return (
            Message.objects.select_for_update(skip_locked=True)
            .filter(due, Q(key="") | ~Exists(earlier), id__gt=after)
            .order_by("id")
            .values_list("id", "topic")
            .first()
        )


def _lock(message_id: int) -> Message | None:
    """The message under its row lock, or None when another drain holds it or has finished it."""
    return Message.objects.select_for_update(skip_locked=True).filter(pk=message_id, done_at=None).first()


def _deliver(message_id: int, name: str, outcome: _Round) -> None:
    """Run one consumer in a transaction with its mark; the last of them closes the message there as well."""
    try:
        with transaction.atomic():
            outcome.done = _deliver_locked(message_id, name, outcome)
    except Exception as error:
        logger.exception("outbox consumer failed", extra={"consumer": name, "outbox_message": message_id})
        outcome.errors.append(f"{name}: {type(error).__name__}: {error}")


def _deliver_locked(message_id: int, name: str, outcome: _Round) -> bool:
    message = _lock(message_id)
    if message is None:
        outcome.taken = True
        return False
    delivered = set(message.deliveries.values_list("consumer", flat=True))
    if name not in delivered:
        blocker = _blocker(message, name)
        if blocker is not None:
            outcome.wait_until = max(blocker.available_at, outcome.wait_until or blocker.available_at)
            return False
        outcome.consumers[name](message.payload, message.pk)
        Delivery.objects.create(message=message, consumer=name)
    if not outcome.consumers.keys() <= delivered | {name}:
        return False
    message.done_at = timezone.now()
    message.save(update_fields=["done_at"])
    return True


def _blocker(message: Message, name: str) -> Message | None:
    """An earlier open message of the same subject that this consumer has not had yet."""
    if not message.key:
        return None
    return (
        Message.objects.filter(done_at=None, topic=message.topic, key=message.key, id__lt=message.pk)
        .exclude(deliveries__consumer=name)
        .order_by("-available_at")
        .first()
    )


@transaction.atomic
def _settle(message_id: int, outcome: _Round) -> None:
    """Say when a message is tried again that not all consumers have had; close one that has no consumers."""
    message = _lock(message_id)
    if message is None:
        outcome.taken = True
        return
    now = timezone.now()
    if outcome.errors:
        message.attempts += 1
        # PostgreSQL's text holds no NUL, which an exception's message may.
        message.last_error = "\n".join(outcome.errors).replace("\0", "")[:ERROR_LENGTH]
        message.available_at = now + backoff(message.attempts)
    elif outcome.wait_until is not None:
        message.available_at = max(outcome.wait_until, now)
    elif not outcome.consumers:
        message.done_at = now
        outcome.done = True
    message.save(update_fields=["attempts", "last_error", "available_at", "done_at"])
