"""Which methods (工作法) a county has switched on, and with which options."""

from django.db import models
from django.db.models import Q


class MethodActivation(models.Model):
    """The switch of one method in one county. The row stays when the method is off: it was here once.

    ``changed_by_id``: the user of the last change, a number and no key, so that the row outlives the account;
    ``None`` for the system.
    """

    id = models.BigAutoField(primary_key=True)
    slug = models.CharField("标识", max_length=50)
    is_enabled = models.BooleanField("启用", default=False)
    options = models.JSONField("选项", default=dict)
    enabled_at = models.DateTimeField("启用时间", null=True)
    changed_by_id = models.BigIntegerField("最后变更人", null=True)

    class Meta:
        verbose_name = "工作法启用"
        verbose_name_plural = "工作法启用"
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="methods_activation_slug_uniq"),
            models.CheckConstraint(
                condition=Q(is_enabled=False) | Q(enabled_at__isnull=False),
                name="methods_activation_enabled_at_set",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug}（{'启用' if self.is_enabled else '停用'}）"
