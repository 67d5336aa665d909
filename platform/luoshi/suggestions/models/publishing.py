"""The decision to publish a reply, the text that a named person has checked, and what the public is given."""

from typing import Any, NoReturn, Self

from django.db import models
from django.db.models import Q

from luoshi.lifecycle.states import PublicationState
from luoshi.suggestions.models.files import Attachment
from luoshi.suggestions.models.reply import Reply
from luoshi.suggestions.models.suggestion import Suggestion

PUBLISHED_FOLDER = "published"


class WithholdGround(models.TextChoices):
    """Why the law lets a reply stay closed (政府信息公开条例 arts. 14–16)."""

    STATE_SECRET = "state_secret", "国家秘密（条例第十四条）"
    STABILITY = "stability", "公开后可能危及国家安全、公共安全、经济安全、社会稳定（条例第十四条）"
    LAW_FORBIDS = "law_forbids", "法律、行政法规禁止公开（条例第十四条）"
    TRADE_SECRET = "trade_secret", "商业秘密（条例第十五条）"
    PRIVACY = "privacy", "个人隐私（条例第十五条）"
    INTERNAL = "internal", "内部事务信息（条例第十六条）"
    PROCESS = "process", "行政机关的过程性信息（条例第十六条）"


class Publication(models.Model):
    """The decision whether a reply is published, in full or as a summary, on which ground (HN-19).

    ``override_ground``: the ground in law for publishing what the deputy did not agree to.
    ``vouched_digest``: of the newest version, from its approval until it is found to be no longer what was
    approved; empty then. Nothing whose digest is not this one is public.
    """

    class Mode(models.TextChoices):
        FULL = "full", "全文公开"
        SUMMARY = "summary", "摘要公开"
        NONE = "none", "不公开"

    reply = models.ForeignKey(
        Reply, on_delete=models.CASCADE, related_name="publications", verbose_name="答复"
    )
    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="publications", verbose_name="建议"
    )
    state = models.CharField(
        "状态", max_length=20, choices=PublicationState.choices, default=PublicationState.PROPOSED
    )
    mode = models.CharField("方式", max_length=8, choices=Mode.choices)
    ground = models.TextField("依据")
    override_ground = models.TextField("代表不同意公开仍公开的依据", blank=True)
    withhold_ground = models.CharField(
        "不公开的法定情形", max_length=20, choices=WithholdGround.choices, blank=True
    )
    reason = models.TextField("不公开或撤下理由", blank=True)
    secrecy_checked_by = models.CharField("保密审查人", max_length=40, blank=True)
    approved_by = models.CharField("批准人", max_length=40, blank=True)
    published_on = models.DateField("公开日期", null=True, blank=True)
    vouched_digest = models.CharField("可公开版摘要", max_length=64, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reply"], name="suggestions_publication_reply_uniq"),
            models.CheckConstraint(
                condition=Q(state__in=PublicationState.values), name="suggestions_publication_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PublicationState.WITHHELD, PublicationState.REVOKED]) | ~Q(reason=""),
                name="suggestions_publication_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(withhold_ground__in=["", *WithholdGround.values]),
                name="suggestions_publication_ground_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reply_id}:{self.state}"


class Rendition(models.Model):
    """The masked text of a publication (脱敏稿) as one named person has confirmed it.

    ``pieces``: text by key, see ``luoshi.suggestions.rendition``. ``kept``: what looks like personal data and
    stays, each with the reason. ``files``: of the clean files that go with it, each with its id (``file``)
    and the ``name`` under which it is published. ``source_digest``: of the originals it was made from; where
    they have changed since, the confirmation holds no more.
    """

    publication = models.ForeignKey(
        Publication, on_delete=models.CASCADE, related_name="renditions", verbose_name="公开"
    )
    source_digest = models.CharField("原文摘要", max_length=64)
    pieces = models.JSONField("各段文字")
    kept = models.JSONField("保留的内容", default=list)
    files = models.JSONField("公开的附件", default=list)
    confirmed_by = models.CharField("确认人", max_length=40)
    confirmed_by_id = models.BigIntegerField("确认人账号", null=True)
    confirmed_at = models.DateTimeField("确认时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["publication"], name="suggestions_rendition_publication_uniq"),
            models.CheckConstraint(
                condition=~Q(confirmed_by=""), name="suggestions_rendition_confirmed_named"
            ),
            models.CheckConstraint(
                condition=Q(source_digest__regex="^[0-9a-f]{64}$"), name="suggestions_rendition_digest_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id}:{self.confirmed_by}"


def published_name(instance: models.Model, name: str) -> str:
    """Where a clean file is stored: apart from what people sent in, under its own digest."""
    digest = str(getattr(instance, "sha256"))  # noqa: B009 - migrations hand their own class in
    return f"{PUBLISHED_FOLDER}/{digest[:2]}/{digest}.{name.rpartition('.')[2].lower()}"


class CleanFile(models.Model):
    """An attachment re-made without what nobody was meant to read; the only form in which it is published.

    One for each attachment and content of it (``source_sha256``). ``refused``: why it cannot be made clean;
    then there is no file. ``removed``: what was taken out, in Chinese, for the reviewer.
    """

    attachment = models.ForeignKey(
        Attachment, on_delete=models.CASCADE, related_name="clean_files", verbose_name="附件"
    )
    source_sha256 = models.CharField("原件摘要", max_length=64)
    file = models.FileField("文件", upload_to=published_name, max_length=255, blank=True)
    name = models.CharField("公开文件名", max_length=255, blank=True)
    media_type = models.CharField("内容类型", max_length=100, blank=True)
    size = models.BigIntegerField("字节数", default=0)
    sha256 = models.CharField("摘要", max_length=64, blank=True)
    removed = models.JSONField("清除的内容", default=list)
    refused = models.TextField("不能清洁的原因", blank=True)
    made_at = models.DateTimeField("时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attachment", "source_sha256"], name="suggestions_cleanfile_source_uniq"
            ),
            models.CheckConstraint(condition=Q(size__gte=0), name="suggestions_cleanfile_size_positive"),
            models.CheckConstraint(
                condition=Q(file="", sha256="") & ~Q(refused="")
                | Q(refused="") & ~Q(file="") & ~Q(sha256=""),
                name="suggestions_cleanfile_made_or_refused",
            ),
        ]

    @property
    def is_picture(self) -> bool:
        """True where a browser may show it in its page."""
        return self.media_type.startswith("image/")

    def __str__(self) -> str:
        return self.name


class UnchangeableError(TypeError):
    """Somebody tried to change what is kept as it was published: our fault, never a person's."""


class VersionQuerySet(models.QuerySet["PublishedVersion"]):
    """Reads; writes nothing but new rows."""

    def update(self, **values: Any) -> NoReturn:
        """Refuse.

        :raises UnchangeableError: always.
        """
        raise UnchangeableError("a published version is never changed")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse.

        :raises UnchangeableError: always.
        """
        raise UnchangeableError("a published version is never changed")

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        """Write new rows.

        :raises UnchangeableError: where rows that are there already would be changed.
        """
        if kwargs.get("update_conflicts") or len(args) > 2:
            raise UnchangeableError("a published version is never changed")
        return super().bulk_create(objs, *args, **kwargs)

    def delete(self) -> NoReturn:
        """Refuse. A version goes with its publication alone.

        :raises UnchangeableError: always.
        """
        raise UnchangeableError("a published version is never removed")


class PublishedVersion(models.Model):
    """What was approved for the public, word for word (公开版). A correction makes the next one.

    ``content``: see ``luoshi.suggestions.rendition``; ``digest``: SHA-256 of its canonical JSON, which the
    event of the act holds too, so that the chained log vouches for it.
    """

    publication = models.ForeignKey(
        Publication, on_delete=models.CASCADE, related_name="versions", verbose_name="公开"
    )
    number = models.IntegerField("版次")
    content = models.JSONField("公开内容")
    digest = models.CharField("摘要", max_length=64)
    approved_by = models.CharField("批准人", max_length=40)
    approved_by_id = models.BigIntegerField("批准人账号", null=True)
    made_at = models.DateTimeField("时间")
    correction_reason = models.TextField("更正理由", blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["publication", "number"], name="suggestions_version_number_uniq"),
            models.CheckConstraint(condition=Q(number__gte=1), name="suggestions_version_number_positive"),
            models.CheckConstraint(
                condition=Q(digest__regex="^[0-9a-f]{64}$"), name="suggestions_version_digest_whole"
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row.

        :raises UnchangeableError: for a row that is there already.
        """
        if not self._state.adding:
            raise UnchangeableError("a published version is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse.

        :raises UnchangeableError: always.
        """
        raise UnchangeableError("a published version is never removed")

    @classmethod
    def newest(cls, publication_id: int) -> Self | None:
        """The version that counts."""
        return cls._default_manager.filter(publication_id=publication_id).order_by("-number").first()  # type: ignore[return-value]

    def __str__(self) -> str:
        return f"{self.publication_id}:{self.number}"
