"""Shared reads of the outbox: what is due, and what an operator must look at."""

from django.db.models import QuerySet
from django.utils import timezone

from luoshi.outbox.models import Message

STUCK_AFTER = 5
"""Failed rounds after which a message is shown as stuck. It is still tried again."""


def due_exists() -> bool:
    """Whether a sweep would find anything to do in this county."""
    return Message.objects.filter(done_at=None, available_at__lte=timezone.now()).exists()


def messages_open() -> QuerySet[Message]:
    """Everything not yet done, oldest first."""
    return Message.objects.filter(done_at=None).order_by("id")


def messages_stuck() -> QuerySet[Message]:
    """Messages that failed :data:`STUCK_AFTER` times or more, with their last error."""
    return messages_open().filter(attempts__gte=STUCK_AFTER)
