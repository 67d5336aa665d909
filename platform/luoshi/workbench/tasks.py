"""What the workbench leaves to a worker: batches of the office's desk."""

import logging

from celery import shared_task

from luoshi.workbench.desk.batches import batch_run, batches_still
from luoshi.workbench.importing.tasks import import_job, import_jobs_sweep

__all__ = ["desk_batch", "desk_batch_send", "desk_batches_resume", "import_job", "import_jobs_sweep"]

logger = logging.getLogger(__name__)


@shared_task(name="workbench.desk_batch", ignore_result=True)
def desk_batch(batch_id: int) -> None:
    """Do some of a batch's items, and come back for the rest. Whatever nobody comes back for is found by
    :func:`desk_batches_resume`."""
    progress = batch_run(batch_id=batch_id)
    if progress.done and progress.left:
        desk_batch.delay(batch_id)


@shared_task(name="workbench.desk_batches_resume", ignore_result=True)
def desk_batches_resume() -> int:
    """Take up the batches that stand still. Returns how many."""
    still = batches_still()
    for batch_id in still:
        desk_batch.delay(batch_id)
    return len(still)


def desk_batch_send(batch_id: int) -> None:
    """Ask a worker to do a batch. Never raises: what no broker takes is found within minutes."""
    try:
        desk_batch.apply_async((batch_id,), retry=False)
    except Exception:
        logger.warning("no worker was asked for desk batch %s; the sweep will", batch_id, exc_info=True)
