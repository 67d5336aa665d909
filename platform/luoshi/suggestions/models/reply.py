"""The reply (答复) and what follows it: review, evaluation, promise, publication."""

from django.db import models
from django.db.models import Q

from luoshi.lifecycle.states import Grade, ReplyState, ResultClass
from luoshi.suggestions.models.assignment import Assignment
from luoshi.suggestions.models.congress import Deputy
from luoshi.suggestions.models.suggestion import Suggestion
from luoshi.suggestions.models.units import Unit


class Reply(models.Model):
    """A lead unit's reply in one round, or a supplement to it when the thing was later done (HN-16).

    ``class_code`` is the county's letter, ``result_class`` what it means: never infer one from the other.
    ``asks_answered``: which of the numbered asks the letter answers, each with the passage that does it, as
    ``[{"ask": id, "quote": text}]`` (有问必答).
    """

    class Kind(models.TextChoices):
        REPLY = "reply", "答复"
        SUPPLEMENT = "supplement", "补充答复"

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="replies", verbose_name="建议"
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="replies", verbose_name="承办"
    )
    round = models.IntegerField("办理轮次")
    kind = models.CharField("种类", max_length=12, choices=Kind.choices, default=Kind.REPLY)
    state = models.CharField("状态", max_length=16, choices=ReplyState.choices, default=ReplyState.DRAFTED)
    body = models.TextField("正文", blank=True)
    class_code = models.CharField("结果类别代号", max_length=8, blank=True)
    result_class = models.CharField("结果类别", max_length=16, choices=ResultClass.choices, blank=True)
    document_number = models.CharField("发文字号", max_length=60, blank=True)
    draft_shared_at = models.DateTimeField("征求意见时间", null=True, blank=True)
    signed_by = models.CharField("审签人", max_length=40, blank=True)
    signed_at = models.DateTimeField("审签时间", null=True, blank=True)
    issued_on = models.DateField("答复日期", null=True, blank=True)
    face_to_face = models.BooleanField("是否面复", default=False)
    is_imported = models.BooleanField("历年导入", default=False)
    asks_answered = models.JSONField("逐项回应", default=list, blank=True)

    class Meta:
        ordering = ["round", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(kind="reply") & ~Q(state=ReplyState.ENDED),
                name="suggestions_reply_one_per_assignment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReplyState.values), name="suggestions_reply_state_known"
            ),
            models.CheckConstraint(
                condition=Q(result_class="") | Q(result_class__in=ResultClass.values),
                name="suggestions_reply_class_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReplyState.ISSUED) | Q(issued_on__isnull=False) | Q(is_imported=True),
                name="suggestions_reply_issued_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suggestion_id}:{self.kind}:{self.round}"


class ReplyDraft(models.Model):
    """The text of a letter as it stands on somebody's screen, saved every so often while he writes.

    What counts is the letter itself; this keeps work from being lost and two people of one unit from writing
    over each other. ``version`` grows with every saving, of either kind. ``is_pending``: there is text here
    that is not yet in the letter.
    """

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="drafts", verbose_name="答复")
    body = models.TextField("正文", blank=True)
    class_code = models.CharField("结果类别代号", max_length=8, blank=True)
    asks_answered = models.JSONField("逐项回应", default=list, blank=True)
    version = models.IntegerField("版本", default=0)
    is_pending = models.BooleanField("尚未写入答复稿", default=False)
    saved_by_id = models.BigIntegerField("保存人编号", null=True, blank=True)
    saved_by = models.CharField("保存人", max_length=40, blank=True)
    saved_at = models.DateTimeField("保存时间", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reply"], name="suggestions_replydraft_reply_uniq"),
            models.CheckConstraint(
                condition=Q(version__gte=0), name="suggestions_replydraft_version_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reply_id}:{self.version}"


class DraftComment(models.Model):
    """What the deputy said about a draft (HN-15)."""

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="comments", verbose_name="答复")
    deputy = models.ForeignKey(Deputy, on_delete=models.PROTECT, related_name="+", verbose_name="代表")
    text = models.TextField("意见")
    created_at = models.DateTimeField("时间")

    def __str__(self) -> str:
        return self.text[:20]


class Review(models.Model):
    """One review of a reply by the office (HN-18): passed, or sent back with reasons."""

    class Result(models.TextChoices):
        PASSED = "passed", "通过"
        SENT_BACK = "sent_back", "退改"

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="reviews", verbose_name="答复")
    result = models.CharField("结果", max_length=10, choices=Result.choices)
    reasons = models.TextField("理由", blank=True)
    reviewer = models.CharField("审核人", max_length=40)
    created_at = models.DateTimeField("时间")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(result="sent_back") | ~Q(reasons=""),
                name="suggestions_review_send_back_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reply_id}:{self.result}"


class StandingEvaluations(models.Manager["Evaluation"]):
    """Only the grades that stand: those that a deputy's own answer replaced are history."""

    def get_queryset(self) -> models.QuerySet["Evaluation"]:
        """Without the superseded ones."""
        return super().get_queryset().filter(superseded_at__isnull=True)


class Evaluation(models.Model):
    """A deputy's grade on one axis in one round. Confidential to the deputy and the congress.

    What staff entered from paper (``by_proxy``, on ``basis``) gives way to the deputy's own answer and is
    kept as superseded. ``salt``: with it the event's commitment proves the grade without telling it.
    """

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="evaluations", verbose_name="建议"
    )
    round = models.IntegerField("办理轮次")
    axis = models.CharField("维度", max_length=20)
    grade = models.CharField("等次", max_length=20, choices=Grade.choices)
    reason = models.TextField("理由", blank=True)
    deputy = models.ForeignKey(
        Deputy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evaluations",
        verbose_name="代表",
    )
    by_proxy = models.BooleanField("工作人员代录", default=False)
    basis = models.CharField("代录依据", max_length=200, blank=True)
    is_imported = models.BooleanField("历年导入", default=False)
    salt = models.CharField("校验盐", max_length=32, blank=True)
    created_at = models.DateTimeField("时间")
    superseded_at = models.DateTimeField("被代表本人评价取代的时间", null=True, blank=True)

    objects = StandingEvaluations()
    every = models.Manager["Evaluation"]()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion", "round", "axis"],
                condition=Q(superseded_at__isnull=True),
                name="suggestions_evaluation_axis_uniq",
            ),
            models.CheckConstraint(
                condition=Q(by_proxy=False) | ~Q(basis=""), name="suggestions_evaluation_proxy_has_basis"
            ),
            models.CheckConstraint(
                condition=Q(grade__in=Grade.values), name="suggestions_evaluation_grade_known"
            ),
            models.CheckConstraint(
                condition=~Q(grade=Grade.DISSATISFIED) | ~Q(reason="") | Q(is_imported=True),
                name="suggestions_evaluation_dissatisfied_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suggestion_id}:{self.axis}:{self.grade}"


class Promise(models.Model):
    """What a unit promised: who, what, by when, how much (承诺台账). The congress says if it was kept."""

    class State(models.TextChoices):
        OPEN = "open", "未到期或未兑现"
        KEPT = "kept", "已兑现"
        BROKEN = "broken", "未兑现"

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="promises", verbose_name="建议"
    )
    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="promises", verbose_name="答复")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="promises", verbose_name="单位")
    text = models.TextField("承诺事项")
    due_on = models.DateField("承诺期限", null=True, blank=True)
    quantity = models.CharField("数量或金额", max_length=100, blank=True)
    responsible = models.CharField("责任人", max_length=40, blank=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField("时间")
    settled_on = models.DateField("认定日期", null=True, blank=True)
    settled_note = models.TextField("认定依据", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "kept", "broken"]), name="suggestions_promise_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | (Q(settled_on__isnull=False) & ~Q(settled_note="")),
                name="suggestions_promise_settled_has_note",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:30]
