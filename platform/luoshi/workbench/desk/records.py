"""What a batch keeps of itself, so that it can be watched, go on after a crash, and be looked up later."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from luoshi.suggestions.models import Suggestion


class DeskBatch(models.Model):
    """Many suggestions that one person has registered, written down or handed over together.

    ``once``: token of the form, so that the same form sent twice is one batch. ``data``: what holds for all
    of them, as the act's input names it, such as the day of the hand-over. ``touched_at``: when something
    last happened; a batch that stands still is taken up again.
    """

    class Kind(models.TextChoices):
        REGISTER = "register", "登记"
        HAND_OVER = "hand_over", "交办"
        ENTRY = "entry", "录入"

    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="经办人"
    )
    once = models.CharField("表单号", max_length=64)
    data = models.JSONField("共同内容", default=dict)
    started_at = models.DateTimeField("开始时间")
    touched_at = models.DateTimeField("最近进展")
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["started_by", "once"], name="workbench_deskbatch_once_uniq"),
            models.CheckConstraint(
                condition=Q(kind__in=["register", "hand_over", "entry"]),
                name="workbench_deskbatch_kind_known",
            ),
            models.CheckConstraint(condition=~Q(once=""), name="workbench_deskbatch_once_given"),
        ]
        indexes = [
            models.Index(
                fields=["touched_at"],
                condition=Q(finished_at__isnull=True),
                name="workbench_deskbatch_open_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.pk}"


class DeskItem(models.Model):
    """One suggestion of a batch. ``data``: what was shown for it when the batch was confirmed, which is what
    is done; ``message``: why it was not done."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待"
        DONE = "done", "已办"
        FAILED = "failed", "未办成"

    batch = models.ForeignKey(DeskBatch, on_delete=models.CASCADE, related_name="items", verbose_name="批次")
    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="desk_items", verbose_name="建议"
    )
    position = models.IntegerField("顺序")
    data = models.JSONField("内容", default=dict)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    message = models.TextField("说明", blank=True)
    done_at = models.DateTimeField("办理时间", null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "suggestion"], name="workbench_deskitem_suggestion_uniq"
            ),
            models.UniqueConstraint(fields=["batch", "position"], name="workbench_deskitem_position_uniq"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done", "failed"]), name="workbench_deskitem_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(message=""), name="workbench_deskitem_failure_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", done_at__isnull=True)
                | (~Q(state="waiting") & Q(done_at__isnull=False)),
                name="workbench_deskitem_done_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.suggestion_id}"
