"""The records of the method. Each key is a bigint, each constraint has a name that begins with the label."""

from django.db import models
from django.db.models import Q


class Visit(models.Model):
    """One look at the place that a suggestion speaks of."""

    id = models.BigAutoField(primary_key=True)
    case_id = models.BigIntegerField("建议")
    visited_on = models.DateField("回访日期")
    finding = models.CharField("所见", max_length=500)
    recorded_by_id = models.BigIntegerField("记录人", null=True)

    class Meta:
        verbose_name = "实地回访"
        verbose_name_plural = "实地回访"
        constraints = [
            models.CheckConstraint(condition=~Q(finding=""), name="site_visit_visit_finding_given"),
        ]
        indexes = [models.Index(fields=["case_id", "visited_on"], name="site_visit_visit_case")]

    def __str__(self) -> str:
        return f"{self.visited_on}：{self.finding}"
