"""The clean copies of attachments: made by a worker, kept, read by the reviewer before they go out."""

import hashlib
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from luoshi import moment
from luoshi.errors import Invalid
from luoshi.masking import Known, Mark
from luoshi.publication.cleaning.cleaner import clean
from luoshi.suggestions.models import Attachment, CleanFile, Publication
from luoshi.suggestions.published_names import name_marks, name_proposed


@dataclass(frozen=True, slots=True)
class Enclosure:
    """An attachment that may go with a publication, and its clean copy as far as there is one.

    ``marks``: what in its name should not be published; ``name``: the one that is proposed instead.
    """

    attachment: Attachment
    clean: CleanFile | None
    marks: tuple[Mark, ...] = ()
    name: str = ""


def enclosures_of(
    publication: Publication, *, known: Known, named: frozenset[str] = frozenset()
) -> list[Enclosure]:
    """The suggestion's own files and those of the reply. Two queries.

    :param named: names of private persons that were found in the texts of the case.
    """
    rows = list(publishable(publication).order_by("pk"))
    made = {
        (row.attachment_id, row.source_sha256): row
        for row in CleanFile.objects.filter(attachment__in=[row.pk for row in rows])
    }
    found: list[Enclosure] = []
    for position, row in enumerate(rows, 1):
        clean = made.get((row.pk, row.sha256))
        marks = name_marks(row.original_name, known=known, named=named)
        name = name_proposed(clean.name, position, marks) if clean and not clean.refused else ""
        found.append(Enclosure(row, clean, marks, name))
    return found


def publishable(publication: Publication) -> QuerySet[Attachment]:
    """Attachments that belong to what is published; what proves a contact never does."""
    return Attachment.objects.filter(
        Q(reply_id=publication.reply_id)
        | Q(suggestion_id=publication.suggestion_id, kind=Attachment.Kind.ORIGINAL)
    )


def clean_file_make(attachment_id: int) -> CleanFile | None:
    """Make the clean copy of an attachment as it is now, or note why none can be made.

    Made once: the same attachment with the same content has it already. ``None`` where there is no such
    attachment any more.
    """
    attachment = Attachment.objects.filter(pk=attachment_id).first()
    if attachment is None:
        return None
    same = CleanFile.objects.filter(attachment=attachment, source_sha256=attachment.sha256)
    if (earlier := same.first()) is not None:
        return earlier
    row = CleanFile(attachment=attachment, source_sha256=attachment.sha256, made_at=moment.now())
    try:
        with attachment.file.open("rb") as source:
            cleaned = clean(source.read(), name=attachment.original_name)
    except Invalid as refusal:
        row.refused = "；".join(problem.message for problem in refusal.problems) or refusal.message
    else:
        row.name, row.media_type, row.size = cleaned.name, cleaned.media_type, len(cleaned.body)
        row.sha256 = hashlib.sha256(cleaned.body).hexdigest()
        row.removed = [part.label for part in cleaned.removed]
        row.file.save(cleaned.name, ContentFile(cleaned.body), save=False)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # two workers at once: the first one's stands
        if row.file.name:
            row.file.storage.delete(row.file.name)
        return same.get()
    return row
