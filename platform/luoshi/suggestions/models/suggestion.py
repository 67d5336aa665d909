"""The suggestion (建议、批评和意见) and what is written on it: asks, co-signers."""

from django.db import models
from django.db.models import F, Q

from luoshi.lifecycle.states import (
    CongressBody,
    ItemKind,
    ProposerKind,
    RaisedWhen,
    RecipientSystem,
    ResultClass,
    SuggestionState,
)
from luoshi.suggestions.models.congress import Delegation, Deputy, Session


class Suggestion(models.Model):
    """One suggestion. State changes only through ``door.transition_perform``.

    ``round``: 1 for the first handling, one more for each re-handling. ``handed_over_on`` starts the lead's
    clock (代表法 art. 51). ``replied_on``: date of the last lead's reply of the present round.
    ``class_code`` and ``result_class``: the one class that stands after the latest replies.
    ``closed_on``: the day the handling ended (办结), which says nothing about the matter being resolved.
    """

    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="suggestions", verbose_name="届次"
    )
    number = models.IntegerField("编号", null=True, blank=True)
    title = models.CharField("标题", max_length=200)
    content = models.TextField("内容", blank=True)
    category = models.CharField("类别", max_length=40, blank=True)
    item_kind = models.CharField("件别", max_length=12, choices=ItemKind.choices, default=ItemKind.SUGGESTION)
    proposer_kind = models.CharField(
        "提案类型", max_length=12, choices=ProposerKind.choices, default=ProposerKind.INDIVIDUAL
    )
    raised_when = models.CharField(
        "提出时段", max_length=20, choices=RaisedWhen.choices, default=RaisedWhen.IN_SESSION
    )
    congress_body = models.CharField(
        "受理机关", max_length=12, choices=CongressBody.choices, default=CongressBody.COUNTY
    )
    recipient_system = models.CharField(
        "交办对象", max_length=16, choices=RecipientSystem.choices, default=RecipientSystem.GOVERNMENT
    )
    lead_deputy = models.ForeignKey(
        Deputy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="suggestions",
        verbose_name="领衔代表",
    )
    delegation = models.ForeignKey(
        Delegation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="suggestions",
        verbose_name="代表团",
    )
    state = models.CharField(
        "阶段", max_length=20, choices=SuggestionState.choices, default=SuggestionState.DRAFT
    )
    round = models.IntegerField("办理轮次", default=1)

    is_key = models.BooleanField("重点", default=False)
    handling_leader = models.CharField("领办领导", max_length=60, blank=True)
    supervising_leader = models.CharField("督办领导", max_length=60, blank=True)
    is_confidential = models.BooleanField("代表要求保密", default=False)
    wants_publication = models.BooleanField("代表是否同意公开", null=True, blank=True)
    wished_unit = models.CharField("希望承办单位", max_length=100, blank=True)
    note = models.TextField("备注", blank=True)

    motion_number = models.CharField("原议案号", max_length=40, blank=True)
    motion_decision = models.CharField("转建议决定", max_length=200, blank=True)
    refusal_code = models.CharField("不予受理情形", max_length=40, blank=True)
    refusal_note = models.TextField("不予受理说明", blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入"
    )

    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    registered_on = models.DateField("受理日期", null=True, blank=True)
    handed_over_on = models.DateField("交办日期", null=True, blank=True)
    handover_document = models.CharField("交办文号", max_length=60, blank=True)
    is_difficult = models.BooleanField("涉及面广或难度大", default=False)
    replied_on = models.DateField("答复日期", null=True, blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)
    class_code = models.CharField("结果类别代号", max_length=8, blank=True)
    result_class = models.CharField("结果类别", max_length=16, choices=ResultClass.choices, blank=True)
    tracking_exit = models.CharField("结束跟踪理由", max_length=20, blank=True)
    is_imported = models.BooleanField("历年导入", default=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "item_kind", "congress_body", "number"],
                condition=Q(number__isnull=False),
                name="suggestions_suggestion_number_uniq",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__gt=0),
                name="suggestions_suggestion_number_positive",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SuggestionState.values), name="suggestions_suggestion_state_known"
            ),
            models.CheckConstraint(condition=Q(round__gte=1), name="suggestions_suggestion_round_positive"),
            models.CheckConstraint(
                condition=Q(result_class="") | Q(result_class__in=ResultClass.values),
                name="suggestions_suggestion_class_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        SuggestionState.DRAFT,
                        SuggestionState.CO_SIGNING,
                        SuggestionState.SUBMITTED,
                        SuggestionState.NOT_ACCEPTED,
                        SuggestionState.WITHDRAWN,
                    ]
                )
                | Q(number__isnull=False),
                name="suggestions_suggestion_registered_has_number",
            ),
            models.CheckConstraint(
                condition=Q(state=SuggestionState.MERGED, merged_into__isnull=False)
                | (~Q(state=SuggestionState.MERGED) & Q(merged_into__isnull=True)),
                name="suggestions_suggestion_merged_has_target",
            ),
            models.CheckConstraint(
                condition=Q(lead_deputy__isnull=False) | Q(delegation__isnull=False),
                name="suggestions_suggestion_has_proposer",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="suggestions_suggestion_not_merged_into_itself",
            ),
        ]
        indexes = [
            models.Index(fields=["session", "state"], name="suggestions_sugg_state_idx"),
        ]

    def __str__(self) -> str:
        return f"第{self.number}号 {self.title}" if self.number else self.title


class Ask(models.Model):
    """One numbered request (请求事项) of a suggestion, to be answered ask by ask (有问必答)."""

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="asks", verbose_name="建议"
    )
    position = models.IntegerField("序号")
    text = models.TextField("请求")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "position"], name="suggestions_ask_position_uniq"),
            models.CheckConstraint(condition=Q(position__gte=1), name="suggestions_ask_position_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.text}"


class CoSignature(models.Model):
    """A deputy's confirmation that the content is also his will (附议)."""

    class State(models.TextChoices):
        INVITED = "invited", "待确认"
        CONFIRMED = "confirmed", "已附议"
        DECLINED = "declined", "不附议"
        REMOVED = "removed", "已移除"

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="co_signatures", verbose_name="建议"
    )
    deputy = models.ForeignKey(
        Deputy, on_delete=models.PROTECT, related_name="co_signatures", verbose_name="代表"
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.INVITED)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    agrees_to_withdraw = models.BooleanField("同意撤回", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "deputy"], name="suggestions_cosignature_uniq"),
            models.CheckConstraint(
                condition=Q(state__in=["invited", "confirmed", "declined", "removed"]),
                name="suggestions_cosignature_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suggestion_id}:{self.deputy_id}"


class ImportedFigures(models.Model):
    """Counts that a past year's table states without when or how: kept as figures, never as records."""

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="imported_figures", verbose_name="建议"
    )
    contact_records = models.IntegerField("沟通次数", null=True, blank=True)
    contact_person_times = models.IntegerField("沟通人次", null=True, blank=True)
    source_digest = models.CharField("来源行摘要", max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["suggestion"], name="suggestions_importedfigures_uniq"),
            models.CheckConstraint(
                condition=(Q(contact_records__isnull=True) | Q(contact_records__gte=0))
                & (Q(contact_person_times__isnull=True) | Q(contact_person_times__gte=0)),
                name="suggestions_importedfigures_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return str(self.suggestion_id)
