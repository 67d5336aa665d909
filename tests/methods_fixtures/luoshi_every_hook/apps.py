from django.apps import AppConfig


class EveryHookConfig(AppConfig):
    name = "luoshi_every_hook"
    label = "every_hook"
    verbose_name = "全钩子工作法"
    default_auto_field = "django.db.models.BigAutoField"
