from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "luoshi.outbox"
    label = "outbox"
    verbose_name = "待发效果"
    default_auto_field = "django.db.models.BigAutoField"
