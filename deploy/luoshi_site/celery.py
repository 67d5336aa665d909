"""The Celery app: ``celery -A luoshi_site worker`` and ``celery -A luoshi_site beat``."""

import logging
import os
from typing import Any

from celery.loaders.app import AppLoader
from celery.schedules import crontab
from celery.signals import import_modules, worker_init
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luoshi_site.settings")

from luoshi_site.loading import loading
from luoshi_tenants.celery import CountyCelery

logger = logging.getLogger(__name__)


class Loader(AppLoader):
    """How a worker and beat load Django and the tasks."""

    def import_default_modules(self) -> Any:
        """Once, and for good."""
        with loading():
            return super().import_default_modules()


app = CountyCelery("luoshi", loader="luoshi_site.celery:Loader")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def worker_verify(**_: Any) -> None:
    """Refuse to work where counties could mix. Celery swallows every exception here but this one."""
    from luoshi_tenants.checks import boot_verify

    try:
        boot_verify()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error


def every_minutes(minutes: int, task: str, jitter_seconds: int) -> dict[str, Any]:
    """A line of the schedule: ``task`` in every active county, spread over ``jitter_seconds``."""
    seconds = minutes * 60
    return {
        "task": "tenants.fan_out",
        "schedule": float(seconds),
        "kwargs": {"task_name": task, "jitter_seconds": jitter_seconds, "expires": seconds},
        # When no worker runs, old rounds must not pile up.
        "options": {"expires": seconds},
    }


def nightly(hour: int, task: str, jitter_seconds: int) -> dict[str, Any]:
    """A line of the schedule: ``task`` in every active county at ``hour`` o'clock of the country's time."""
    expires = 6 * 3600
    return {
        "task": "tenants.fan_out",
        "schedule": crontab(hour=hour, minute=0),
        "kwargs": {"task_name": task, "jitter_seconds": jitter_seconds, "expires": expires},
        "options": {"expires": expires},
    }


SCHEDULE = {
    # Normally a commit wakes the drain; the sweep finds what a dead broker or worker left behind.
    "outbox.drain": every_minutes(1, "outbox.drain", jitter_seconds=30),
    "audit.seal": every_minutes(1, "audit.seal", jitter_seconds=30),
    "outbox.prune": nightly(3, "outbox.prune", jitter_seconds=600),
    "suggestions.clean_files": nightly(4, "suggestions.clean_files", jitter_seconds=600),
    "publication.verify_versions": nightly(2, "publication.verify_versions", jitter_seconds=600),
    "workbench.desk_batches_resume": every_minutes(5, "workbench.desk_batches_resume", jitter_seconds=60),
    "workbench.import_jobs_sweep": every_minutes(5, "workbench.import_jobs_sweep", jitter_seconds=60),
    "suggestions.lapse_evaluations": every_minutes(60, "suggestions.lapse_evaluations", jitter_seconds=600),
}
app.conf.beat_schedule = SCHEDULE


@import_modules.connect(sender=app)
def methods_schedule(**_: Any) -> None:
    """Add what the installed methods want done again and again. Worker and beat have loaded all tasks now."""
    app.conf.beat_schedule = {**SCHEDULE, **methods_entries()}


def methods_entries() -> dict[str, dict[str, Any]]:
    """The lines of the usable methods. A task is sent to every county and does nothing where its method is
    off; one that would not look is left out, as is nonsense, and neither stops the schedule.
    """
    from luoshi.methods.registry import registry_current

    entries: dict[str, dict[str, Any]] = {}
    for method in registry_current().methods:
        for schedule in method.schedules:
            task = app.tasks.get(schedule.task)
            if getattr(task, "method_slug", None) != method.slug or schedule.every_minutes < 1:
                logger.error("method %s: %r is left out of the schedule", method.slug, schedule)
                continue
            minutes = schedule.every_minutes
            # Spread over half of the interval, and for long ones no longer than the broker allows.
            entries[f"{method.slug}:{schedule.task}"] = every_minutes(
                minutes, schedule.task, jitter_seconds=min(minutes * 30, 600)
            )
    return entries
