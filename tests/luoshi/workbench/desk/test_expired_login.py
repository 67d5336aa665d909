"""A form whose login has ended: what was chosen and typed stands there again after the next login."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from people import Cast
from world import fresh

from luoshi.accounts.models import User
from luoshi.suggestions.models import Suggestion

MARK = re.compile(r'name="(typed_by|once|i|card|csrfmiddlewaretoken)" value="([^"]*)"')


def sent_too_late(cast: Cast, address: str, who: str, typed: dict[str, Any], query: str = "") -> Any:
    """The page after the login that followed; the form was sent when the login before had ended."""
    user = User.objects.get(pk=cast.people[who].user_id)
    backend = "luoshi_tenants.backends.CountyBackend"
    browser = Client(SERVER_NAME="hengnan.localhost", enforce_csrf_checks=True)
    browser.force_login(user, backend=backend)
    fields: dict[str, Any] = {}
    for name, value in MARK.findall(browser.get(address + query).content.decode()):
        fields.setdefault(name, []).append(value)
    browser.logout()
    answer = browser.post(address, {**fields, **typed})
    login = urlsplit(answer["Location"])
    assert (answer.status_code, login.path, parse_qs(login.query)) == (
        302,
        "/office/login/",
        {"next": [address]},
    )
    browser.force_login(user, backend=backend)
    return browser.get(address)


@pytest.mark.parametrize("area", ["registration", "hand-over"])
def test_what_was_chosen_is_there_again(cast: Cast, proposed: Any, submitted: Any, area: str) -> None:
    rows: list[Suggestion] = (submitted if area == "registration" else proposed)(3)
    query = f"?i={rows[0].pk}&i={rows[2].pk}"
    answer = sent_too_late(
        cast, f"/office/desk/{area}/confirm/", "congress", {"requirement": "务必见面"}, query
    )
    text = answer.content.decode()
    assert "您的内容还在，请重新提交" in text
    chosen = [value.partition(":")[0] for name, value in MARK.findall(text) if name == "i"]
    assert chosen == [str(rows[0].pk), str(rows[2].pk)]
    assert ("务必见面" in text) is (area == "hand-over")
    assert {fresh(row).state for row in rows} == {rows[0].state}


def test_a_paper_is_there_again(cast: Cast) -> None:
    address = "/office/desk/registration/entry/"
    answer = sent_too_late(cast, address, "secretariat", {"title": "关于修渠的建议", "content": "水渠渗漏。"})
    text = answer.content.decode()
    assert ("您的内容还在" in text, "关于修渠的建议" in text, "水渠渗漏。" in text) == (True, True, True)
    assert Suggestion.objects.count() == 0


def test_the_ticked_cards_are_ticked_again(cast: Cast, proposed: Any) -> None:
    [row] = proposed(1)
    schools = cast.world.schools.pk
    answer = sent_too_late(
        cast, "/office/desk/pre-assignment/", "government", {"to": schools, "role": "co", "how": "add"}
    )
    text = answer.content.decode()
    assert re.findall(r'name="card" value="(\d+:\d+):[^"]*" checked', text) == [
        f"{row.pk}:{cast.world.roads.pk}"
    ]
    assert f'<option value="{schools}" selected>' in text
    assert [part.unit_id for part in row.proposals.all()] == [cast.world.roads.pk]
