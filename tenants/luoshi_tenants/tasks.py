"""Province-wide tasks."""

from celery import current_app, shared_task

from luoshi_tenants.celery import PublicTask, fan_out


@shared_task(name="tenants.fan_out", base=PublicTask, ignore_result=True)
def fan_out_task(task_name: str, jitter_seconds: int = 0, expires: int | None = None) -> int:
    """Send the county task ``task_name`` for every active county. What beat calls."""
    return fan_out(current_app.tasks[task_name], jitter_seconds=jitter_seconds, expires=expires)
