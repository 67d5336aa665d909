"""Files: what belongs to a case, and what a person has sent in and not yet used."""

from django.db import models
from django.db.models import Q
from django.utils.crypto import get_random_string

from luoshi import moment
from luoshi.suggestions.models.assignment import Contact
from luoshi.suggestions.models.reply import Reply
from luoshi.suggestions.models.suggestion import Suggestion

FOLDER = "attachments"
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def stored_name(instance: models.Model, name: str) -> str:
    """Where a file is stored: by month, under a random name. Of the given name only the ending stays."""
    ending = name.rpartition(".")[2].lower()
    return f"{FOLDER}/{moment.today():%Y/%m}/{get_random_string(32, _LETTERS)}.{ending}"


class Attachment(models.Model):
    """A file that belongs to a suggestion, to one contact (佐证) or to one letter (答复的附件).

    ``file``: stored under a random name, and by this row alone. ``thumbnail``: only of a picture.
    ``original_name``: what the person called it, cleaned. ``media_type``: found from the content.
    ``size`` in bytes and ``sha256`` are of the stored bytes.
    """

    class Kind(models.TextChoices):
        ORIGINAL = "original", "建议原件"
        EVIDENCE = "evidence", "佐证材料"
        DOCUMENT = "document", "办理文书"

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="attachments", verbose_name="建议"
    )
    contact = models.ForeignKey(
        Contact,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name="沟通记录",
    )
    reply = models.ForeignKey(
        Reply,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name="答复",
    )
    kind = models.CharField("类型", max_length=10, choices=Kind.choices)
    file = models.FileField("文件", upload_to=stored_name, max_length=255)
    thumbnail = models.FileField("缩略图", upload_to=stored_name, max_length=255, blank=True)
    original_name = models.CharField("原文件名", max_length=255)
    media_type = models.CharField("内容类型", max_length=100, blank=True)
    size = models.BigIntegerField("字节数")
    sha256 = models.CharField("摘要", max_length=64)
    uploaded_by_id = models.BigIntegerField("上传人", null=True, blank=True)
    created_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file"], name="suggestions_attachment_file_uniq"),
            models.CheckConstraint(condition=Q(size__gte=0), name="suggestions_attachment_size_positive"),
            models.CheckConstraint(
                condition=Q(kind__in=["original", "evidence", "document"]),
                name="suggestions_attachment_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="original", contact__isnull=True, reply__isnull=True)
                | Q(kind="evidence", contact__isnull=False, reply__isnull=True)
                | Q(kind="document", contact__isnull=True, reply__isnull=False),
                name="suggestions_attachment_kind_has_owner",
            ),
        ]

    @property
    def is_picture(self) -> bool:
        """True where a browser may show it in its page."""
        return self.media_type.startswith("image/")

    def __str__(self) -> str:
        return self.original_name


class Upload(models.Model):
    """A file that one person has sent in and may use with an act within a day.

    ``form``: the form it was chosen in, so that the form finds it again. ``once``: token of the form as it
    was shown; the same bytes sent twice with it are one upload. ``source_sha256``: of the bytes as sent.
    ``used_at``: an attachment now has the file; the row is kept for the day to recognise a repetition.
    """

    uploaded_by_id = models.BigIntegerField("上传人")
    form = models.CharField("表单", max_length=100, blank=True)
    once = models.CharField("表单标记", max_length=100, blank=True)
    file = models.FileField("文件", upload_to=stored_name, max_length=255)
    thumbnail = models.FileField("缩略图", upload_to=stored_name, max_length=255, blank=True)
    original_name = models.CharField("原文件名", max_length=255)
    media_type = models.CharField("内容类型", max_length=100)
    size = models.BigIntegerField("字节数")
    sha256 = models.CharField("摘要", max_length=64)
    source_sha256 = models.CharField("原始摘要", max_length=64)
    created_at = models.DateTimeField("上传时间")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file"], name="suggestions_upload_file_uniq"),
            models.UniqueConstraint(
                fields=["uploaded_by_id", "once", "source_sha256"],
                condition=~Q(once=""),
                name="suggestions_upload_once_uniq",
            ),
            models.CheckConstraint(condition=Q(size__gte=0), name="suggestions_upload_size_positive"),
        ]
        indexes = [
            models.Index(fields=["uploaded_by_id", "form"], name="suggestions_upload_person_idx"),
            models.Index(fields=["created_at"], name="suggestions_upload_age_idx"),
        ]

    @property
    def is_picture(self) -> bool:
        """True where a browser may show it in its page."""
        return self.media_type.startswith("image/")

    def __str__(self) -> str:
        return self.original_name
