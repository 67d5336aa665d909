"""What the public site keeps for itself: the words of published replies, and what readers say of them."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from luoshi.suggestions.models import Publication, PublishedVersion


class PublicText(models.Model):
    """The words of one published version, cut by ``luoshi.words``: of nothing but what is published.

    A copy that follows the publication through the outbox and goes when it is taken down; a search asks
    again whether the publication is public, so that a copy that is late shows nothing. ``version``: number of
    the version it was made of. ``cut``: the rules (``words.VERSION``) by which it was cut.
    """

    publication = models.ForeignKey(
        Publication, on_delete=models.CASCADE, related_name="public_texts", verbose_name="公开"
    )
    vector = SearchVectorField("检索词")
    version = models.IntegerField("版次")
    cut = models.SmallIntegerField("切词版本")

    class Meta:
        verbose_name = "公开检索词"
        verbose_name_plural = "公开检索词"
        constraints = [
            models.UniqueConstraint(fields=["publication"], name="publication_text_publication_uniq")
        ]
        indexes = [GinIndex(fields=["vector"], name="publication_text_vector_idx")]

    def __str__(self) -> str:
        return str(self.publication_id)


class CitizenFeedback(models.Model):
    """How many readers said on one day that a published version answers the question, or does not.

    A count and nothing else: who they were is not kept anywhere, and there is no text of theirs. It is no
    evaluation (评价), which is the deputy's, and enters no rate of the statistics. ``reason``: chosen by
    those for whom it does not.
    """

    class Reason(models.TextChoices):
        """Why a reply does not answer the question, from a reader's side."""

        OFF_TOPIC = "off_topic", "答非所问"
        UNCLEAR = "unclear", "没有说清楚"
        NO_PLAN = "no_plan", "没有具体办法或时间"
        NOT_SO = "not_so", "与实际情况不符"

    version = models.ForeignKey(
        PublishedVersion, on_delete=models.CASCADE, related_name="feedback", verbose_name="公开版"
    )
    day = models.DateField("日期")
    answered = models.BooleanField("回答了问题")
    reason = models.CharField("原因", max_length=16, choices=Reason.choices, blank=True)
    count = models.IntegerField("人次")

    class Meta:
        verbose_name = "读者反馈"
        verbose_name_plural = "读者反馈"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "day", "answered", "reason"], name="publication_feedback_once_a_day"
            ),
            models.CheckConstraint(condition=Q(count__gte=1), name="publication_feedback_count_positive"),
            models.CheckConstraint(
                condition=Q(reason="")
                | Q(answered=False, reason__in=["off_topic", "unclear", "no_plan", "not_so"]),
                name="publication_feedback_reason_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.day} {self.answered}: {self.count}"
