from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "luoshi.workbench.rights"
    label = "workbench_rights"
    verbose_name = "人员与权限"
