from django.apps import AppConfig


class SiteVisitConfig(AppConfig):
    name = "luoshi_site_visit"
    label = "site_visit"
    verbose_name = "实地回访"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from luoshi_site_visit import rules  # noqa: F401 - registers the permissions
