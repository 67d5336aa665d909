"""Writing a message in the caller's transaction, and caring for those that fail."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from luoshi.errors import NotFound
from luoshi.outbox.kick import kick_now
from luoshi.outbox.models import Message
from luoshi.outbox.queue import message_insert

PRUNE_BATCH = 1000
ESCAPED_NUL = re.compile(r"(?<!\\)(\\\\)*\\u0000")


def message_add(*, topic: str, payload: Mapping[str, Any], key: str = "") -> Message:
    """Put a message for the consumers of ``topic`` into the caller's transaction: it exists if that commits.

    :param payload: JSON values only; ids rather than personal data, for messages outlive an erasure.
    :param key: subject within which order matters, such as ``suggestion:42``; empty for none.
    :raises RuntimeError: outside a transaction, where the message could exist without what it tells of.
    :raises TypeError: when ``payload`` is not JSON; ``ValueError`` when a text cannot be stored.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("message_add belongs into the transaction of the change it tells of")
    message = Message(topic=topic, key=key, payload=dict(payload))
    message_insert(message, _payload_text(payload))
    # One kick a commit. Django drops the entry with a savepoint that rolls back, and we then add it anew.
    if not any(entry[1] is kick_now for entry in connection.run_on_commit):
        transaction.on_commit(kick_now)
    return message


@transaction.atomic
def message_retry(*, message_id: int) -> Message:
    """Make a failing message due at once, once its cause is mended. Its history of attempts stays.

    :raises NotFound: when there is no such open message.
    """
    message = Message.objects.select_for_update().filter(pk=message_id, done_at=None).first()
    if message is None:
        raise NotFound(f"没有编号为{message_id}的未完成消息。")
    message.available_at = timezone.now()
    message.save(update_fields=["available_at"])
    transaction.on_commit(kick_now)
    return message


def _payload_text(payload: Mapping[str, Any]) -> str:
    """Refuse before anything is sent, since a failed INSERT would spoil the caller's whole transaction."""
    text = json.dumps(payload, ensure_ascii=False, allow_nan=False)
    text.encode()
    if ESCAPED_NUL.search(text):
        raise ValueError("a NUL character cannot be kept in a message")
    return text


def messages_prune(*, done_before: datetime) -> int:
    """Remove messages that were done before ``done_before``; open ones stay however old. Returns how many.

    In batches of :data:`PRUNE_BATCH`, each its own transaction unless the caller holds one: after a large
    import nothing is locked for long.
    """
    old = Message.objects.filter(done_at__lt=done_before).order_by("id")
    removed = 0
    while ids := list(old.values_list("pk", flat=True)[:PRUNE_BATCH]):
        _, counts = Message.objects.filter(pk__in=ids).delete()
        removed += counts.get(Message._meta.label, 0)
    return removed
