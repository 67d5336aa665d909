"""Celery's way to the seals. The county comes with the task's headers, as with every task of a county."""

from celery import shared_task

from luoshi.audit.services import heads_seal


@shared_task(name="audit.seal", ignore_result=True)
def seal() -> None:
    """Seal the heads of this county; every minute."""
    heads_seal()
