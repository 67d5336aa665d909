"""Celery tasks of publication. Thin: the work is in the services."""

import logging

from celery import shared_task

from luoshi.publication.clean_files import clean_file_make
from luoshi.publication.soundness import versions_verify

logger = logging.getLogger(__name__)


@shared_task(name="publication.clean_file", ignore_result=True, acks_late=True, time_limit=900)
def clean_file(attachment_id: int) -> None:
    """Make the clean copy of an attachment; a second run finds it made."""
    clean_file_make(attachment_id)


@shared_task(name="publication.verify_versions", ignore_result=True)
def verify_versions() -> None:
    """Set aside what is no longer what was approved; every night."""
    versions_verify()


def clean_file_send(attachment_id: int) -> bool:
    """Ask a worker for a clean copy; whether the broker took it."""
    try:
        clean_file.apply_async((attachment_id,), retry=False)
    except Exception:
        logger.warning("no worker was asked to clean attachment %s", attachment_id, exc_info=True)
        return False
    return True
