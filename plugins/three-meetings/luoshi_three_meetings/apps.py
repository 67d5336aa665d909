from django.apps import AppConfig


class ThreeMeetingsConfig(AppConfig):
    name = "luoshi_three_meetings"
    label = "three_meetings"
    verbose_name = "三见面"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from luoshi_three_meetings import rules  # noqa: F401 - registers the permissions
