"""What an import leaves to a worker. Thin; the county comes with the task."""

import logging

from celery import shared_task

from luoshi.workbench.importing.jobs import import_run, jobs_sweep

logger = logging.getLogger(__name__)


# Longer than the broker waits before it offers the task again: a second worker finds the job's row locked and
# goes away.
@shared_task(name="workbench.import_job", ignore_result=True, time_limit=1500)
def import_job(job_id: int) -> None:
    """Look through the file of a job, or import it."""
    import_run(job_id=job_id)


@shared_task(name="workbench.import_jobs_sweep", ignore_result=True)
def import_jobs_sweep() -> int:
    """Let old jobs expire and take up those that stand still. Returns how many were taken up."""
    again = jobs_sweep()
    for job_id in again:
        import_job.delay(job_id)
    return len(again)


def import_job_send(job_id: int) -> None:
    """Ask a worker to run a job. Never raises: what no broker takes is found within minutes."""
    try:
        import_job.apply_async((job_id,), retry=False)
    except Exception:
        logger.warning("no worker was asked for import job %s; the sweep will", job_id, exc_info=True)
