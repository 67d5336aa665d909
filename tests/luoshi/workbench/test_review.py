"""The government office reviews a letter: as it will be printed, beside what was asked and what it lacks."""

from typing import Any

import pytest
from forms import forms_of
from people import Cast
from ready import drafted, under_review
from world import fresh

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.errors import Invalid
from luoshi.suggestions.models import Reply
from luoshi.suggestions.services.settings import county_settings_apply


@pytest.fixture
def reply(cast: Cast) -> Reply:
    """A letter before the office."""
    return under_review(cast)


def page_of(client: Any, reply: Reply, name: str = "approve") -> str:
    answer = client.get(f"/office/acts/reply/{reply.pk}/{name}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_letter_suggestion_and_hints_stand_side_by_side(cast: Cast, signed_in: Any, reply: Reply) -> None:
    reply.suggestion.asks.create(position=1, text="清除村口淤泥")
    page = page_of(signed_in(cast.government), reply)
    assert "田禾苗等2名代表：" in page
    assert "<p>现答复如下。</p>" in page
    assert "清除村口淤泥" in page
    assert "第 1 项请求还没有对应的回应" in page
    assert page_of(signed_in(cast.government), reply, "send_back").count("<form") == page.count("<form")


def test_passed_with_one_button(cast: Cast, signed_in: Any, reply: Reply) -> None:
    client = signed_in(cast.government)
    (form,) = forms_of(page_of(client, reply), "/approve/")
    assert client.post(form.action, form.with_()).status_code == 302
    assert (fresh(reply).state, reply.reviews.get().result) == ("approved", "passed")


def test_sent_back_for_reasons_ticked_and_written(cast: Cast, signed_in: Any, reply: Reply) -> None:
    client = signed_in(cast.government)
    (form,) = forms_of(page_of(client, reply), "/send_back/")
    sent = form.with_(reasons=["no_date", "too_brief", "no_date"], reason="请补充资金来源")
    assert client.post(form.action, sent).status_code == 302
    review = reply.reviews.get()
    assert (review.result, review.reasons) == (
        "sent_back",
        "没有写明完成时限；内容简单，没有实质性办法。请补充资金来源",
    )
    unit = signed_in(cast.lead_handler)
    for path in (f"/office/suggestions/{reply.suggestion_id}/", f"/office/acts/reply/{reply.pk}/edit/"):
        assert review.reasons in unit.get(path).content.decode()


@pytest.mark.parametrize(
    ("given", "kept"), [({"reasons": ["no_date"]}, "没有写明完成时限"), ({"reason": "重写"}, "重写")]
)
def test_either_kind_of_reason_is_enough(cast: Cast, reply: Reply, given: dict[str, Any], kept: str) -> None:
    cast.world.act(reply, "send_back", cast.government, **given)
    assert reply.reviews.get().reasons == kept


@pytest.mark.parametrize(
    ("given", "told"),
    [({}, "请选择或写明退改理由"), ({"reasons": ["nonsense"]}, "本县没有“nonsense”这一退改原因")],
)
def test_without_a_known_reason_nothing_goes_back(
    cast: Cast, reply: Reply, given: dict[str, Any], told: str
) -> None:
    with pytest.raises(Invalid, match=told):
        cast.world.act(reply, "send_back", cast.government, **given)
    assert fresh(reply).state == "under_review"


def test_a_refusal_keeps_what_was_ticked_and_written(cast: Cast, signed_in: Any, reply: Reply) -> None:
    client = signed_in(cast.government)
    (form,) = forms_of(page_of(client, reply), "/send_back/")
    sent = form.with_(reasons=["no_date"], reason="长" * 2001)
    answer = client.post(form.action, sent)
    (again,) = forms_of(answer.content.decode(), "/send_back/")
    assert (answer.status_code, again.sends["reasons"]) == (400, ["no_date"])
    assert again.sends["reason"] == ["长" * 2001]
    assert fresh(reply).state == "under_review"


def test_the_reasons_are_the_countys(cast: Cast, signed_in: Any, reply: Reply) -> None:
    own = [{"code": "no_seal", "label": "没有盖章"}]
    county_settings_apply(data={"send_back_reasons": own}, actor=SYSTEM_ACTOR)
    (form,) = forms_of(page_of(signed_in(cast.government), reply), "/send_back/")
    assert form.boxes["reasons"] == ["no_seal"]
    with pytest.raises(Invalid, match="代号不能重复"):
        county_settings_apply(data={"send_back_reasons": own * 2}, actor=SYSTEM_ACTOR)


def test_only_the_reviewing_office_comes_here(cast: Cast, signed_in: Any, reply: Reply) -> None:
    for who in ("lead_head", "congress", "writer", "leader"):
        answer = signed_in(cast.people[who]).get(f"/office/acts/reply/{reply.pk}/approve/")
        assert answer.status_code == 404, who


def test_a_late_co_unit_is_asked_about_only_where_there_is_one(cast: Cast, signed_in: Any) -> None:
    reply = drafted(cast)
    head = signed_in(cast.lead_head)
    assert "会办逾期已注明" not in page_of(head, reply, "sign")
    reply.suggestion.assignments.filter(role="co").update(state="handling")
    assert "会办逾期已注明" in page_of(head, reply, "sign")
