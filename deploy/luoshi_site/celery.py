"""The Celery app: ``celery -A luoshi_site worker`` and ``celery -A luoshi_site beat``."""

import os
from typing import Any

from celery.signals import worker_init
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luoshi_site.settings")

from luoshi_tenants.celery import CountyCelery

app = CountyCelery("luoshi")
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


app.conf.beat_schedule = {
    # Normally a commit wakes the drain; the sweep finds what a dead broker or worker left behind.
    "outbox.drain": every_minutes(1, "outbox.drain", jitter_seconds=30),
    "audit.seal": every_minutes(1, "audit.seal", jitter_seconds=30),
    "suggestions.lapse_evaluations": every_minutes(60, "suggestions.lapse_evaluations", jitter_seconds=600),
}
