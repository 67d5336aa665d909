"""Clocks (期限): one row for each that runs or ran, whoever set it."""

from django.db import models
from django.db.models import Q

from luoshi.suggestions.models.assignment import Assignment
from luoshi.suggestions.models.reply import Reply
from luoshi.suggestions.models.suggestion import Suggestion


class Clock(models.Model):
    """A due date with a beginning, an end and an owner (``core`` or the slug of a method).

    ``assignment`` is set where the act concerns one unit's part, ``reply`` where it concerns one letter.
    ``owed_by``: whose turn it is, so that a list of what one owes asks nothing else.
    """

    class Debtor(models.TextChoices):
        UNIT = "unit", "承办单位"
        DEPUTY = "deputy", "代表"
        CONGRESS_OFFICE = "congress_office", "人大代表工委"
        REVIEWING_OFFICE = "reviewing_office", "交办审核机关"

    class State(models.TextChoices):
        RUNNING = "running", "进行中"
        MET = "met", "按期完成"
        LATE = "late", "逾期完成"
        STOPPED = "stopped", "已停止"

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="clocks", verbose_name="建议"
    )
    assignment = models.ForeignKey(
        Assignment,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="clocks",
        verbose_name="承办",
    )
    reply = models.ForeignKey(
        Reply, on_delete=models.CASCADE, null=True, blank=True, related_name="clocks", verbose_name="答复"
    )
    owed_by = models.CharField("应办方", max_length=20, choices=Debtor.choices)
    owner = models.CharField("来源", max_length=40, default="core")
    kind = models.CharField("种类", max_length=40)
    round = models.IntegerField("办理轮次")
    starts_on = models.DateField("起算日")
    due_on = models.DateField("期限")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.RUNNING)
    ended_on = models.DateField("结束日", null=True, blank=True)
    unseeded_years = models.CharField("未录入节假日的年份", max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion", "assignment", "reply", "owner", "kind", "round"],
                condition=Q(state="running"),
                nulls_distinct=False,
                name="suggestions_clock_one_running",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["running", "met", "late", "stopped"]),
                name="suggestions_clock_state_known",
            ),
            models.CheckConstraint(
                condition=Q(owed_by__in=["unit", "deputy", "congress_office", "reviewing_office"]),
                name="suggestions_clock_debtor_known",
            ),
            models.CheckConstraint(
                condition=Q(state="running", ended_on__isnull=True)
                | (~Q(state="running") & Q(ended_on__isnull=False)),
                name="suggestions_clock_ended_has_date",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="suggestions_clock_due_idx")]

    def __str__(self) -> str:
        return f"{self.suggestion_id}:{self.kind}:{self.due_on}"
