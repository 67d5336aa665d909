from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "luoshi.notifications"
    label = "notifications"
    verbose_name = "通知"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from luoshi.notifications.services import CONSUMER, is_news, notices_write
        from luoshi.outbox.registry import consumer
        from luoshi.suggestions.services.log import TRANSITION_DONE

        consumer(TRANSITION_DONE, CONSUMER, notices_write, hears=is_news)
