"""A file from being sent in until it belongs to a case: what is kept, whose it is, what the log says."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from files import SECRET, docx, pdf, photo
from PIL import Image
from world import World, contact, fresh

from luoshi.accounts.actor import Actor, Role
from luoshi.audit.models import Event
from luoshi.errors import Invalid, NotAllowed, NotFound
from luoshi.outbox.drain import outbox_drain
from luoshi.suggestions.models import Attachment, Contact, CoSignature, Reply, Suggestion, Upload
from luoshi.suggestions.services import attachments
from luoshi.suggestions.services.attachments import attachment_attach, attachment_stage, upload_discard
from luoshi.suggestions.services.drafts import suggestion_draft
from luoshi.suggestions.services.log import stream_key

Disk = Callable[[], list[str]]
HINT = "有的文件已经用过，或上传后超过一天已被清理，请重新选择文件"


@pytest.fixture
def disk(settings: Any, tmp_path: Path, county: Any) -> Disk:
    """The county's files on the disk, by path below its directory."""
    settings.MEDIA_ROOT = str(tmp_path)
    top = tmp_path / county.schema_name

    def files() -> list[str]:
        return sorted(str(path.relative_to(top)) for path in top.rglob("*") if path.is_file())

    return files


def stage(actor: Actor, name: str = "现场.jpg", data: bytes | None = None, **more: str) -> Upload:
    sent = ContentFile(photo() if data is None else data)
    return attachment_stage(name=name, file=sent, actor=actor, **more)


def content(file: Any) -> bytes:
    with file.open("rb") as opened:
        data: bytes = opened.read()
    return data


def drafted(world: World, *uploads: Upload) -> Suggestion:
    return world.draft(attachments=[upload.pk for upload in uploads])


def last_event(suggestion: Suggestion) -> dict[str, Any]:
    event = Event.objects.filter(stream__key=stream_key(suggestion.pk)).latest("seq")
    assert event.payload is not None
    return event.payload


def told(*rows: Attachment) -> list[dict[str, Any]]:
    return [{"id": row.pk, "name": row.original_name, "size": row.size, "sha256": row.sha256} for row in rows]


def refused(run: Callable[[], Any], message: str, field: str = "attachments") -> None:
    with pytest.raises(Invalid) as caught, transaction.atomic():
        run()
    assert [(problem.field, problem.message) for problem in caught.value.problems] == [(field, message)]


def test_a_photo_is_kept_without_what_it_tells_of_its_place(world: World, disk: Disk) -> None:
    upload = stage(world.writer, "../我家 门口\u202e.JPG")
    assert disk() == sorted([upload.file.name, upload.thumbnail.name])
    kept = content(upload.file)
    assert (upload.original_name, upload.media_type, upload.is_picture) == (
        "我家 门口.jpg",
        "image/jpeg",
        True,
    )
    assert (upload.size, upload.sha256) == (len(kept), hashlib.sha256(kept).hexdigest())
    assert upload.source_sha256 == hashlib.sha256(photo()).hexdigest()
    assert dict(Image.open(BytesIO(kept)).getexif()) == {}
    assert SECRET not in kept + content(upload.thumbnail)
    assert "门口" not in upload.file.name
    assert upload.file.name.startswith("attachments/20")


def test_a_document_is_kept_byte_for_byte(world: World, disk: Disk) -> None:
    upload = stage(world.writer, "申请.pdf", pdf())
    assert content(upload.file) == pdf()
    assert disk() == [upload.file.name]


def test_what_is_refused_leaves_nothing(world: World, disk: Disk) -> None:
    refused(
        lambda: stage(world.writer, "照\u202e片.jpg", b"<html>"),
        "《照片.jpg》内容是文字或网页代码，不是“JPG 图片”，不收",
    )
    assert (disk(), Upload.objects.count()) == ([], 0)


def test_what_is_too_large_is_not_even_read(world: World, disk: Disk, settings: Any) -> None:
    settings.LUOSHI_DOCUMENT_BYTES = settings.LUOSHI_PHOTO_BYTES = 1000

    class Unread(SimpleUploadedFile):
        def read(self, *args: Any) -> bytes:
            raise AssertionError("read")

    big = Unread("大.txt", b"a" * 1001)
    refused(
        lambda: attachment_stage(name="大.txt", file=big, actor=world.writer),
        "《大.txt》超过 1000 字节。请拆分或压缩其中的图片后再上传",
    )
    assert stage(world.writer, "小.txt", b"a" * 1000).size == 1000


def test_who_takes_part_in_no_case_sends_nothing(world: World, disk: Disk) -> None:
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.LEADER, Role.SITE_EDITOR):
        with pytest.raises(NotAllowed):
            stage(Actor(user_id=world.writer.user_id, name="某", roles=frozenset({role})))
    with pytest.raises(NotAllowed):
        stage(world.system)
    assert disk() == []


def test_nobody_fills_the_disk_with_what_he_does_not_use(
    world: World, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = "您已上传而还没有提交的文件过多，请先提交或移除一些"
    monkeypatch.setattr(attachments, "MOST_WAITING", 2)
    first = stage(world.writer, "a.txt", b"a")
    stage(world.writer, "b.txt", b"b")
    refused(lambda: stage(world.writer, "c.txt", b"c"), full)
    assert stage(world.congress, "c.txt", b"c").size == 1
    drafted(world, first)
    stage(world.writer, "c.txt", b"c")
    monkeypatch.setattr(attachments, "MOST_WAITING", 9)
    monkeypatch.setattr(attachments, "MOST_WAITING_BYTES", 2)
    refused(lambda: stage(world.writer, "d.txt", b"d"), full)


def test_a_draft_takes_its_files_and_its_event_names_their_digests(world: World, disk: Disk) -> None:
    uploads = [stage(world.writer), stage(world.writer, "地图.pdf", pdf())]
    suggestion = drafted(world, *uploads)
    rows = list(suggestion.attachments.order_by("pk"))
    assert [(row.kind, row.contact, row.reply, row.uploaded_by_id) for row in rows] == [
        ("original", None, None, world.writer.user_id)
    ] * 2
    copied = ("file", "thumbnail", "original_name", "media_type", "size", "sha256")
    for row, upload in zip(rows, uploads, strict=True):
        assert [getattr(row, name) for name in copied] == [getattr(upload, name) for name in copied]
        assert fresh(upload).used_at is not None
    assert last_event(suggestion)["attachments"] == told(*rows)
    assert len(disk()) == 3


def test_a_draft_changes_its_files_and_the_others_are_asked_again(world: World, disk: Disk) -> None:
    first = stage(world.writer, "一.txt", b"1")
    suggestion = drafted(world, first)
    world.act(suggestion, "invite_co_signers", world.writer, deputies=[world.other_deputy.pk])
    world.act(suggestion, "co_sign", world.other_writer)
    Suggestion.objects.filter(pk=suggestion.pk).update(state="draft")
    row = suggestion.attachments.get()
    second = stage(world.writer, "二.txt", b"2")
    world.act(
        suggestion,
        "edit",
        world.writer,
        attachments=[second.pk],
        remove_attachments=[row.pk],
        category="交通",
    )
    added = suggestion.attachments.get()
    payload = last_event(suggestion)
    assert payload["attachments"] == told(added)
    assert payload["attachments_removed"] == told(row)
    assert (payload["input"], payload["changed"]) == ({"category": "交通"}, ["category", "attachments"])
    assert CoSignature.objects.get(suggestion=suggestion).state == "invited"
    assert disk() == sorted([row.file.name, added.file.name])
    outbox_drain(limit=100)
    assert disk() == [added.file.name]


def test_an_edit_that_leaves_the_files_alone_says_nothing_of_them(world: World, disk: Disk) -> None:
    suggestion = drafted(world, stage(world.writer))
    world.act(suggestion, "edit", world.writer, category="交通")
    assert last_event(suggestion)["changed"] == ["category"]
    assert "attachments" not in last_event(suggestion)
    assert suggestion.attachments.count() == 1


def test_what_is_submitted_is_told_with_its_files(world: World, disk: Disk) -> None:
    suggestion = drafted(world, stage(world.writer))
    world.act(suggestion, "submit", world.writer, one_matter=True, exclusions_acknowledged=True)
    assert last_event(suggestion)["attachments"] == told(suggestion.attachments.get())


def test_a_contact_takes_its_proof(world: World, disk: Disk) -> None:
    suggestion = world.handed_over()
    lead = world.lead(suggestion)
    world.act(lead, "accept", world.roads_head)
    upload = stage(world.roads_head)
    made = world.act(lead, "record_contact", world.roads_head, **contact(lead), attachments=[upload.pk])
    row = Attachment.objects.get()
    assert (row.kind, row.contact_id, row.reply, row.suggestion) == (
        "evidence",
        made.created["contact"],
        None,
        suggestion,
    )
    assert last_event(suggestion)["attachments"] == told(row)
    assert "attachments" not in last_event(suggestion)["input"]


def test_a_letter_takes_and_gives_back_its_files_until_it_is_signed(world: World, disk: Disk) -> None:
    suggestion = world.in_handling()
    head = world.roads_head
    reply = Reply.objects.get(pk=world.act(world.lead(suggestion), "draft_reply", head).created["reply"])
    uploads = [stage(head, "方案.docx", docx()), stage(head, "照片.jpg")]
    world.act(reply, "edit", head, body="答复。", class_code="A", attachments=[row.pk for row in uploads])
    first, second = reply.attachments.order_by("pk")
    assert [(row.kind, row.reply_id, row.contact) for row in (first, second)] == [
        ("document", reply.pk, None)
    ] * 2
    world.act(reply, "edit", head, remove_attachments=[first.pk])
    assert last_event(suggestion)["attachments_removed"] == told(first)
    world.act(reply, "sign", head)
    assert last_event(suggestion)["attachments"] == told(second)
    with pytest.raises(Exception, match="不能“修改答复稿”"):
        world.act(reply, "edit", head, remove_attachments=[second.pk])
    assert reply.attachments.get() == second


def test_what_belongs_elsewhere_cannot_be_taken_away(world: World, disk: Disk) -> None:
    gone = "要移除的附件已经不在，请刷新后再试"
    mine, other = drafted(world, stage(world.writer)), drafted(world, stage(world.writer, "b.txt", b"b"))
    handled = world.in_handling()
    lead, head = world.lead(handled), world.roads_head
    world.act(lead, "record_contact", head, **contact(lead), attachments=[stage(head).pk])
    reply = Reply.objects.get(pk=world.act(lead, "draft_reply", head).created["reply"])
    world.act(reply, "edit", head, body="答复。", attachments=[stage(head).pk])
    kept = Attachment.objects.count()
    evidence = Attachment.objects.get(kind="evidence").pk
    for pk in (other.attachments.get().pk, evidence, reply.attachments.get().pk, 10**9):
        refused(
            lambda pk=pk: world.act(mine, "edit", world.writer, remove_attachments=[pk]),
            gone,
            "remove_attachments",
        )
    for pk in (mine.attachments.get().pk, evidence):
        refused(
            lambda pk=pk: world.act(reply, "edit", head, remove_attachments=[pk]), gone, "remove_attachments"
        )
    assert Attachment.objects.count() == kept == 4


def test_a_staged_file_of_another_person_is_none(world: World, disk: Disk) -> None:
    upload = stage(world.congress)
    refused(lambda: drafted(world, upload), HINT)
    with pytest.raises(NotFound):
        upload_discard(upload_id=upload.pk, actor=world.writer)
    with pytest.raises(NotFound):
        upload_discard(upload_id=upload.pk, actor=world.system)
    refused(lambda: suggestion_draft(data=_paper(world, upload), actor=world.importer), HINT)
    assert (Suggestion.objects.count(), Attachment.objects.count(), fresh(upload).used_at) == (0, 0, None)
    assert len(disk()) == 2


def _paper(world: World, upload: Upload) -> dict[str, Any]:
    return {"session": "17-4", "title": "题", "lead_deputy": world.deputy.pk, "attachments": [upload.pk]}


def test_a_file_is_attached_once(world: World, disk: Disk) -> None:
    upload = stage(world.writer)
    refused(lambda: drafted(world, upload, upload), HINT)
    drafted(world, upload)
    refused(lambda: drafted(world, upload), HINT)
    with pytest.raises(NotFound):
        upload_discard(upload_id=upload.pk, actor=world.writer)
    assert (Attachment.objects.count(), len(disk())) == (1, 2)


def test_an_act_that_is_refused_leaves_the_file_to_be_used(world: World, disk: Disk) -> None:
    suggestion = world.handed_over()
    lead = world.lead(suggestion)
    upload = stage(world.roads_head)
    late = {**contact(lead), "held_on": "2999-01-01", "attachments": [upload.pk]}
    world.act(lead, "accept", world.roads_head)
    with pytest.raises(Invalid, match="沟通日期不能晚于今天"):
        world.act(lead, "record_contact", world.roads_head, **late)
    assert (Contact.objects.count(), fresh(upload).used_at) == (0, None)
    world.act(lead, "record_contact", world.roads_head, **{**late, **contact(lead)})
    assert Attachment.objects.get().contact == Contact.objects.get()


def test_a_case_holds_no_more_than_its_limit(world: World, disk: Disk, settings: Any) -> None:
    settings.LUOSHI_CASE_BYTES = 10
    suggestion = drafted(world, stage(world.writer, "a.txt", b"a" * 6))
    more = stage(world.writer, "b.txt", b"b" * 5)
    refused(
        lambda: world.act(suggestion, "edit", world.writer, attachments=[more.pk]),
        "一件建议的附件合计不能超过 10 字节，请删减后再提交",
    )
    fits = stage(world.writer, "c.txt", b"c" * 4)
    world.act(suggestion, "edit", world.writer, attachments=[fits.pk])
    assert suggestion.attachments.count() == 2


def test_the_same_form_sent_twice_is_one_file_and_one_act(world: World, disk: Disk) -> None:
    """A double tap: the second request finds the file used already, and the act done already."""
    suggestion = world.draft()
    answers = []
    for _ in range(2):
        upload = stage(world.writer, form="/office/", once="abc")
        answers.append(world.act(suggestion, "edit", world.writer, key="abc", attachments=[upload.pk]))
    assert [answer.repeated for answer in answers] == [False, True]
    assert (Upload.objects.count(), suggestion.attachments.count(), len(disk())) == (1, 1, 2)
    assert stage(world.writer, once="abd").pk != upload.pk
    assert stage(world.congress, once="abc").pk != upload.pk
    assert stage(world.writer).pk != stage(world.writer).pk


def test_what_is_chosen_again_in_the_same_form_is_found_again(world: World, disk: Disk) -> None:
    first = stage(world.writer, form="/office/draft/", once="a")
    assert stage(world.writer, form="/office/draft/", once="b") == first
    assert stage(world.congress, form="/office/draft/", once="b") != first
    assert stage(world.writer, form="/office/other/", once="b") != first
    drafted(world, first)
    assert stage(world.writer, form="/office/draft/", once="c") != first
    assert Upload.objects.count() == 4


def test_a_request_that_comes_second_uses_the_first_ones_file(
    world: World, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have looked and seen nothing; the constraint then decides, and the loser's file is gone."""
    faster: list[Upload] = []

    def check(*args: Any) -> Any:
        monkeypatch.undo()
        faster.append(stage(world.writer, once="abc"))
        return attachments.file_check(*args)

    monkeypatch.setattr(attachments, "file_check", check)
    slower = stage(world.writer, once="abc")
    assert faster == [slower]
    assert disk() == sorted([slower.file.name, slower.thumbnail.name])


def test_a_file_that_cannot_be_written_down_is_not_left_behind(
    world: World, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError("full")

    monkeypatch.setattr(Upload, "save", fail)
    with pytest.raises(OSError, match="full"):
        stage(world.writer)
    assert disk() == []


def test_a_file_is_never_attached_outside_an_act(transactional_county: Any) -> None:
    with pytest.raises(RuntimeError):
        attachment_attach(
            suggestion=Suggestion(), uploads=[1], actor=Actor(1, "某", frozenset({Role.DEPUTY}))
        )


@pytest.mark.parametrize("kind", ["original", "evidence", "document"])
@pytest.mark.parametrize("owner", ["suggestion", "contact", "reply", "both"])
def test_the_database_knows_which_kind_belongs_to_what(world: World, kind: str, owner: str) -> None:
    suggestion = world.in_handling()
    reply = Reply.objects.get(
        pk=world.act(world.lead(suggestion), "draft_reply", world.roads_head).created["reply"]
    )
    owners: dict[str, Any] = {
        "suggestion": {},
        "contact": {"contact": Contact.objects.get()},
        "reply": {"reply": reply},
        "both": {"contact": Contact.objects.get(), "reply": reply},
    }
    row = Attachment(suggestion=suggestion, kind=kind, file="x", size=1, **owners[owner])
    right = {("original", "suggestion"), ("evidence", "contact"), ("document", "reply")}
    if (kind, owner) in right:
        row.save()
        assert Attachment.objects.count() == 1
        return
    with pytest.raises(IntegrityError, match="suggestions_attachment_kind_has_owner"), transaction.atomic():
        row.save()


def test_a_stored_file_belongs_to_one_row(world: World) -> None:
    suggestion = world.draft()
    Attachment.objects.create(suggestion=suggestion, kind="original", file="x", size=1)
    with pytest.raises(IntegrityError, match="suggestions_attachment_file_uniq"), transaction.atomic():
        Attachment.objects.create(suggestion=suggestion, kind="original", file="x", size=1)
