"""Handling units (承办单位): validity, duties, the responsible trio, and what became of them (HN-25)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from luoshi.lifecycle.states import RecipientSystem


class Unit(models.Model):
    """A unit under one name. A renamed unit is a new row, so that an old letter keeps the old name.

    ``principal``, ``in_charge``, ``handler`` are the trio that an acceptance starts from (HN-05).
    ``portfolio_leader`` is the county leader whose field the unit belongs to.
    """

    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=40, blank=True)
    system = models.CharField(
        "系统", max_length=16, choices=RecipientSystem.choices, default=RecipientSystem.GOVERNMENT
    )
    portfolio_leader = models.CharField("分管县领导", max_length=60, blank=True)
    principal = models.CharField("主要负责人", max_length=40, blank=True)
    in_charge = models.CharField("分管负责人", max_length=40, blank=True)
    handler = models.CharField("经办人", max_length=40, blank=True)
    valid_from = models.DateField("启用日期", null=True, blank=True)
    valid_to = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], name="suggestions_unit_name_uniq"),
            models.CheckConstraint(
                condition=Q(system__in=RecipientSystem.values), name="suggestions_unit_system_known"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=F("valid_to")),
                name="suggestions_unit_validity_ordered",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitDuty(models.Model):
    """One duty of a unit (职责), from which a lead is proposed (HN-07)."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="duties", verbose_name="单位")
    name = models.CharField("职责", max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="suggestions_unitduty_name_uniq")
        ]

    def __str__(self) -> str:
        return self.name


class UnitSuccession(models.Model):
    """What became of a unit: renamed, merged into or split off (机构改革)."""

    class Kind(models.TextChoices):
        RENAMED = "renamed", "更名"
        MERGED = "merged", "并入"
        SPLIT = "split", "分设"

    predecessor = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="successions", verbose_name="原单位"
    )
    successor = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="origins", verbose_name="新单位"
    )
    kind = models.CharField("方式", max_length=8, choices=Kind.choices)
    happened_on = models.DateField("日期")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"], name="suggestions_unitsuccession_pair_uniq"
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="suggestions_unitsuccession_not_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id}→{self.successor_id}"


class UnitMember(models.Model):
    """A person who works for a unit, as its head (审签) or as a handler (经办)."""

    class Position(models.TextChoices):
        HEAD = "head", "负责人"
        HANDLER = "handler", "经办人"

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="members", verbose_name="单位")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="unit_memberships",
        verbose_name="人员",
    )
    position = models.CharField("身份", max_length=8, choices=Position.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "user"], name="suggestions_unitmember_uniq"),
            models.CheckConstraint(
                condition=Q(position__in=["head", "handler"]), name="suggestions_unitmember_position_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}:{self.user_id}"
