"""What a deputy does on a phone: grade in two taps, say whether a meeting was real, hand in a suggestion."""

import re
from typing import Any

import pytest
from forms import forms_of
from people import Cast
from ready import contacted, evaluated, grades, merged, replied
from world import fresh

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.suggestions.models import CoSignature, Evaluation, Publication, Suggestion
from luoshi.suggestions.services.settings import county_settings_apply
from luoshi.words import any_word_query, title_core
from luoshi.workbench.acting.similar import similar_suggestions
from luoshi.workbench.search import texts_rebuild


def case(client: Any, suggestion: Suggestion) -> str:
    answer = client.get(f"/office/suggestions/{suggestion.pk}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_one_axis_is_graded_in_two_taps_from_the_case(cast: Cast, signed_in: Any) -> None:
    county_settings_apply(data={"axes": [{"code": "result", "label": "办理结果"}]}, actor=SYSTEM_ACTOR)
    suggestion = replied(cast)
    client = signed_in(cast.writer)
    (form,) = forms_of(case(client, suggestion), "evaluate/")
    assert form.boxes == {"grades.result": ["satisfied", "basically_satisfied", "dissatisfied"]}
    answer = client.post(form.action, form.with_(grades__result="satisfied"))  # tap the grade, tap 提交
    assert answer.status_code == 302
    assert fresh(suggestion).state == "evaluated"
    assert Evaluation.objects.get().grade == "satisfied"


def test_dissatisfied_asks_for_the_reason_and_keeps_the_grades(cast: Cast, signed_in: Any) -> None:
    suggestion = replied(cast)
    client = signed_in(cast.writer)
    (form,) = forms_of(case(client, suggestion), "evaluate/")
    typed = {"grades__process": "satisfied", "grades__result": "dissatisfied"}
    answer = client.post(form.action, form.with_(**typed))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "“办理结果”评为不满意的，请写明理由" in page
    (again,) = forms_of(page)[-1:]
    assert again.sends["grades.result"] == ["dissatisfied"]
    sent = again.with_(grades__result__reason="没有动工")
    assert client.post(form.action, sent).status_code == 302
    assert Evaluation.objects.get(axis="result").reason == "没有动工"


def test_the_reply_lies_folded_before_the_grades(cast: Cast, signed_in: Any) -> None:
    suggestion = replied(cast)
    client = signed_in(cast.writer)
    for page in (
        case(client, suggestion),
        client.get(f"/office/acts/suggestion/{suggestion.pk}/evaluate/").content.decode(),
    ):
        folded = page.index("看县交通运输局的答复")
        assert folded < page.index("办理态度怎么样？")
        assert "<details" in page[folded - 120 : folded]


def test_a_merged_deputy_reads_the_letter_that_he_grades(cast: Cast, signed_in: Any) -> None:
    suggestion = merged(cast)
    client = signed_in(cast.writer)
    page = client.get(f"/office/acts/suggestion/{suggestion.pk}/evaluate_merged/").content.decode()
    assert "看县交通运输局的答复" in page
    assert len(forms_of(page, "")) > 0


def test_an_office_that_enters_it_from_paper_is_asked_for_the_paper(cast: Cast, signed_in: Any) -> None:
    suggestion = replied(cast)
    client = signed_in(cast.congress)
    assert forms_of(case(client, suggestion), "evaluate/") == []
    page = client.get(f"/office/acts/suggestion/{suggestion.pk}/evaluate/").content.decode()
    assert "代录依据" in page
    own = signed_in(cast.writer).get(f"/office/acts/suggestion/{suggestion.pk}/evaluate/").content.decode()
    assert "代录依据" not in own


def test_who_has_graded_is_not_asked_again(cast: Cast, signed_in: Any) -> None:
    suggestion = evaluated(cast)
    assert "evaluate" not in "".join(
        form.action for form in forms_of(case(signed_in(cast.writer), suggestion))
    )
    unit = case(signed_in(cast.lead_head), suggestion)
    assert "办理态度怎么样" not in unit


def test_one_tap_says_that_a_meeting_was_real(cast: Cast, signed_in: Any) -> None:
    lead, contact = contacted(cast)
    client = signed_in(cast.writer)
    (form,) = forms_of(case(client, lead.suggestion), "confirm_contact/")
    assert client.post(form.action, form.with_()).status_code == 302
    assert fresh(lead.contacts.get(pk=contact)).confirmed is True
    assert forms_of(case(client, lead.suggestion), "_contact/") == []


def test_a_denial_tells_why(cast: Cast, signed_in: Any) -> None:
    lead, contact = contacted(cast)
    client = signed_in(cast.writer)
    (form,) = forms_of(case(client, lead.suggestion), "deny_contact/")
    assert client.post(form.action, form.with_(reason=" ")).status_code == 400
    assert client.post(form.action, form.with_(reason="当天没有人来过")).status_code == 302
    denied = lead.contacts.get(pk=contact)
    assert (denied.confirmed, denied.denial_reason) == (False, "当天没有人来过")


def test_a_suggestion_is_written_step_by_step(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.writer)
    (form,) = [
        form for form in forms_of(client.get("/office/draft/").content.decode()) if "title" in form.sends
    ]
    more = client.post(
        "/office/draft/", form.with_(title="关于路灯的建议", asks=["安装", "管护", "缴费"], more="1")
    )
    assert (more.status_code, Suggestion.objects.count()) == (200, 0)
    (form,) = [form for form in forms_of(more.content.decode()) if "title" in form.sends]
    assert form.sends["asks"] == ["安装", "管护", "缴费", "", "", ""]
    made = client.post("/office/draft/", form.with_(asks=["安装", "管护", "缴费", "", "抢修", ""]))
    suggestion = Suggestion.objects.get()
    assert made["Location"] == f"/office/draft/{suggestion.pk}/"
    assert [ask.text for ask in suggestion.asks.all()] == ["安装", "管护", "缴费", "抢修"]
    page = client.get(made["Location"]).content.decode()
    (edit,) = [form for form in forms_of(page) if "title" in form.sends]
    client.post(made["Location"], edit.with_(content="村口没有路灯", asks=["安装", ""]))
    assert (fresh(suggestion).content, suggestion.asks.count()) == ("村口没有路灯", 1)
    page = client.get(made["Location"]).content.decode()
    (invite,) = forms_of(page, "invite_co_signers/")
    assert str(cast.second.deputy_id) in invite.boxes["deputies"]
    assert str(cast.writer.deputy_id) not in invite.boxes["deputies"]
    client.post(invite.action, invite.with_(deputies=[str(cast.second.deputy_id)]))
    page = client.get(made["Location"]).content.decode()
    assert "还有 1 位受邀代表未答复是否附议" in page
    assert [form for form in forms_of(page) if "title" in form.sends] == []  # what others sign stays as it is
    cast.world.act(suggestion, "co_sign", cast.second)
    (submit,) = forms_of(client.get(made["Location"]).content.decode(), "submit/")
    assert client.post(submit.action, submit.with_(one_matter="on")).status_code == 409
    sent = submit.with_(one_matter="on", exclusions_acknowledged="on", once="again")
    assert client.post(submit.action, sent).status_code == 302
    assert fresh(suggestion).state == "submitted"
    assert client.get(made["Location"]).status_code == 404


def test_an_invitation_can_be_taken_back(cast: Cast, signed_in: Any) -> None:
    suggestion = cast.world.draft()
    cast.world.act(suggestion, "invite_co_signers", cast.writer, deputies=[cast.second.deputy_id])
    client = signed_in(cast.writer)
    page = client.get(f"/office/draft/{suggestion.pk}/").content.decode()
    (form,) = forms_of(page, "remove_co_signer/")
    assert client.post(form.action, form.with_()).status_code == 302
    assert CoSignature.objects.get().state == "removed"


@pytest.mark.parametrize("who", ["stranger", "lead_head", "government", "leader", "audit_admin"])
def test_a_draft_is_its_deputys_own(cast: Cast, signed_in: Any, who: str) -> None:
    suggestion = cast.world.draft()
    assert signed_in(cast.people[who]).get(f"/office/draft/{suggestion.pk}/").status_code == 404


def test_what_was_said_before_is_shown_while_typing(cast: Cast, signed_in: Any) -> None:
    mine = cast.world.registered(title="关于修复村组灌溉渠道的建议")
    cast.world.registered(title="关于开放学校体育场地的建议")
    texts_rebuild()
    client = signed_in(cast.writer)
    answer = client.get("/office/draft/similar/", {"title": "关于加强灌溉渠道修复的建议"})
    page = answer.content.decode()
    assert re.findall(r'href="/office/suggestions/(\d+)/"', page) == [str(mine.pk)]
    nothing = client.get("/office/draft/similar/", {"title": "关于数字电影的建议"}).content.decode()
    assert "没有找到相似的旧建议" in nothing
    assert "写了标题以后" in client.get("/office/draft/similar/", {"title": ""}).content.decode()


def test_another_deputys_suggestion_is_named_only_when_it_is_public(cast: Cast) -> None:
    suggestion = replied(cast, title="关于修复村组灌溉渠道的建议")
    texts_rebuild()
    title = "关于修复灌溉渠道的建议"
    assert similar_suggestions(cast.stranger, title) == []
    reply = suggestion.replies.get()
    Publication.objects.create(
        reply=reply, suggestion=suggestion, mode="full", ground="依据", state="published"
    )
    (found,) = similar_suggestions(cast.stranger, title)
    assert (found.suggestion, found.may_open) == (suggestion, False)
    assert similar_suggestions(cast.writer, title, suggestion.pk) == []


@pytest.mark.parametrize(
    ("title", "core", "query"),
    [
        ("关于加强农村公路养护的建议", "农村公路养护", "'农村' | '村公' | '公路' | '路养' | '养护'"),
        ("路灯", "路灯", "'路灯'"),
        ("", "", ""),
        ("5G", "5G", ""),
    ],
)
def test_the_words_of_a_title(title: str, core: str, query: str) -> None:
    assert (title_core(title), any_word_query(title_core(title))) == (core, query)


def test_both_axes_by_proxy_leave_the_deputy_his_own_word(cast: Cast, signed_in: Any) -> None:
    suggestion = replied(cast)
    cast.world.act(suggestion, "evaluate", cast.congress, grades=grades(), basis="征询意见表第1号")
    (form,) = forms_of(case(signed_in(cast.writer), suggestion), "evaluate_own/")
    answer = signed_in(cast.writer).post(
        form.action, form.with_(grades__process="satisfied", grades__result="basically_satisfied")
    )
    assert answer.status_code == 302
    assert set(Evaluation.objects.values_list("by_proxy", flat=True)) == {False}
