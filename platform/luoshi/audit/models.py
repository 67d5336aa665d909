"""The log of what was done: a chain of events for each stream, and seals over the heads of all streams.

The models refuse to change what is written. That stops our own code, not a person at the database. In
production the role of the application therefore owns none of these tables and is granted no more than::

    GRANT SELECT, INSERT, UPDATE ON audit_stream TO luoshi_app;
    GRANT SELECT, INSERT ON audit_event, audit_seal TO luoshi_app;
    GRANT UPDATE (payload, payload_salt) ON audit_event TO luoshi_app;  -- erasure of personal data

(``REVOKE UPDATE, DELETE, TRUNCATE`` where the role already has more). Whoever owns the tables can still
rewrite a whole chain with all its hashes and seals; that shows only against the hash of a seal kept
elsewhere, see ``anchors`` of :func:`luoshi.audit.verification.audit_verify`.
"""

from collections.abc import Collection, Iterable
from typing import Any, NoReturn, TypeVar

from django.db import models
from django.db.models import F, Q

EVENTS_PER_STREAM = 10**9
"""Room for the events of one stream in the ids; see :class:`Event`."""


class AppendOnlyError(RuntimeError):
    """Code tried to change or remove what is written once and for all."""


def _refuse() -> NoReturn:
    raise AppendOnlyError("the audit log is append-only")


Row = TypeVar("Row", bound=models.Model)


class AppendOnlyQuerySet(models.QuerySet[Row]):
    """Reads and inserts; every other write refuses with :class:`AppendOnlyError`."""

    def update(self, **kwargs: Any) -> int:
        _refuse()

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse()

    def bulk_update(self, objs: Iterable[Row], fields: Iterable[str], batch_size: int | None = None) -> int:
        _refuse()

    def bulk_create(
        self,
        objs: Iterable[Row],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[Row]:
        if ignore_conflicts or update_conflicts:
            _refuse()
        return super().bulk_create(objs, batch_size=batch_size)


class AppendOnlyModel(models.Model):
    """A row that is inserted once. Saving it again or deleting it refuses with :class:`AppendOnlyError`."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding or args:
            _refuse()
        # Without this Django turns the saving of a row with a known id into an UPDATE.
        kwargs["force_insert"] = True
        super().save(**kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse()


class Stream(models.Model):
    """One chain, such as ``suggestion:42``, with its head. Its row lock puts the appends to it in order.

    ``sealed_seq``: the last event that a seal covers.
    """

    key = models.CharField("对象", max_length=200)
    head_seq = models.BigIntegerField("最后序号", default=0)
    head_hash = models.CharField("最后摘要", max_length=64, blank=True)
    sealed_seq = models.BigIntegerField("已封存序号", default=0)

    class Meta:
        verbose_name = "审计链"
        verbose_name_plural = "审计链"
        constraints = [
            models.UniqueConstraint(fields=["key"], name="audit_stream_key_unique"),
            models.CheckConstraint(condition=~Q(key=""), name="audit_stream_key_given"),
            models.CheckConstraint(
                condition=Q(head_seq__gte=0, head_seq__lt=EVENTS_PER_STREAM), name="audit_stream_head_range"
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(head_seq__gt=F("sealed_seq")), name="audit_stream_unsealed"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Event(AppendOnlyModel):
    """One act. ``hash`` covers every column; the payload by its salted digest, so that it can be erased.

    ``id`` is not drawn from a sequence but made of the stream's id and ``seq`` (:func:`event_id`), so that it
    too can be verified. ``actor_id`` is no foreign key: the act remains when the person's row goes.
    """

    id = models.BigIntegerField(primary_key=True)
    stream = models.ForeignKey(
        Stream, on_delete=models.PROTECT, related_name="events", db_index=False, verbose_name="审计链"
    )
    seq = models.BigIntegerField("序号")
    kind = models.CharField("事件", max_length=100)
    at = models.DateTimeField("时间")
    actor_id = models.BigIntegerField("操作人", null=True)
    actor_role = models.CharField("身份", max_length=300, blank=True)  # all that the person holds
    payload = models.JSONField("内容", null=True)
    payload_salt = models.CharField("盐", max_length=32, null=True)  # noqa: DJ001 - null is "erased"
    payload_digest = models.CharField("内容摘要", max_length=64)
    prev_hash = models.CharField("前一摘要", max_length=64, blank=True)
    hash = models.CharField("摘要", max_length=64)

    objects = AppendOnlyQuerySet["Event"].as_manager()

    class Meta:
        verbose_name = "审计事件"
        verbose_name_plural = "审计事件"
        ordering = ("stream", "seq")
        constraints = [
            models.UniqueConstraint(fields=["stream", "seq"], name="audit_event_seq_unique"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="audit_event_seq_positive"),
        ]
        indexes = [models.Index(fields=["at"], name="audit_event_at")]

    def __str__(self) -> str:
        return f"{self.stream_id}/{self.seq} {self.kind}"


class Seal(AppendOnlyModel):
    """The heads that changed since the last seal, chained over the whole county.

    ``heads``: list of ``[stream key, seq, hash]``. Two seals made at once collide on ``seq``, and one gives
    way.
    """

    seq = models.BigIntegerField("序号", primary_key=True)
    at = models.DateTimeField("时间")
    heads = models.JSONField("各链末端")
    prev_hash = models.CharField("前一摘要", max_length=64, blank=True)
    hash = models.CharField("摘要", max_length=64)

    objects = AppendOnlyQuerySet["Seal"].as_manager()

    class Meta:
        verbose_name = "封存"
        verbose_name_plural = "封存"
        ordering = ("seq",)
        constraints = [models.CheckConstraint(condition=Q(seq__gte=1), name="audit_seal_seq_positive")]

    def __str__(self) -> str:
        return f"封存 {self.seq}"


def event_id(stream_id: int, seq: int) -> int:
    """The id of event ``seq`` of a stream."""
    return stream_id * EVENTS_PER_STREAM + seq
