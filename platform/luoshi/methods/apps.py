from django.apps import AppConfig


class MethodsConfig(AppConfig):
    name = "luoshi.methods"
    label = "methods"
    verbose_name = "工作法"
    default_auto_field = "django.db.models.BigAutoField"
