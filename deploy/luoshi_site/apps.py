from django.apps import AppConfig
from django.conf import settings


class SiteConfig(AppConfig):
    name = "luoshi_site"
    verbose_name = "落实"

    def ready(self) -> None:
        # shared_task then finds this app, in a web process as in a worker.
        from luoshi.outbox.kick import kick_register
        from luoshi.outbox.tasks import drain_kick
        from luoshi.shown import copies_forget_by
        from luoshi_site import celery  # noqa: F401
        from luoshi_site.public_pages import pages_forget
        from luoshi_site.withdrawal import marks_follow_places

        copies_forget_by(pages_forget)
        marks_follow_places()
        if settings.REDIS_URL:
            kick_register(drain_kick)
