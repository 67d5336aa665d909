"""Effects that wait for their transaction to commit, and which consumer has had which."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Message(models.Model):
    """One thing that has happened and that consumers have yet to be told (at least once).

    ``key`` names the subject, such as ``suggestion:42``: messages of one topic and key reach each consumer in
    the order in which they were written. ``attempts`` counts failed rounds; a message that keeps failing
    stays here with its ``last_error`` until it succeeds, and is never dropped.
    """

    topic = models.CharField("主题", max_length=100)
    key = models.CharField("对象", max_length=200, blank=True)
    payload = models.JSONField("内容")
    created_at = models.DateTimeField("写入时间", default=timezone.now)
    available_at = models.DateTimeField("可处理时间", default=timezone.now)
    attempts = models.IntegerField("失败次数", default=0)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    last_error = models.TextField("最近错误", blank=True)

    class Meta:
        verbose_name = "待发消息"
        verbose_name_plural = "待发消息"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=~Q(topic=""), name="outbox_message_topic_given"),
            models.CheckConstraint(condition=Q(attempts__gte=0), name="outbox_message_attempts_valid"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(done_at=None), name="outbox_message_open"),
            models.Index(
                fields=["topic", "key", "id"], condition=Q(done_at=None), name="outbox_message_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key} #{self.pk}"


class Delivery(models.Model):
    """``consumer`` has had ``message``: written in the transaction of the consumer's own effects.

    Or it does not hear it at all: written down where the message stays open for another consumer, so that
    nobody waits for what does not concern him.
    """

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="deliveries", db_index=False, verbose_name="消息"
    )
    consumer = models.CharField("消费者", max_length=100)

    class Meta:
        verbose_name = "送达记录"
        verbose_name_plural = "送达记录"
        constraints = [
            models.UniqueConstraint(fields=["message", "consumer"], name="outbox_delivery_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.consumer} ← #{self.message_id}"
