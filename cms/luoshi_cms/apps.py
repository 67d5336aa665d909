from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "luoshi_cms"
    verbose_name = "县公开网站"
    default_auto_field = "django.db.models.BigAutoField"
