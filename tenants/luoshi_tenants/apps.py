from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "luoshi_tenants"
    verbose_name = "省、市、县"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from luoshi_tenants import checks, contenttypes, hosts

        contenttypes.guard_install()
        hosts.signals_connect()
        checks.checks_register()
