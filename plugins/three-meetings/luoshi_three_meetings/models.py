"""Confirmation slips (确认单): the secret by which a deputy without an account answers for one meeting."""

from django.db import models
from django.db.models import Q

from luoshi.suggestions.models import Contact, Deputy


class Slip(models.Model):
    """One link and one short code, good once, for one contact and one deputy.

    ``token_digest`` and ``code_digest`` are bound to county, contact and deputy; the secrets themselves are
    shown once, when the slip is made, and kept nowhere. ``failures``: wrong codes; too many make it void.
    """

    class Issued(models.TextChoices):
        PAPER = "paper", "人大打印"
        OWN = "own", "代表本人"

    id = models.BigAutoField(primary_key=True)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", verbose_name="沟通记录")
    deputy = models.ForeignKey(Deputy, on_delete=models.CASCADE, related_name="+", verbose_name="代表")
    token_digest = models.CharField("链接摘要", max_length=64)
    code_digest = models.CharField("确认码摘要", max_length=64)
    issued_as = models.CharField("发放方式", max_length=8, choices=Issued.choices)
    issued_at = models.DateTimeField("发放时间")
    issued_by_id = models.BigIntegerField("发放人", null=True)
    expires_at = models.DateTimeField("有效期至")
    failures = models.IntegerField("确认码输错次数", default=0)
    used_at = models.DateTimeField("使用时间", null=True)
    revoked_at = models.DateTimeField("作废时间", null=True)

    class Meta:
        verbose_name = "见面确认单"
        verbose_name_plural = "见面确认单"
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="three_meetings_slip_one_open",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True),
                name="three_meetings_slip_used_or_revoked",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("issued_at")), name="three_meetings_slip_expires_later"
            ),
            models.CheckConstraint(condition=Q(failures__gte=0), name="three_meetings_slip_failures_counted"),
            models.CheckConstraint(
                condition=Q(issued_as__in=["paper", "own"]), name="three_meetings_slip_issued_known"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="three_meetings_slip_expiry")]

    def __str__(self) -> str:
        return f"{self.contact_id}:{self.deputy_id}"


class WrongCode(models.Model):
    """How many wrong codes came from one address of late. ``subject``: digest, bound to the county."""

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField("来源摘要", max_length=64)
    failures = models.IntegerField("次数", default=0)
    first_at = models.DateTimeField("首次时间")

    class Meta:
        verbose_name = "确认码输错计数"
        verbose_name_plural = "确认码输错计数"
        constraints = [
            models.UniqueConstraint(fields=["subject"], name="three_meetings_wrongcode_subject_uniq"),
            models.CheckConstraint(
                condition=Q(failures__gte=0), name="three_meetings_wrongcode_failures_counted"
            ),
        ]
        indexes = [models.Index(fields=["first_at"], name="three_meetings_wrongcode_first")]

    def __str__(self) -> str:
        return self.subject
