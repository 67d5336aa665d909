"""The Celery app: ``celery -A luoshi_site worker`` and ``celery -A luoshi_site beat``."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luoshi_site.settings")

from luoshi_tenants.celery import CountyCelery

app = CountyCelery("luoshi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


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


app.conf.beat_schedule = {}
