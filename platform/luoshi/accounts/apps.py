from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "luoshi.accounts"
    label = "accounts"
    verbose_name = "人员与账号"
    default_auto_field = "django.db.models.BigAutoField"
