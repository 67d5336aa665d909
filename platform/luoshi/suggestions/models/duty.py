"""What a method asks of somebody and what it marks, written when things happen: lists never ask a hook."""

from django.db import models
from django.db.models import Q

from luoshi.suggestions.models.assignment import Assignment
from luoshi.suggestions.models.clock import Clock
from luoshi.suggestions.models.suggestion import Suggestion


class CaseDuty(models.Model):
    """Something that a method asks of a unit, the deputy or an office for one case.

    ``owner``: slug of the method. ``kind`` and ``title``: the worklist it stands in, such as ``欠见面``; the
    same title for all of a kind. ``key``: which of several of the kind it is. ``label``: what is to be done.
    ``assignment``: the unit's part, where a unit owes it. ``due_on``: ``None`` where there is no day for it.
    """

    class State(models.TextChoices):
        OPEN = "open", "待办"
        CLOSED = "closed", "已了结"

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="duties", verbose_name="建议"
    )
    assignment = models.ForeignKey(
        Assignment,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="duties",
        verbose_name="承办",
    )
    owner = models.CharField("来源", max_length=50)
    kind = models.CharField("种类", max_length=40)
    title = models.CharField("清单名称", max_length=40)
    key = models.CharField("细目", max_length=40, blank=True)
    label = models.CharField("事项", max_length=100)
    owed_by = models.CharField("应办方", max_length=20, choices=Clock.Debtor.choices)
    due_on = models.DateField("期限", null=True, blank=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    opened_on = models.DateField("起始日")
    closed_on = models.DateField("了结日", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion", "assignment", "owner", "kind", "key"],
                condition=Q(state="open"),
                nulls_distinct=False,
                name="suggestions_caseduty_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "closed"]), name="suggestions_caseduty_state_known"
            ),
            models.CheckConstraint(
                condition=Q(owed_by__in=["unit", "deputy", "congress_office", "reviewing_office"]),
                name="suggestions_caseduty_debtor_known",
            ),
            models.CheckConstraint(
                condition=~Q(owed_by="unit") | Q(assignment__isnull=False),
                name="suggestions_caseduty_unit_has_part",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_on__isnull=True)
                | Q(state="closed", closed_on__isnull=False),
                name="suggestions_caseduty_closed_has_date",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "kind", "owed_by"],
                condition=Q(state="open"),
                name="suggestions_duty_open_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suggestion_id}:{self.owner}:{self.kind}:{self.key}"


class CaseFlag(models.Model):
    """A mark that a method sets on a case, for the congress alone: an indication, never a judgement.

    ``kind`` and ``title``: the worklist it stands in. ``explanation``: why it was set, in Chinese.
    """

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="flags", verbose_name="建议"
    )
    owner = models.CharField("来源", max_length=50)
    kind = models.CharField("种类", max_length=40)
    title = models.CharField("清单名称", max_length=40)
    explanation = models.CharField("说明", max_length=300)
    set_on = models.DateField("标记日")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "owner", "kind"], name="suggestions_caseflag_once"),
            models.CheckConstraint(condition=~Q(explanation=""), name="suggestions_caseflag_explained"),
        ]
        indexes = [models.Index(fields=["owner", "kind"], name="suggestions_flag_kind_idx")]

    def __str__(self) -> str:
        return f"{self.suggestion_id}:{self.owner}:{self.kind}"
