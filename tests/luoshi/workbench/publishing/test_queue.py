"""The way of replies to the public: every reply that was sent, its stage and days, and who sees which."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from people import Cast
from ready import CHECKED, PUBLISHED, at_publication, issued, today

from luoshi.accounts.actor import Actor
from luoshi.suggestions.models import Clock

SignedIn = Callable[[Actor], Client]
PAGE = "/office/publishing/"


@pytest.fixture
def filled(cast: Cast) -> None:
    """One undecided and late, one checked, one public, one withheld."""
    late = issued(cast, title="关于迟迟未定的建议")
    Clock.objects.filter(reply=late, kind="publication").update(due_on=today() - timedelta(days=3))
    at_publication(cast, *CHECKED, title="关于等着脱敏的建议")
    at_publication(cast, *PUBLISHED, title="关于已经公开的建议")
    at_publication(cast, ("withhold", "office"), title="关于不公开的建议")


def titles(client: Client, query: str = "") -> list[str]:
    answer = client.get(PAGE + query)
    assert answer.status_code == 200
    return re.findall(r'<th scope="row"><a[^>]*>([^<]*)</a>', html.unescape(answer.content.decode()))


@pytest.mark.usefixtures("filled")
def test_what_turns_red_first_stands_first_and_each_stage_by_itself(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.government)
    assert titles(client)[0] == "关于迟迟未定的建议"
    assert len(titles(client)) == 4
    for query, title in (
        ("?late=1", "关于迟迟未定的建议"),
        ("?stage=undecided", "关于迟迟未定的建议"),
        ("?stage=secrecy_checked", "关于等着脱敏的建议"),
        ("?stage=published", "关于已经公开的建议"),
        ("?stage=withheld", "关于不公开的建议"),
    ):
        assert titles(client, query) == [title]
    assert titles(client, "?stage=nonsense") == titles(client)
    text = client.get(PAGE).content.decode()
    assert re.findall(r'href="\?stage=(\w+)">[^<]*<b>(\d+)</b>', text) == [
        ("undecided", "1"),
        ("secrecy_checked", "1"),
        ("published", "1"),
        ("withheld", "1"),
    ]
    assert "涉及个人信息" in text


@pytest.mark.usefixtures("filled")
def test_who_sees_it(cast: Cast, signed_in: SignedIn) -> None:
    seen = {}
    for name, actor in cast.people.items():
        if actor.user_id is not None:
            answer = signed_in(actor).get(PAGE)
            menu = f'href="{PAGE}"' in answer.content.decode()
            seen[name] = (answer.status_code, menu)
            assert menu == (answer.status_code == 200)
    assert {name for name, (status, _) in seen.items() if status == 200} == {
        *("congress", "secretariat", "government"),
        *("lead_head", "lead_handler", "co_head", "co_handler", "outside_head", "outside_handler"),
    }
    assert len(titles(signed_in(cast.lead_head))) == 4
    assert titles(signed_in(cast.co_head)) == []
    assert titles(signed_in(cast.outside_head)) == []


def test_it_asks_the_same_however_many_there_are(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.government)
    spent = []
    for title in ("关于一的建议", "关于二的建议", "关于三的建议"):
        issued(cast, title=title)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        spent.append(len(queries))
    assert spent[1] == spent[2]
    assert spent[2] <= 15
