"""What a unit has to do with a suggestion: proposal, assignment, return, extension, contact, opinion."""

from django.db import models
from django.db.models import Q

from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import AssignmentRole, AssignmentState, ContactMode, ContactPhase
from luoshi.suggestions.models.suggestion import Suggestion
from luoshi.suggestions.models.units import Unit

_ACTIVE = ~Q(state__in=sorted(GONE))


class Proposal(models.Model):
    """A unit proposed in the pre-assignment (预分办), which may claim or object with a reason (HN-06)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "待回应"
        CLAIMED = "claimed", "已认领"
        OBJECTED = "objected", "有异议"

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="proposals", verbose_name="建议"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="proposals", verbose_name="单位")
    role = models.CharField("角色", max_length=8, choices=AssignmentRole.choices)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PROPOSED)
    reason = models.TextField("理由", blank=True)
    suggested_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="建议改由"
    )
    answered_at = models.DateTimeField("回应时间", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "unit"], name="suggestions_proposal_unit_uniq"),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "claimed", "objected"]),
                name="suggestions_proposal_state_known",
            ),
            models.CheckConstraint(
                condition=Q(role__in=AssignmentRole.values), name="suggestions_proposal_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suggestion_id}:{self.unit_id}"


class Assignment(models.Model):
    """One unit's part in one round. A reassigned one stays as history and names its successor's origin.

    ``role``: lead (主办) alone, or separate (分办) for several, and co (会办). ``due_on``: present due date.
    ``requirement``: what the hand-over or the re-handling demands of the unit (XH-04).
    """

    class Triage(models.TextChoices):
        AT_ONCE = "at_once", "立即办"
        PROMISED = "promised", "承诺办"
        EXPLAINED = "explained", "解释办"

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="assignments", verbose_name="建议"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assignments", verbose_name="单位")
    role = models.CharField("角色", max_length=8, choices=AssignmentRole.choices)
    round = models.IntegerField("办理轮次", default=1)
    state = models.CharField(
        "状态", max_length=20, choices=AssignmentState.choices, default=AssignmentState.PENDING
    )
    part = models.TextField("承办部分", blank=True)
    requirement = models.TextField("办理要求", blank=True)
    due_on = models.DateField("期限", null=True, blank=True)
    handed_over_on = models.DateField("交办日期", null=True, blank=True)
    accepted_at = models.DateTimeField("签收时间", null=True, blank=True)
    done_on = models.DateField("完成日期", null=True, blank=True)
    principal = models.CharField("主要负责人", max_length=40, blank=True)
    in_charge = models.CharField("分管负责人", max_length=40, blank=True)
    handler = models.CharField("经办人", max_length=40, blank=True)
    county_leader = models.CharField("县级领导", max_length=60, blank=True)
    office_follow_up = models.CharField("政府办跟踪人", max_length=60, blank=True)
    triage = models.CharField("办理分类", max_length=10, choices=Triage.choices, blank=True)
    work_plan = models.TextField("工作方案", blank=True)
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name="改办自",
    )

    class Meta:
        ordering = ["round", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion", "unit", "round"],
                condition=_ACTIVE,
                name="suggestions_assignment_unit_uniq",
            ),
            models.UniqueConstraint(
                fields=["suggestion", "round"],
                condition=_ACTIVE & Q(role=AssignmentRole.LEAD),
                name="suggestions_assignment_one_lead",
            ),
            models.CheckConstraint(
                condition=Q(state__in=AssignmentState.values), name="suggestions_assignment_state_known"
            ),
            models.CheckConstraint(
                condition=Q(role__in=AssignmentRole.values), name="suggestions_assignment_role_known"
            ),
            models.CheckConstraint(condition=Q(round__gte=1), name="suggestions_assignment_round_positive"),
            models.CheckConstraint(
                condition=~Q(state__in=[AssignmentState.ACCEPTED, AssignmentState.HANDLING])
                | (~Q(principal="") & ~Q(in_charge="") & ~Q(handler="")),
                name="suggestions_assignment_trio_named",
            ),
        ]
        indexes = [models.Index(fields=["unit", "state"], name="suggestions_assign_unit_idx")]

    @property
    def is_lead(self) -> bool:
        """True for 主办 and 分办: both owe the deputy a reply."""
        return self.role in (AssignmentRole.LEAD, AssignmentRole.SEPARATE)

    def __str__(self) -> str:
        return f"{self.suggestion_id}:{self.unit_id}:{self.role}"


class Decision(models.TextChoices):
    """Outcome of something that was asked for."""

    PENDING = "pending", "待定"
    APPROVED = "approved", "同意"
    REJECTED = "rejected", "不同意"


class ReturnRequest(models.Model):
    """A unit's request to give a suggestion back (退办), with the office's decision (HN-11)."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="return_requests", verbose_name="承办"
    )
    reason = models.TextField("理由")
    proposed_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="建议改由"
    )
    requested_at = models.DateTimeField("申请时间")
    decision = models.CharField("决定", max_length=10, choices=Decision.choices, default=Decision.PENDING)
    decision_reason = models.TextField("决定理由", blank=True)
    leader_instruction = models.TextField("分管领导意见", blank=True)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(decision="pending"), name="suggestions_return_one_pending"
            ),
            models.CheckConstraint(
                condition=Q(decision__in=Decision.values), name="suggestions_return_decision_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}:{self.decision}"


class Extension(models.Model):
    """A lead's request for more time, which needs consent (代表法 art. 51: ≤6 months from hand-over)."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="extensions", verbose_name="承办"
    )
    reason = models.TextField("理由")
    requested_until = models.DateField("申请延至")
    requested_at = models.DateTimeField("申请时间")
    decision = models.CharField("决定", max_length=10, choices=Decision.choices, default=Decision.PENDING)
    decision_reason = models.TextField("决定理由", blank=True)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    previous_due_on = models.DateField("原期限")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(decision="pending"),
                name="suggestions_extension_one_pending",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=Decision.values), name="suggestions_extension_decision_known"
            ),
            models.CheckConstraint(
                condition=Q(requested_until__gt=models.F("previous_due_on")),
                name="suggestions_extension_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}:{self.requested_until}"


class Contact(models.Model):
    """One contact (沟通) with the deputy, as the unit states it and as the deputy confirms or denies it."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="contacts", verbose_name="承办"
    )
    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="contacts", verbose_name="建议"
    )
    round = models.IntegerField("办理轮次")
    phase = models.CharField("阶段", max_length=8, choices=ContactPhase.choices)
    mode = models.CharField("方式", max_length=16, choices=ContactMode.choices)
    held_on = models.DateField("日期")
    place = models.CharField("地点", max_length=100, blank=True)
    persons = models.CharField("参加人员", max_length=300)
    person_times = models.IntegerField("沟通人次", default=1)
    summary = models.TextField("沟通内容")
    recorded_at = models.DateTimeField("录入时间")
    confirmed = models.BooleanField("代表是否确认", null=True, blank=True)
    answered_at = models.DateTimeField("代表答复时间", null=True, blank=True)
    denial_reason = models.TextField("不属实说明", blank=True)
    answered_by_proxy = models.BooleanField("工作人员代录", default=False)
    answer_basis = models.CharField("代录依据", max_length=200, blank=True)

    class Meta:
        ordering = ["held_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person_times__gte=1), name="suggestions_contact_person_times_positive"
            ),
            models.CheckConstraint(
                condition=Q(phase__in=ContactPhase.values), name="suggestions_contact_phase_known"
            ),
            models.CheckConstraint(
                condition=Q(mode__in=ContactMode.values), name="suggestions_contact_mode_known"
            ),
            models.CheckConstraint(
                condition=~Q(confirmed=False) | ~Q(denial_reason=""),
                name="suggestions_contact_denial_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suggestion_id}:{self.phase}:{self.held_on}"


class CoOpinion(models.Model):
    """A co-unit's written opinion to the lead (会办意见). It never goes to the deputy by itself."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="opinions", verbose_name="承办"
    )
    text = models.TextField("意见")
    submitted_at = models.DateTimeField("提交时间")
    is_late = models.BooleanField("是否逾期")
    sent_back_at = models.DateTimeField("退回时间", null=True, blank=True)
    sent_back_reason = models.TextField("退回理由", blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(sent_back_at__isnull=True),
                name="suggestions_coopinion_one_standing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.assignment_id)
