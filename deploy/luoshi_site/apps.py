from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "luoshi_site"
    verbose_name = "落实"

    def ready(self) -> None:
        # shared_task then finds this app, in a web process as in a worker.
        from luoshi_site import celery  # noqa: F401
