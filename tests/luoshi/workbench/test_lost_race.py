"""Two people at one thing: who comes second is told who did what and when, and keeps his text."""

from typing import Any

import pytest
from django.utils import timezone
from forms import Form, forms_of
from people import Cast
from ready import READY, contacted, replied, under_review
from world import fresh

from luoshi.audit.models import Event
from luoshi.suggestions.services.log import stream_key


def form_of(client: Any, path: str, action: str = "") -> Form:
    """The form that does an act, as it stands on its page."""
    answer = client.get(path)
    assert answer.status_code == 200
    return next(form for form in forms_of(answer.content.decode(), action) if "seen" in form.sends)


def newest(suggestion_id: int) -> Event:
    found = Event.objects.filter(stream__key=stream_key(suggestion_id)).order_by("-seq").first()
    assert found is not None
    return found


def told_of(event: Event) -> str:
    payload = event.payload or {}
    return f"{timezone.localtime(event.at):%Y-%m-%d %H:%M} {payload['actor']}"


# Acts whose gate or state another person can close first: the act, and what the other one does meanwhile.
RACES = [
    ("suggestion.register", "not_accept", "congress", {"exclusion": "no_content", "note": "补充"}),
    ("assignment.reject_return", "approve_return", "government", {"reason": "同意改办"}),
    ("assignment.consent_extension", "refuse_extension", "congress", {"reason": "可以按期办"}),
    ("reply.approve", "send_back", "government", {"reason": "没有时限"}),
    ("suggestion.close", "close", "congress", {}),
    ("publication.withhold", "withhold", "government", {"reason": "涉密", "ground": "state_secret"}),
    ("assignment.accept", "reassign", "government", {"reason": "改由教育局"}),
]


@pytest.mark.parametrize(("mine", "theirs", "other", "data"), RACES, ids=[row[0] for row in RACES])
def test_the_second_one_is_told_who_was_faster(
    cast: Cast, signed_in: Any, mine: str, theirs: str, other: str, data: dict[str, Any]
) -> None:
    ready = READY[mine](cast)
    name = mine.split(".")[1]
    client = signed_in(ready.actor)
    path = f"/office/acts/{type(ready.subject).__name__.lower()}/{ready.subject.pk}/{name}/"
    form = form_of(client, path)
    units = (
        {"units": [{"unit": cast.world.schools.pk, "role": "lead"}]}
        if theirs in ("approve_return", "reassign")
        else {}
    )
    cast.world.act(ready.subject, theirs, cast.people[other], **data, **units)
    event = newest(getattr(ready.subject, "suggestion_id", ready.subject.pk))
    state = fresh(ready.subject).state
    answer = client.post(path, form.with_(reason="我写的理由"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "您打开这一页之后，有人先办了" in page
    assert told_of(event) in page
    assert newest(getattr(ready.subject, "suggestion_id", ready.subject.pk)).seq == event.seq
    assert fresh(ready.subject).state == state


def test_the_text_is_kept_and_the_news_are_told_newest_first(cast: Cast, signed_in: Any) -> None:
    reply = under_review(cast)
    client = signed_in(cast.government)
    path = f"/office/acts/reply/{reply.pk}/send_back/"
    form = form_of(client, path, "send_back/")
    cast.world.act(reply, "send_back", cast.government, reason="没有时限")
    cast.world.act(reply, "edit", cast.lead_head, body="改过了")
    answer = client.post(path, form.with_(reason="我写了很久的退改意见"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "我写了很久的退改意见" in page
    assert page.index("修改了答复稿") < page.index("答复稿退回修改")


def test_an_old_link_says_what_happened_instead_of_nothing(cast: Cast, signed_in: Any) -> None:
    reply = under_review(cast)
    cast.world.act(reply, "approve", cast.government)
    answer = signed_in(cast.government).get(f"/office/acts/reply/{reply.pk}/approve/")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "这份答复现在不在审核中" in page
    assert told_of(newest(reply.suggestion_id)) in page
    # Whose act it never is learns nothing.
    assert signed_in(cast.co_head).get(f"/office/acts/reply/{reply.pk}/approve/").status_code == 404


def test_a_contact_answered_twice(cast: Cast, signed_in: Any) -> None:
    lead, contact = contacted(cast)
    client = signed_in(cast.writer)
    form = form_of(client, f"/office/suggestions/{lead.suggestion_id}/", "deny_contact/")
    cast.world.act(lead, "confirm_contact", cast.writer, contact=contact)
    answer = client.post(form.action, form.with_(reason="当天没有人来过"))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "这条沟通记录代表已经答复过" in page
    assert "代表确认沟通属实" in page
    assert "当天没有人来过" in page


def test_a_unit_is_not_told_of_what_it_may_not_know(cast: Cast, signed_in: Any) -> None:
    lead, contact = contacted(cast)
    client = signed_in(cast.lead_head)
    path = f"/office/acts/assignment/{lead.pk}/start/"
    form = form_of(client, path)
    cast.world.act(lead, "deny_contact", cast.writer, contact=contact, reason="没有来过")
    page = client.post(path, form.with_()).content.decode()
    assert "开始办理前须先与代表沟通" in page
    assert "不属实" not in page
    assert "没有来过" not in page


def test_nothing_new_is_claimed_where_nothing_happened(cast: Cast, signed_in: Any) -> None:
    suggestion = replied(cast)
    client = signed_in(cast.writer)
    path = f"/office/acts/suggestion/{suggestion.pk}/evaluate/"
    form = form_of(client, path)
    answer = client.post(path, form.with_(grades__process="dissatisfied", grades__result="satisfied"))
    assert answer.status_code == 400
    assert "有人先办了" not in answer.content.decode()
