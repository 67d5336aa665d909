"""The decision to publish, the masked text, the version that is published and its corrections (row 21)."""

from datetime import timedelta
from typing import Any

import pytest
from acting import clocks, refuses, units
from django.core.files.base import ContentFile
from people import Cast
from ready import (
    APPROVED,
    CHECKED,
    CONFIRMED,
    PUBLISHED,
    WITH_EDITOR,
    at_publication,
    issued,
    masked,
    part_of,
    publication_data,
    today,
)
from world import fresh

from luoshi import moment
from luoshi.audit.models import Event
from luoshi.suggestions.models import (
    Attachment,
    CleanFile,
    Publication,
    PublishedVersion,
    Rendition,
    Reply,
    Suggestion,
)
from luoshi.suggestions.models.publishing import UnchangeableError
from luoshi.suggestions.rendition import content_digest, version_holds
from luoshi.suggestions.services.door import GateShut
from luoshi.suggestions.services.log import stream_key

STAGES = ("issued",)


def propose(c: Cast, mode: str) -> Publication:
    """A proposal on an issued reply."""
    given = {"mode": mode, "ground": "依据"}
    made = c.world.act(issued(c), "propose_publication", c.lead_head, **given)
    return Publication.objects.get(pk=made.created["publication"])


def newest(publication: Publication) -> PublishedVersion:
    version = PublishedVersion.newest(publication.pk)
    assert version is not None
    return version


def test_what_is_to_stay_closed_is_not_published_by_mistake(staged: Cast) -> None:
    publication = propose(staged, "none")
    staged.world.act(publication, "check_secrecy", staged.lead_head)
    with pytest.raises(GateShut, match="本件拟不公开，不能批准公开"):
        staged.world.act(publication, "approve", staged.government)
    refuses(
        staged.world,
        publication,
        "confirm_rendition",
        staged.government,
        "本件拟不公开，没有需要脱敏的文字",
        **masked(publication),
    )
    closed = {"reason": "涉及商业秘密", "ground": "trade_secret"}
    staged.world.act(publication, "withhold", staged.government, **closed)
    row = fresh(publication)
    assert (row.reason, row.get_withhold_ground_display()) == ("涉及商业秘密", "商业秘密（条例第十五条）")
    part = publication.reply.assignment
    assert set(clocks(part, "met")) == {"acceptance", "lead_reply", "publication"}
    staged.world.act(publication, "reassess", staged.government, reason="已过保密期", mode="summary")
    row = fresh(publication)
    assert (row.state, row.mode, row.ground, row.secrecy_checked_by) == ("proposed", "summary", "依据", "")
    assert row.withhold_ground == ""
    staged.world.act(publication, "check_secrecy", staged.lead_head)
    staged.world.act(publication, "confirm_rendition", staged.government, **masked(row, summary="已修好。"))
    staged.world.act(publication, "approve", staged.government)
    content = newest(publication).content
    assert (content["mode"], content["reply"]) == ("summary", "已修好。")


def test_it_stays_closed_for_a_reason_of_the_law_alone(staged: Cast) -> None:
    publication = propose(staged, "full")
    given = {"reason": "不方便"}
    refuses(staged.world, publication, "withhold", staged.government, "法定情形", **given)
    refuses(staged.world, publication, "withhold", staged.government, "法定情形", **given, ground="whim")


def test_published_and_taken_down(staged: Cast) -> None:
    publication = at_publication(staged, *PUBLISHED)
    row = fresh(publication)
    assert (row.state, row.published_on, row.secrecy_checked_by, row.approved_by) == (
        "published",
        today(),
        "交通局长",
        "政府办",
    )
    said = "“公开的撤下理由”公众都看得到，里面有像电话号码的文字“13800001234”，请删去"
    told = {"reason": "误写了李某某的电话13800001234"}
    refuses(staged.world, publication, "revoke", staged.government, said, **told)
    staged.world.act(publication, "revoke", staged.government, reason="含个人电话")
    assert (fresh(publication).state, fresh(publication).reason) == ("revoked", "含个人电话")


def test_of_the_confirmed_text_a_version_is_made_word_for_word(staged: Cast) -> None:
    publication = at_publication(staged, *CHECKED, content="李小明家门口积水。", asks=["清淤", "警示"])
    said = masked(publication, content="李某某家门口积水。", **{"ask.2": ""})
    made = staged.world.act(publication, "confirm_rendition", staged.government, **said)
    rendition = Rendition.objects.get(pk=made.created["rendition"])
    assert (rendition.confirmed_by, rendition.confirmed_by_id) == ("政府办", staged.government.user_id)
    staged.world.act(publication, "approve", staged.government)
    version = newest(publication)
    reply = Reply.objects.get(pk=publication.reply_id)
    assert version.content == {
        "title": publication.suggestion.title,
        "content": "李某某家门口积水。",
        "asks": [[1, "清淤"]],
        "mode": "full",
        "reply": reply.body.strip(),
        "promises": [],
        "attachments": [],
    }
    assert (version.number, version.digest) == (1, content_digest(version.content))
    stream = Event.objects.filter(stream__key=stream_key(publication.suggestion_id)).order_by("seq")
    confirmed, approved = stream.reverse()[1], stream.reverse()[0]
    assert "李小明" not in str(confirmed.payload) + str(approved.payload)
    assert approved.payload["version"] == [1, version.digest]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": "0" * 64}, "原文在您核对期间有改动"),
        ({"pieces": [{"key": "title", "text": "题"}]}, "“答复”不能为空"),
        ({"pieces": [{"key": "salary", "text": "题"}]}, "没有“salary”这一段"),
        ({"files": [10**9]}, "所选附件不是本件的清洁版"),
    ],
)
def test_a_confirmation_that_does_not_fit_is_refused(staged: Cast, change: dict[str, Any], said: str) -> None:
    publication = at_publication(staged, *CHECKED)
    given = {**masked(publication), **change}
    refuses(staged.world, publication, "confirm_rendition", staged.government, said, **given)


@pytest.mark.parametrize(
    "change",
    [
        lambda row: Suggestion.objects.filter(pk=row.suggestion_id).update(content="又改了"),
        lambda row: Reply.objects.filter(pk=row.reply_id).update(body="又改了"),
        lambda row: Publication.objects.filter(pk=row.pk).update(mode="summary"),
    ],
)
def test_a_confirmation_holds_for_the_originals_that_were_seen(staged: Cast, change: Any) -> None:
    publication = at_publication(staged, *CONFIRMED)
    change(publication)
    with pytest.raises(GateShut, match="公开的文字须先脱敏"):
        staged.world.act(publication, "approve", staged.government)


def test_only_what_was_approved_is_published(staged: Cast) -> None:
    publication = at_publication(staged, *WITH_EDITOR)
    digest = publication_data(publication, "publish")["digest"]
    content = {**newest(publication).content, "reply": "别的话"}
    with pytest.raises(UnchangeableError):
        PublishedVersion.objects.update(content=content)
    with pytest.raises(UnchangeableError):
        newest(publication).save()
    with pytest.raises(UnchangeableError):
        PublishedVersion.objects.bulk_update([newest(publication)], ["content"])
    with pytest.raises(UnchangeableError):
        PublishedVersion.objects.bulk_create(
            [newest(publication)], update_conflicts=True, update_fields=["content"], unique_fields=["id"]
        )
    with pytest.raises(UnchangeableError):
        PublishedVersion.objects.all().delete()
    with pytest.raises(UnchangeableError):
        newest(publication).delete()
    # Whoever writes past the product is noticed.
    models = Publication.objects.raw(
        'UPDATE suggestions_publishedversion SET content = content || \'{"reply": "别的话"}\' '
        "WHERE publication_id = %s RETURNING publication_id AS id",
        [publication.pk],
    )
    assert len(list(models)) == 1
    assert not version_holds(newest(publication))
    with pytest.raises(GateShut, match="公开的须与批准的公开版一字不差"):
        staged.world.act(publication, "publish", staged.system, digest=digest)


def test_a_correction_makes_the_next_version_and_keeps_the_one_before(staged: Cast) -> None:
    publication = at_publication(staged, *PUBLISHED)
    first = newest(publication)
    office = staged.government
    refuses(staged.world, publication, "correct", office, "没有新确认的脱敏稿", reason="错字")
    later = moment.now() + timedelta(minutes=1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(moment, "now", lambda: later)
        staged.world.act(publication, "confirm_rendition", office, **masked(publication, title="改正的题"))
    assert newest(publication) == first
    said = "“公开的更正说明”公众都看得到，里面有像身份证号的文字“110101190001010014”，请删去"
    refuses(staged.world, publication, "correct", office, said, reason="删去110101190001010014")
    staged.world.act(publication, "correct", office, reason="标题有错字")
    second = newest(publication)
    assert (second.number, second.content["title"], second.correction_reason) == (2, "改正的题", "标题有错字")
    assert PublishedVersion.objects.get(number=1).content == first.content
    assert fresh(publication).state == "published"


def test_reassessed_it_is_masked_anew(staged: Cast) -> None:
    publication = at_publication(staged, *APPROVED, ("withhold", "office"), ("reassess", "office"))
    assert Rendition.objects.filter(publication=publication).count() == 0
    staged.world.act(publication, "check_secrecy", staged.lead_head)
    with pytest.raises(GateShut, match="公开的文字须先脱敏"):
        staged.world.act(publication, "approve", staged.government)


def _file(publication: Publication, *, of_reply: bool = True, **changed: Any) -> CleanFile:
    owner: dict[str, Any] = (
        {"reply": publication.reply, "kind": "document"} if of_reply else {"kind": "original"}
    )
    digest = f"{Attachment.objects.count():064x}"
    attachment = Attachment.objects.create(
        suggestion=publication.suggestion,
        file=f"attachments/{digest}.pdf",
        original_name="说明.pdf",
        size=3,
        sha256=digest,
        **owner,
    )
    given = {"source_sha256": digest, "sha256": digest, "size": 2, "media_type": "application/pdf"}
    row = CleanFile(attachment=attachment, name="说明.pdf", made_at=moment.now(), **{**given, **changed})
    if not row.refused:
        row.file.save("x.pdf", ContentFile(b"ok"), save=False)
    row.save()
    return row


def test_clean_files_go_with_it_and_no_others(staged: Cast, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    publication = at_publication(staged, *CHECKED)
    other = at_publication(staged, *CHECKED, title="关于别的事的建议")
    own, original = _file(publication), _file(publication, of_reply=False)
    refused = {"refused": "不能读", "file": "", "sha256": ""}
    for wrong in (_file(other), _file(publication, source_sha256="0" * 64), _file(publication, **refused)):
        given = {**masked(publication), "files": [own.pk, wrong.pk]}
        refuses(
            staged.world,
            publication,
            "confirm_rendition",
            staged.government,
            "所选附件不是本件的清洁版",
            **given,
        )
    given = {**masked(publication), "files": [own.pk, original.pk]}
    staged.world.act(publication, "confirm_rendition", staged.government, **given)
    staged.world.act(publication, "approve", staged.government)
    assert [row["file"] for row in newest(publication).content["attachments"]] == [own.pk, original.pk]


def test_of_separate_replies_none_is_proposed_before_all_are_there(staged: Cast) -> None:
    world = staged.world
    suggestion = world.handed_over(units=units((world.roads, "separate"), (world.water, "separate")))
    first = part_of(suggestion, world.roads)
    world.begin(first, world.roads_head)
    reply = world.reply_issue(first)
    given = {"mode": "full", "ground": "依据"}
    refuses(world, reply, "propose_publication", world.roads_head, "建议尚未答复完毕", **given)
