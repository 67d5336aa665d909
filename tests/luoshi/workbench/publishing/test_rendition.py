"""脱敏对照: what is marked, what is proposed, what is refused, what survives, and who sees it."""

import html
import re
from collections.abc import Callable

import pytest
from django.test import Client
from people import Cast
from ready import CHECKED, PUBLISHED, at_publication
from rendition_read import address, form, read
from world import fresh

from luoshi.accounts.actor import SYSTEM_ACTOR, Actor
from luoshi.suggestions.models import CoSignature, Deputy, Publication, Rendition, Reply, Suggestion
from luoshi.suggestions.services.door import GateShut
from luoshi.suggestions.services.settings import county_settings_apply

SignedIn = Callable[[Actor], Client]
PHONE, CARD = "13800001234", "110101190001010014"
CONTENT = f"村民李小明（电话{PHONE}，身份证号{CARD}）家门口积水。"


@pytest.fixture
def publication(cast: Cast) -> Publication:
    return at_publication(cast, *CHECKED, content=CONTENT, asks=["清淤"])


def test_what_is_personal_is_marked_on_the_left_and_masked_on_the_right(
    cast: Cast, signed_in: SignedIn, publication: Publication
) -> None:
    text = read(signed_in(cast.government), publication)
    marked = re.findall(r"<mark[^>]*>([^<]*)<span[^>]*>([^<]*)</span></mark>", text)
    assert (PHONE, "电话号码") in marked
    assert (CARD, "身份证号") in marked
    proposed = form(text)["text.content"]
    assert PHONE not in proposed
    assert CARD not in proposed
    assert "李小明" not in proposed
    assert "家门口积水。" in proposed


def test_confirmed_as_proposed(cast: Cast, signed_in: SignedIn, publication: Publication) -> None:
    client = signed_in(cast.government)
    typed = form(read(client, publication))
    answer = client.post(address(publication), typed)
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/office/suggestions/{publication.suggestion_id}/",
    )
    rendition = Rendition.objects.get(publication=publication)
    assert rendition.pieces["content"] == typed["text.content"]
    assert rendition.confirmed_by == "政府办"
    assert "政府办 已于" in read(client, publication)
    cast.world.act(publication, "approve", cast.government)


def test_a_number_that_stays_needs_a_reason_and_nothing_typed_is_lost(
    cast: Cast, signed_in: SignedIn, publication: Publication
) -> None:
    client = signed_in(cast.government)
    typed = form(read(client, publication)) | {"text.content": f"请打{PHONE}。", "text.title": "另一个标题"}
    answer = client.post(address(publication), typed)
    assert answer.status_code == 400
    text = html.unescape(answer.content.decode())
    assert f"“建议内容”里还有像电话号码的文字“{PHONE}”，请删去或写明保留的理由" in text
    again = form(text)
    assert (again["text.content"], again["text.title"]) == (f"请打{PHONE}。", "另一个标题")
    assert again["kept.text"] == [PHONE]
    assert Rendition.objects.count() == 0
    again["kept.why"] = ["单位办公电话"]
    assert client.post(address(publication), again).status_code == 302
    rendition = Rendition.objects.get()
    assert rendition.kept == [{"text": PHONE, "why": "单位办公电话"}]


def test_what_the_door_asks_a_reason_for_has_a_place_for_it(
    cast: Cast, signed_in: SignedIn, publication: Publication
) -> None:
    """Whatever the page knows of units and people: it asks for every number that the door refuses."""
    client = signed_in(cast.government)
    line = "县交通运输局办公室电话0000-1234567，联系人张三，手机13800005678。"
    answer = client.post(address(publication), form(read(client, publication)) | {"text.content": line})
    text = html.unescape(answer.content.decode())
    assert answer.status_code == 400
    refused = re.findall(r"文字“([^”]*)”，请删去", text)
    assert set(form(text)["kept.text"]) == set(refused) != set()


def test_a_piece_may_be_left_out_and_the_reply_may_not(
    cast: Cast, signed_in: SignedIn, publication: Publication
) -> None:
    client = signed_in(cast.government)
    typed = form(read(client, publication)) | {"leave_out.content": "on"}
    refused = client.post(address(publication), typed | {"text.reply": " "})
    assert (refused.status_code, "“答复”不能为空" in refused.content.decode()) == (400, True)
    assert client.post(address(publication), typed).status_code == 302
    assert "content" not in Rendition.objects.get().pieces


def test_whoever_read_the_old_original_is_shown_the_new_one(
    cast: Cast, signed_in: SignedIn, publication: Publication
) -> None:
    client = signed_in(cast.government)
    typed = form(read(client, publication))
    Suggestion.objects.filter(pk=publication.suggestion_id).update(content="整段重写。")
    answer = client.post(address(publication), typed)
    text = html.unescape(answer.content.decode())
    assert (answer.status_code, "原文在您核对期间有改动" in text, "整段重写。" in text) == (400, True, True)
    again = form(text)
    assert again["text.content"] == typed["text.content"]
    assert again["source"] != typed["source"]


def test_a_summary_is_written_from_the_letter(cast: Cast, signed_in: SignedIn) -> None:
    publication = at_publication(cast, *CHECKED)
    Publication.objects.filter(pk=publication.pk).update(mode="summary")
    Reply.objects.filter(pk=publication.reply_id).update(body="第一段。\n" + "长" * 500 + "\n末段。")
    client = signed_in(cast.government)
    text = read(client, publication)
    assert form(text)["text.summary"] == "第一段。"
    assert "末段。" in text


def test_corrected_after_it_was_published(cast: Cast, signed_in: SignedIn) -> None:
    publication = at_publication(cast, *PUBLISHED)
    client = signed_in(cast.government)
    text = read(client, publication)
    assert "本件已公开（第1版）" in text
    typed = form(text) | {"text.title": "改正的标题"}
    assert client.post(address(publication), typed).status_code == 302
    cast.world.act(publication, "correct", cast.government, reason="标题有错字")
    assert fresh(publication).versions.order_by("-number")[0].content["title"] == "改正的标题"


def test_whose_page_it_is(cast: Cast, signed_in: SignedIn, publication: Publication) -> None:
    seen = {
        name
        for name, actor in cast.people.items()
        if actor.user_id is not None and signed_in(actor).get(address(publication)).status_code == 200
    }
    assert seen == {"government"}


def test_where_no_deputy_is_named_his_name_does_not_go_out_in_the_text(
    cast: Cast, signed_in: SignedIn, publication: Publication
) -> None:
    """Neither the leading deputy's nor a co-signer's, even spaced out, without a reason."""
    client, suggestion = signed_in(cast.government), publication.suggestion
    lead = suggestion.lead_deputy
    assert lead is not None
    second = Deputy.objects.create(delegation=lead.delegation, name="欧阳文山")
    CoSignature.objects.create(suggestion=suggestion, deputy=second, state="confirmed")
    said = f"{' '.join(lead.name)}代表、欧阳文山代表：收悉。"
    Reply.objects.filter(pk=publication.reply_id).update(body=said)
    assert form(read(client, publication))["text.reply"] == said
    assert client.post(address(publication), form(read(client, publication))).status_code == 302
    # The setting is turned: what was confirmed for the other one holds no more.
    county_settings_apply(data={"publish_deputy_names": False}, actor=SYSTEM_ACTOR)
    with pytest.raises(GateShut, match="公开的文字须先脱敏"):
        cast.world.act(publication, "approve", cast.government)
    typed = form(read(client, publication))
    assert typed["text.reply"] == f"{lead.name[0]}某某代表、欧阳某某代表：收悉。"
    answer = client.post(address(publication), typed | {"text.reply": said})
    text = html.unescape(answer.content.decode())
    assert answer.status_code == 400
    refused = re.findall(r"“答复”里还有像个人姓名的文字“([^”]*)”", text)
    assert set(refused) == {" ".join(lead.name), "欧阳文山"}
    again = form(text)
    again["kept.why"] = ["本人书面同意"] * 2
    assert client.post(address(publication), again).status_code == 302
    last = form(read(client, publication)) | {"text.reply": typed["text.reply"]}
    assert client.post(address(publication), last).status_code == 302
    assert Rendition.objects.get().pieces["reply"] == typed["text.reply"]
    cast.world.act(publication, "approve", cast.government)
