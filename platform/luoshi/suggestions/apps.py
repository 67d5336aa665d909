from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    name = "luoshi.suggestions"
    label = "suggestions"
    verbose_name = "代表建议"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from luoshi.suggestions.consumers import consumers_register
        from luoshi.suggestions.rules import permissions_register

        permissions_register()
        consumers_register()
