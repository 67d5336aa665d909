"""Files from the moment they are sent in until they are gone: staged, attached, removed, cleaned away.

The row and the file cannot be written in one transaction. A file is written before its row and removed after
the commit that took its row away; what a crash or a rolled-back transaction leaves behind is a file without a
row, which the nightly cleaning removes.
"""

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q, Sum

from luoshi import moment
from luoshi.accounts.actor import Actor
from luoshi.errors import Invalid, NotAllowed, NotFound, Problem
from luoshi.outbox.services import message_add
from luoshi.suggestions.files.checking import Checked, file_check, too_large
from luoshi.suggestions.files.kinds import MEGABYTE, Kind, Unfit, limits, size_words
from luoshi.suggestions.files.names import name_clean
from luoshi.suggestions.models import Attachment, Contact, Reply, Suggestion, Upload
from luoshi.suggestions.models.files import FOLDER
from luoshi.suggestions.rules import MAY_SEND_FILES
from luoshi.suggestions.selectors.attachments import uploads_waiting

logger = logging.getLogger(__name__)

FILES_GONE = "suggestions.files_gone"
"""Topic of the outbox under which files are named whose rows are gone."""
KEPT_FOR = timedelta(days=1)
"""How long a file waits to be used, and how long one without a row is left alone."""
MOST_WAITING = 40
MOST_WAITING_BYTES = 200 * MEGABYTE
FIELD = "attachments"


def attachment_stage(
    *, name: str, file: "File[bytes]", actor: Actor, form: str = "", once: str = ""
) -> Upload:
    """Check a file that was sent in and keep it for this person until an act takes it.

    :param name: as it was sent. :param form: where it was chosen, at most 100 characters.
    :param once: token of the form as it was shown; the same bytes with the same token are one upload, used
        or not. Chosen again in the same form, what waits there is found again.
    :raises NotAllowed: for whoever takes part in no case.
    :raises Invalid: where the file is not taken, or too much is waiting already; it says what to do.
    """
    if actor.user_id is None or not actor.has(*MAY_SEND_FILES):
        raise NotAllowed("您的身份不能上传文件")
    data = _read(name, file)
    source = hashlib.sha256(data).hexdigest()
    form, once = form[:100], once[:100]
    same = Upload.objects.filter(uploaded_by_id=actor.user_id, once=once, source_sha256=source)
    if once and (earlier := same.first()) is not None:
        return earlier
    waiting = uploads_waiting(actor).filter(form=form, source_sha256=source)
    if form and (chosen := waiting.first()) is not None:
        return chosen
    _room_check(actor)
    try:
        checked = file_check(name, data, limits())
    except Unfit as unfit:
        raise _refused(name, str(unfit)) from None
    upload = Upload(
        uploaded_by_id=actor.user_id,
        form=form,
        once=once,
        original_name=checked.name,
        media_type=checked.media_type,
        size=len(checked.content),
        sha256=hashlib.sha256(checked.content).hexdigest(),
        source_sha256=source,
        created_at=moment.now(),
    )
    try:
        _files_write(upload, checked)
        with transaction.atomic():
            upload.save()
    except BaseException as error:
        _files_delete([upload.file.name, upload.thumbnail.name])
        if once and isinstance(error, IntegrityError) and (faster := same.first()) is not None:
            return faster  # the same form sent twice at once
        raise
    return upload


def _read(name: str, file: "File[bytes]") -> bytes:
    limit = limits()
    most = max(limit.photo_bytes, limit.document_bytes)
    if (file.size or 0) > most:
        raise _refused(name, too_large(Kind.PDF, most))
    data: bytes = file.read(most + 1)
    return data


def _refused(name: str, why: str) -> Invalid:
    return Invalid([Problem(FIELD, f"《{name_clean(name)}》{why}")])


def _room_check(actor: Actor) -> None:
    found = uploads_waiting(actor).aggregate(count=Count("pk"), size=Sum("size"))
    if found["count"] >= MOST_WAITING or (found["size"] or 0) >= MOST_WAITING_BYTES:
        raise Invalid([Problem(FIELD, "您已上传而还没有提交的文件过多，请先提交或移除一些")])


def _files_write(upload: Upload, checked: Checked) -> None:
    upload.file.save(f"x.{checked.kind}", ContentFile(checked.content), save=False)
    if checked.thumbnail:
        upload.thumbnail.save("x.jpg", ContentFile(checked.thumbnail), save=False)


def attachment_attach(
    *,
    suggestion: Suggestion,
    uploads: Sequence[int],
    actor: Actor,
    contact: Contact | None = None,
    reply: Reply | None = None,
) -> list[Attachment]:
    """Give staged files to the suggestion itself, or to one of its contacts or letters.

    Called inside the act's transaction, with the suggestion locked or new; the act's event is to hold
    :func:`attachments_told`.

    :param uploads: ids of what this person has staged.
    :raises Invalid: where one is another person's, used, or cleaned away, or the case would hold too much.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a file is attached in the transaction of the act that it belongs to")
    if not uploads:
        return []
    staged = uploads_waiting(actor).select_for_update().filter(pk__in=uploads)
    found = {row.pk: row for row in staged}
    if len(found) != len(uploads):
        raise Invalid([Problem(FIELD, "有的文件已经用过，或上传后超过一天已被清理，请重新选择文件")])
    held = suggestion.attachments.aggregate(size=Sum("size"))["size"] or 0
    most = limits().case_bytes
    if held + sum(row.size for row in found.values()) > most:
        raise Invalid([Problem(FIELD, f"一件建议的附件合计不能超过 {size_words(most)}，请删减后再提交")])
    kind = Attachment.Kind.ORIGINAL
    if contact is not None:
        kind = Attachment.Kind.EVIDENCE
    elif reply is not None:
        kind = Attachment.Kind.DOCUMENT
    made = [
        Attachment.objects.create(
            suggestion=suggestion,
            contact=contact,
            reply=reply,
            kind=kind,
            file=found[pk].file.name,
            thumbnail=found[pk].thumbnail.name,
            original_name=found[pk].original_name,
            media_type=found[pk].media_type,
            size=found[pk].size,
            sha256=found[pk].sha256,
            uploaded_by_id=actor.user_id,
        )
        for pk in uploads
    ]
    Upload.objects.filter(pk__in=uploads).update(used_at=moment.now())
    return made


def attachment_remove(
    *, suggestion: Suggestion, attachments: Sequence[int], reply: Reply | None = None
) -> list[Attachment]:
    """Take files away from a draft or a letter that may still be changed; what they were is returned.

    Called inside the act's transaction. A contact's files stay: they are what the unit has stated.

    :param attachments: ids of files of the suggestion itself, or of ``reply`` where one is given.
    :raises Invalid: where one is not there.
    """
    if not attachments:
        return []
    rows = list(suggestion.attachments.filter(pk__in=attachments, reply=reply, contact__isnull=True))
    if len(rows) != len(set(attachments)):
        raise Invalid([Problem("remove_attachments", "要移除的附件已经不在，请刷新后再试")])
    files_forget([name for row in rows for name in (row.file.name, row.thumbnail.name)])
    suggestion.attachments.filter(pk__in=[row.pk for row in rows]).delete()
    return rows


def attachments_told(rows: Sequence[Attachment]) -> list[dict[str, Any]]:
    """Files as an event tells of them: with the digest, an exchanged file is found out."""
    return [{"id": row.pk, "name": row.original_name, "size": row.size, "sha256": row.sha256} for row in rows]


@transaction.atomic
def upload_discard(*, upload_id: int, actor: Actor) -> None:
    """Remove what this person has staged and not used.

    :raises NotFound: where there is no such upload of his.
    """
    upload = uploads_waiting(actor).select_for_update().filter(pk=upload_id).first()
    if upload is None:
        raise NotFound("没有这个待用的文件")
    files_forget([upload.file.name, upload.thumbnail.name])
    upload.delete()


def files_forget(names: Sequence[str | None]) -> None:
    """Have files removed once the caller's transaction, which takes their rows away, is committed."""
    given = [name for name in names if name]
    if given:
        message_add(topic=FILES_GONE, payload={"files": given})


def files_remove(payload: Mapping[str, Any], message_id: int) -> None:
    """The outbox's consumer: remove the files that no row names. Doing it twice does no harm."""
    _files_delete(sorted(set(payload["files"]) - _named(payload["files"])))


def uploads_prune() -> int:
    """Remove what nobody has used for :data:`KEPT_FOR`, and forget what was used; returns how many rows."""
    old = Upload.objects.filter(created_at__lt=moment.now() - KEPT_FOR)
    with transaction.atomic():
        rows = list(old.select_for_update(skip_locked=True))
        unused = [row for row in rows if row.used_at is None]
        files_forget([name for row in unused for name in (row.file.name, row.thumbnail.name)])
        Upload.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def orphans_remove() -> int:
    """Remove the county's files that no row has named for :data:`KEPT_FOR`; returns how many."""
    removed = 0
    before = moment.now() - KEPT_FOR
    for folder, names in _folders(FOLDER):
        paths = [f"{folder}/{name}" for name in names]
        orphans = [
            path
            for path in sorted(set(paths) - _named(paths))
            if default_storage.get_modified_time(path) < before
        ]
        _files_delete(orphans)
        removed += len(orphans)
    return removed


def _folders(top: str) -> Iterator[tuple[str, list[str]]]:
    """Every folder below ``top`` with the files in it."""
    try:
        below, names = default_storage.listdir(top)
    except FileNotFoundError:
        return
    if names:
        yield top, names
    for name in sorted(below):
        yield from _folders(f"{top}/{name}")


def _named(paths: Sequence[str]) -> set[str]:
    """Those of ``paths`` that a row has. An upload that was used has given its file to an attachment."""
    found: set[str] = set()
    for start in range(0, len(paths), 1000):
        some = list(paths[start : start + 1000])
        having = Q(file__in=some) | Q(thumbnail__in=some)
        attached = Attachment.objects.filter(having).values_list("file", "thumbnail")
        waiting = Upload.objects.filter(having, used_at__isnull=True).values_list("file", "thumbnail")
        for file, thumbnail in (*attached, *waiting):
            found |= {str(file), str(thumbnail)}
    return found & set(paths)


def _files_delete(names: Sequence[str | None]) -> None:
    for name in names:
        if not name:
            continue
        try:
            default_storage.delete(name)
        except OSError as error:  # the nightly cleaning tries again
            logger.warning("file %s stays for now: %s", name, error)
