"""Celery's way into the drain. The county comes with the task's headers, as with every task of a county."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from luoshi.outbox.drain import outbox_drain
from luoshi.outbox.services import messages_prune

DONE_KEPT = timedelta(days=30)
"""How long a message that is done stays, for whoever looks into what was sent when."""


@shared_task(name="outbox.drain", ignore_result=True)
def drain() -> None:
    """Drain this county's outbox, and come back at once when there was more than one round's worth."""
    if outbox_drain().more:
        drain.delay()


@shared_task(name="outbox.prune", ignore_result=True)
def prune() -> int:
    """Remove messages done more than :data:`DONE_KEPT` ago; every night. Returns how many."""
    return messages_prune(done_before=timezone.now() - DONE_KEPT)


def drain_kick() -> None:
    """Ask the broker for a drain, without retrying; register it with ``kick_register`` where Celery is."""
    drain.apply_async(retry=False)
