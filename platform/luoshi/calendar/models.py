"""The county's table of holidays and make-up workdays: seeded, then edited by its operator."""

from django.db import models


class DayKind(models.TextChoices):
    """What an override makes of a day."""

    OFF = "off", "放假"
    WORK = "work", "上班（调休）"


class CalendarYear(models.Model):
    """A year that somebody has begun to enter. ``is_complete``: its arrangement is known in full.

    ``seeded_from``: source of the days (name and version), empty where the operator entered them.
    """

    year = models.SmallIntegerField("年份")
    seeded_from = models.CharField("来源", max_length=100, blank=True)
    is_complete = models.BooleanField("已录入完整", default=False)

    class Meta:
        verbose_name = "日历年度"
        verbose_name_plural = "日历年度"
        ordering = ("year",)
        constraints = [
            models.UniqueConstraint(fields=["year"], name="calendar_year_unique"),
            models.CheckConstraint(condition=models.Q(year__range=(1950, 2200)), name="calendar_year_range"),
        ]

    def __str__(self) -> str:
        return f"{self.year}年"


class DayOverride(models.Model):
    """One day that is not what its weekday says, or that is a holiday by name."""

    day = models.DateField("日期")
    kind = models.CharField("安排", max_length=4, choices=DayKind)
    name = models.CharField("名称", max_length=50, blank=True)

    class Meta:
        verbose_name = "放假与调休"
        verbose_name_plural = "放假与调休"
        ordering = ("day",)
        constraints = [
            models.UniqueConstraint(fields=["day"], name="calendar_day_unique"),
            models.CheckConstraint(
                condition=models.Q(kind__in=DayKind.values), name="calendar_day_kind_valid"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()} {self.name}".rstrip()
