from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "luoshi.calendar"
    label = "calendar"
    verbose_name = "日历与期限"
    default_auto_field = "django.db.models.BigAutoField"
