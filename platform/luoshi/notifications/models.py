"""Notices (通知): what a person is told of, in the product itself. Other channels will read the same rows."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from luoshi.suggestions.models import Suggestion


class Notice(models.Model):
    """One line for one person about one act, or about many done together. ``message_id``: the outbox message
    it came from; the unique constraint makes a repeated delivery harmless.

    ``query``: where there is no one suggestion, the filter of the list that shows them all. ``path``: of a
    page of this county elsewhere, where it is about that.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", verbose_name="收件人"
    )
    suggestion = models.ForeignKey(
        Suggestion,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name="建议",
    )
    query = models.CharField("列表条件", max_length=100, blank=True, db_default="")
    path = models.CharField("页面地址", max_length=200, blank=True, db_default="")
    kind = models.CharField("种类", max_length=60)
    text = models.CharField("内容", max_length=400)
    message_id = models.BigIntegerField("消息")
    created_at = models.DateTimeField("时间", auto_now_add=True)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "message_id"], name="notifications_notice_message_uniq"
            ),
            models.CheckConstraint(
                condition=Q(suggestion__isnull=False) | ~Q(query="") | ~Q(path=""),
                name="notifications_notice_leads_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(path="") | Q(path__regex="^/[^/]"), name="notifications_notice_path_within"
            ),
        ]
        indexes = [
            models.Index(
                fields=["recipient", "-created_at"],
                condition=Q(read_at__isnull=True),
                name="notifications_unread_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.text
