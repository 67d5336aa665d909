from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "luoshi.accounts"
    label = "accounts"
    verbose_name = "人员与账号"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from luoshi.accounts.sessions import sign_in_stamp

        user_logged_in.connect(sign_in_stamp, dispatch_uid="luoshi.accounts.sessions")
