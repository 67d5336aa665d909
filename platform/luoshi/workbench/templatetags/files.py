"""Files in the workbench's templates."""

from collections.abc import Iterable
from typing import Any

from django import template

from luoshi.suggestions.files import kinds
from luoshi.suggestions.files.names import name_split
from luoshi.suggestions.models import Attachment, Upload

register = template.Library()


@register.inclusion_tag("files/_list.html")
def files_of(
    files: Iterable[Attachment] | None,
    contact: int | None = None,
    reply: int | None = None,
    label: str = "附件",
) -> dict[str, Any]:
    """The files of a contact or a letter by its id, else those of the suggestion itself. Asks no database."""
    return {
        "files": [row for row in files or () if row.contact_id == contact and row.reply_id == reply],
        "label": label,
    }


@register.filter
def size_words(size: int) -> str:
    """A number of bytes as people say it."""
    return kinds.size_words(size)


@register.simple_tag
def files_accept() -> str:
    """What a file input offers to choose from."""
    return kinds.ACCEPT


@register.simple_tag
def files_limits() -> dict[str, str]:
    """The deployment's limits in words."""
    limits = kinds.limits()
    return {
        "photo": kinds.size_words(limits.photo_bytes),
        "document": kinds.size_words(limits.document_bytes),
    }


@register.filter
def file_kind(file: Attachment | Upload) -> str:
    """The file's kind in a few capital letters, such as ``PDF``."""
    return name_split(file.original_name)[1].upper()[:4]
