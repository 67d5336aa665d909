"""Writing a reply: asks beside the text, saved meanwhile, two people of one unit, hints before signing."""

from typing import Any

import pytest
from django.utils import timezone
from forms import forms_of
from people import Cast
from ready import drafted, under_review
from world import fresh

from luoshi.audit.models import Event
from luoshi.suggestions.models import Promise, Reply, ReplyDraft
from luoshi.suggestions.selectors.reply_flags import reply_flags
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.suggestions.services.log import stream_key
from luoshi.workbench.letter import chinese_number, letter_of, title_of


@pytest.fixture
def reply(cast: Cast) -> Reply:
    """A written draft of a suggestion with two asks."""
    made = drafted(cast)
    for position, text in enumerate(("清除村口淤泥", "设限高警示"), 1):
        made.suggestion.asks.create(position=position, text=text)
    return made


def edit_of(reply: Reply) -> str:
    return f"/office/acts/reply/{reply.pk}/edit/"


def opened(client: Any, reply: Reply) -> Any:
    """The form as the page shows it."""
    answer = client.get(edit_of(reply))
    assert answer.status_code == 200
    (form,) = [form for form in forms_of(answer.content.decode()) if "asks_shown" in form.sends]
    return form


def keep(client: Any, reply: Reply, form: Any, **typed: Any) -> Any:
    return client.post(
        f"/office/replies/{reply.pk}/desk/", form.with_(**typed), headers={"X-Requested-With": "fetch"}
    )


def events(reply: Reply) -> int:
    return Event.objects.filter(stream__key=stream_key(reply.suggestion_id)).count()


def test_each_ask_is_answered_by_a_passage(cast: Cast, signed_in: Any, reply: Reply) -> None:
    client = signed_in(cast.lead_handler)
    form = opened(client, reply)
    first, second = reply.suggestion.asks.all()
    assert form.boxes["asks_answered"] == [str(first.pk), str(second.pk)]
    sent = form.with_(
        body="一、淤泥已清。二、警示牌6月底前设好。",
        class_code="A",
        asks_answered=[str(first.pk), str(second.pk)],
    )
    sent[f"asks_answered.{first.pk}.quote"] = "淤泥已清"
    sent[f"asks_answered.{second.pk}.quote"] = "另有安排"
    assert client.post(edit_of(reply), sent).status_code == 302
    saved = fresh(reply)
    assert saved.asks_answered == [
        {"ask": first.pk, "quote": "淤泥已清"},
        {"ask": second.pk, "quote": "另有安排"},
    ]
    codes = [flag.code for flag in reply_flags(saved)]
    assert codes == ["ask_quote_lost", "short"]
    # Unticked again, it is answered no more.
    sent = opened(client, reply).with_(asks_answered=[])
    client.post(edit_of(reply), sent)
    assert fresh(reply).asks_answered == []


def test_an_ask_of_another_suggestion_is_refused(cast: Cast, signed_in: Any, reply: Reply) -> None:
    other = cast.world.draft(asks=["别的请求"]).asks.get()
    client = signed_in(cast.lead_handler)
    sent = opened(client, reply).with_(body="新的正文", asks_answered=[str(other.pk)])
    answer = client.post(edit_of(reply), sent)
    assert answer.status_code == 400
    assert "建议中没有这一项请求" in answer.content.decode()
    assert "新的正文" in answer.content.decode()
    assert fresh(reply).body == "现答复如下。"


def test_promises_are_saved_with_the_letter_or_not_at_all(cast: Cast, signed_in: Any, reply: Reply) -> None:
    client = signed_in(cast.lead_handler)
    row = {"promise__text": "疏通涵洞", "promise__responsible": "李工", "promise__due_on": "不是日期"}
    answer = client.post(edit_of(reply), opened(client, reply).with_(body="新的正文", **row))
    page = answer.content.decode()
    assert (answer.status_code, fresh(reply).body, Promise.objects.count()) == (400, "现答复如下。", 0)
    assert "承诺期限：日期应写作 2025-04-28" in page
    assert 'value="李工"' in page
    form = opened(client, reply)
    row["promise__due_on"] = "2030-06-30"
    sent = form.with_(body="新的正文", **row)
    assert [client.post(edit_of(reply), sent).status_code for _ in range(2)] == [302, 302]
    promise = Promise.objects.get()  # the same form sent twice is done once
    assert (promise.text, promise.responsible, str(promise.due_on)) == ("疏通涵洞", "李工", "2030-06-30")


def test_what_is_typed_is_kept_without_an_act(cast: Cast, signed_in: Any, reply: Reply) -> None:
    client = signed_in(cast.lead_handler)
    form, before = opened(client, reply), events(reply)
    answer = keep(client, reply, form, body="写到一半")
    told = answer.json()
    assert (answer.status_code, told["version"]) == (200, int(form.sends["version"][0]) + 1)
    assert told["message"].endswith("已自动保存")
    assert (fresh(reply).body, events(reply)) == ("现答复如下。", before)
    page = client.get(edit_of(reply)).content.decode()
    assert "写到一半</textarea>" in page
    assert "交通经办 于" in page
    assert "还没有写入答复稿" in page
    sign = signed_in(cast.lead_head).get(f"/office/acts/reply/{reply.pk}/sign/").content.decode()
    assert "有改动尚未写入答复稿" in sign
    assert client.post(edit_of(reply), opened(client, reply).with_()).status_code == 302
    assert fresh(reply).body == "写到一半"
    assert [flag.code for flag in reply_flags(fresh(reply))].count("unsaved") == 0


def test_a_colleagues_text_is_never_written_over_unseen(cast: Cast, signed_in: Any, reply: Reply) -> None:
    mine, theirs = signed_in(cast.lead_handler), signed_in(cast.lead_head)
    form, other = opened(mine, reply), opened(theirs, reply)
    assert keep(theirs, reply, other, body="负责人的一稿").status_code == 200
    draft = ReplyDraft.objects.get()
    when = timezone.localtime(draft.saved_at).strftime("%Y-%m-%d %H:%M")
    answer = keep(mine, reply, form, body="经办人的一稿")
    told = answer.json()
    assert (answer.status_code, told["body"], told["version"]) == (409, "负责人的一稿", draft.version)
    assert told["message"].startswith(f"{cast.lead_head.name} 于 {when} 保存了另一稿")
    assert fresh(draft).body == "负责人的一稿"
    # The same without a script: both texts on the page, and the next saving is a knowing one.
    answer = mine.post(edit_of(reply), form.with_(body="经办人的一稿"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "负责人的一稿</textarea>" in page
    assert "经办人的一稿</textarea>" in page
    assert fresh(reply).body == "现答复如下。"
    (again,) = [form for form in forms_of(page) if "asks_shown" in form.sends]
    assert mine.post(edit_of(reply), again.with_()).status_code == 302
    assert fresh(reply).body == "经办人的一稿"


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999"])
def test_a_text_that_cannot_say_what_it_began_with_is_refused(
    cast: Cast, signed_in: Any, reply: Reply, version: str
) -> None:
    client = signed_in(cast.lead_handler)
    path = f"/office/replies/{reply.pk}/desk/"
    assert client.post(path, {"version": version, "body": "x"}).status_code == 400
    assert ReplyDraft.objects.get().is_pending is False


@pytest.mark.parametrize(
    ("who", "status"), [("co_head", 404), ("outside_head", 404), ("congress", 403), ("writer", 404)]
)
def test_nobody_else_writes_the_letter(
    cast: Cast, signed_in: Any, reply: Reply, who: str, status: int
) -> None:
    client = signed_in(cast.people[who])
    answer = client.post(f"/office/replies/{reply.pk}/desk/", {"version": "1", "body": "x"})
    assert answer.status_code == status
    assert client.get(edit_of(reply)).status_code == 404
    assert ReplyDraft.objects.get().is_pending is False


def test_a_letter_under_review_is_not_written_on(cast: Cast, signed_in: Any) -> None:
    reply = under_review(cast)
    client = signed_in(cast.lead_handler)
    answer = client.post(f"/office/replies/{reply.pk}/desk/", {"version": "1", "body": "晚了"})
    assert (answer.status_code, answer.json()["message"].startswith("答复稿已送审")) == (409, True)
    assert client.get(edit_of(reply)).status_code == 404
    answer = client.post(edit_of(reply), {"once": "x", "body": "晚了", "seen": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "单位负责人审签了答复稿" in page
    assert "晚了</textarea>" in page


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, ["ask_unanswered", "ask_unanswered", "short"]),
        ({"class_code": "B"}, ["ask_unanswered", "ask_unanswered", "short", "promise_missing", "no_date"]),
        (
            {"class_code": "B", "body": "甲" * 190 + "2026年6月底前完成"},
            ["ask_unanswered"] * 2 + ["promise_missing"],
        ),
        ({"class_code": "C", "body": "乙" * 200}, ["ask_unanswered", "ask_unanswered", "no_date"]),
    ],
)
def test_hints_before_signing(cast: Cast, reply: Reply, change: dict[str, str], codes: list[str]) -> None:
    if change:
        cast.world.act(reply, "edit", cast.lead_head, **change)
    assert [flag.code for flag in reply_flags(fresh(reply))] == codes


def test_a_promise_without_day_or_person_is_hinted_at(cast: Cast, reply: Reply) -> None:
    cast.world.act(reply, "record_promise", cast.lead_head, text="年底前完工")
    codes = [flag.code for flag in reply_flags(fresh(reply))]
    assert codes[-2:] == ["promise_no_date", "promise_no_person"]
    # Hints, not gates.
    cast.world.act(reply, "sign", cast.lead_head)


def test_the_letter_as_it_will_be(cast: Cast, signed_in: Any, reply: Reply) -> None:
    cast.world.act(reply, "edit", cast.lead_head, body="一、已清淤。\n\n二、已设警示。")
    letter = letter_of(fresh(reply), county_settings())
    suggestion = reply.suggestion
    assert letter.paragraphs == ("一、已清淤。", "二、已设警示。")
    assert letter.opening == f"您提出的《{suggestion.title}》收悉，现答复如下："
    assert letter.salutation == "田禾苗等2名代表："
    assert (letter.sender, letter.result) == ("县交通运输局", "A 类（已经解决或基本解决）")
    page = signed_in(cast.lead_head).get(f"/office/replies/{reply.pk}/letter/").content.decode()
    assert "还没有发出" in page
    assert "二、已设警示。" in page
    assert signed_in(cast.co_head).get(f"/office/replies/{reply.pk}/letter/").status_code == 404


def test_the_title_of_a_letter_says_session_and_number(cast: Cast) -> None:
    suggestion = cast.world.registered()
    assert title_of(suggestion) == f"对衡南县第十七届人民代表大会第四次会议第{suggestion.number}号建议的答复"
    suggestion.raised_when = "between_sessions"
    assert title_of(suggestion) == f"对衡南县第十七届人民代表大会闭会期间第{suggestion.number}号建议的答复"


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (10, "十"), (17, "十七"), (20, "二十"), (31, "三十一"), (100, "100")]
)
def test_numbers_in_chinese(number: int, words: str) -> None:
    assert chinese_number(number) == words
