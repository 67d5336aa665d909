"""Celery's way into the drain. The county comes with the task's headers, as with every task of a county."""

from celery import shared_task

from luoshi.outbox.drain import outbox_drain


@shared_task(name="outbox.drain", ignore_result=True)
def drain() -> None:
    """Drain this county's outbox, and come back at once when there was more than one round's worth."""
    if outbox_drain().more:
        drain.delay()


def drain_kick() -> None:
    """Ask the broker for a drain, without retrying; register it with ``kick_register`` where Celery is."""
    drain.apply_async(retry=False)
