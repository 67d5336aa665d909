"""Congress terms (届), sessions (次), delegations (代表团) and deputies (代表)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Term(models.Model):
    """A term of the county's congress, such as 第十七届."""

    number = models.IntegerField("届")
    starts_on = models.DateField("起始日期", null=True, blank=True)
    ends_on = models.DateField("终止日期", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="suggestions_term_number_uniq"),
            models.CheckConstraint(condition=Q(number__gt=0), name="suggestions_term_number_positive"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(starts_on__lte=F("ends_on")),
                name="suggestions_term_dates_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.number}届"


class Session(models.Model):
    """One session of a term. ``code`` is ``17-4`` for the fourth session of the seventeenth term.

    Suggestions raised between sessions belong to the session before them.
    """

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="sessions", verbose_name="届")
    number = models.IntegerField("次")
    code = models.CharField("届次", max_length=16)
    year = models.IntegerField("办理年度")
    opened_on = models.DateField("开幕日期", null=True, blank=True)
    closed_on = models.DateField("闭幕日期", null=True, blank=True)
    submission_until = models.DateTimeField("提出建议截止时间", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["term", "number"], name="suggestions_session_term_number_uniq"),
            models.UniqueConstraint(fields=["code"], name="suggestions_session_code_uniq"),
            models.CheckConstraint(condition=Q(number__gt=0), name="suggestions_session_number_positive"),
        ]

    def __str__(self) -> str:
        return self.code


class Delegation(models.Model):
    """A delegation (代表团) of one term."""

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="delegations", verbose_name="届")
    name = models.CharField("名称", max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["term", "name"], name="suggestions_delegation_name_uniq")
        ]

    def __str__(self) -> str:
        return self.name


class Deputy(models.Model):
    """A deputy of one term. Two of one name are told apart by their delegation.

    Who is elected again is a new row with the same account, so that the old cases stay his (上海 art. 19).
    """

    delegation = models.ForeignKey(
        Delegation, on_delete=models.PROTECT, related_name="deputies", verbose_name="代表团"
    )
    name = models.CharField("姓名", max_length=40)
    gender = models.CharField("性别", max_length=4, blank=True)
    position = models.CharField("职务", max_length=100, blank=True)
    certificate_no = models.CharField("代表证号", max_length=40, blank=True)
    valid_from = models.DateField("当选日期", null=True, blank=True)
    valid_to = models.DateField("终止日期", null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="deputies",
        verbose_name="账号",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delegation", "name"], name="suggestions_deputy_name_uniq"),
            models.UniqueConstraint(
                fields=["user", "delegation"],
                condition=Q(user__isnull=False),
                name="suggestions_deputy_user_uniq",
            ),
        ]

    def __str__(self) -> str:
        return self.name
