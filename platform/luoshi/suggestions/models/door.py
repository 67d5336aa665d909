"""What the door itself remembers: acts already performed, and the county's settings with their history."""

from django.db import models

from luoshi.suggestions.models.suggestion import Suggestion


class PerformedAct(models.Model):
    """An idempotency key that has been used, with what came of it."""

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="+", verbose_name="建议"
    )
    key = models.CharField("幂等键", max_length=100)
    request_digest = models.CharField("请求摘要", max_length=64)
    outcome = models.JSONField("结果")
    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "key"], name="suggestions_performedact_key_uniq")
        ]

    def __str__(self) -> str:
        return self.key


class CountySettingsVersion(models.Model):
    """One version of the county's settings; the newest is in force, the others are its history."""

    version = models.IntegerField("版本")
    data = models.JSONField("内容")
    changed_by_id = models.BigIntegerField("修改人", null=True, blank=True)
    changed_at = models.DateTimeField("修改时间", auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version"], name="suggestions_countysettings_version_uniq")
        ]

    def __str__(self) -> str:
        return str(self.version)
