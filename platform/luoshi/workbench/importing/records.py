"""One import on its way: whose, of which file, what the trial found, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class ImportJob(models.Model):
    """One workbook that somebody sent in.

    It belongs to the person who sent it: nobody else sees or confirms it. The file lies in the county's media
    as ``stored`` until the job ends. ``options``: what was chosen in the form. ``outcome``: what the trial
    would do, later what the import did. ``problems``: what stands in the way, by row and column. ``rows``:
    rows of the file. ``touched_at``: when it last moved; ``attempts``: how often it was begun.
    """

    class Kind(models.TextChoices):
        UNITS = "units", "承办单位名册"
        DEPUTIES = "deputies", "代表名册"
        ACCOUNTS = "accounts", "账号"
        CURRENT = "current", "今年在办的建议"
        PAST = "past", "历年已办结的建议"

    class State(models.TextChoices):
        WAITING = "waiting", "正在检查"
        CHECKED = "checked", "等待确认"
        REFUSED = "refused", "有问题，没有导入"
        CONFIRMED = "confirmed", "正在导入"
        DONE = "done", "已导入"
        FAILED = "failed", "出错，没有导入"
        DISCARDED = "discarded", "已放弃"
        EXPIRED = "expired", "已过期"

    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.WAITING)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="经办人"
    )
    file_name = models.CharField("文件名", max_length=200)
    digest = models.CharField("文件摘要", max_length=64)
    stored = models.CharField("存放处", max_length=200, blank=True)
    rows = models.IntegerField("行数")
    options = models.JSONField("选项", default=dict)
    outcome = models.JSONField("结果", default=dict)
    problems = models.JSONField("问题", default=list)
    message = models.TextField("说明", blank=True)
    attempts = models.IntegerField("次数", default=0)
    started_at = models.DateTimeField("上传时间")
    touched_at = models.DateTimeField("最近进展")
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "表格导入"
        verbose_name_plural = "表格导入"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["units", "deputies", "accounts", "current", "past"]),
                name="workbench_importjob_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "waiting",
                        "checked",
                        "refused",
                        "confirmed",
                        "done",
                        "failed",
                        "discarded",
                        "expired",
                    ]
                ),
                name="workbench_importjob_state_known",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex="^[0-9a-f]{64}$"), name="workbench_importjob_digest_given"
            ),
            models.CheckConstraint(condition=Q(rows__gte=0), name="workbench_importjob_rows_valid"),
            models.CheckConstraint(condition=Q(attempts__gte=0), name="workbench_importjob_attempts_valid"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "checked", "confirmed"], finished_at__isnull=True)
                | (Q(finished_at__isnull=False) & ~Q(state__in=["waiting", "checked", "confirmed"])),
                name="workbench_importjob_end_has_time",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(stored=""),
                name="workbench_importjob_end_has_no_file",
            ),
        ]
        indexes = [
            models.Index(
                fields=["touched_at"],
                condition=Q(finished_at__isnull=True),
                name="workbench_importjob_open_idx",
            ),
            models.Index(fields=["started_by", "-id"], name="workbench_importjob_person_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.pk}"

    @property
    def is_running(self) -> bool:
        """Whether a worker has it, or shall have it."""
        return self.state in (self.State.WAITING, self.State.CONFIRMED)
