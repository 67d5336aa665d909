"""List, case, notices: who sees what, at which price, and what an expired login does."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from laid import laid
from people import Cast
from ready import drafted, replied
from world import fresh

from luoshi.audit.services import event_append
from luoshi.notifications.models import Notice
from luoshi.suggestions.models import Clock, Suggestion
from luoshi.suggestions.services.log import stream_key
from luoshi.workbench.listing import Asked, suggestions_list
from luoshi.workbench.search import texts_rebuild

TODAY = timezone.localdate()
ROW = re.compile(r'<th scope="row"><a href="/office/suggestions/(\d+)/">')


def listed(client: Client, query: str = "") -> list[int]:
    return [int(pk) for pk in ROW.findall(client.get(f"/office/suggestions/{query}").content.decode())]


def price(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_list_holds_what_a_person_may_see(cast: Cast, signed_in: Any) -> None:
    w = cast.world
    mine, theirs = (
        w.handed_over(),
        w.handed_over([{"unit": w.water.pk, "role": "lead"}], title="关于水渠的建议"),
    )
    assert sorted(listed(signed_in(cast.congress))) == [mine.pk, theirs.pk]
    assert listed(signed_in(cast.lead_head)) == [mine.pk]
    assert listed(signed_in(cast.co_head)) == [theirs.pk]
    assert listed(signed_in(cast.outside_head)) == []
    assert listed(signed_in(cast.stranger)) == []


def test_what_turns_red_first_stands_first(cast: Cast, signed_in: Any) -> None:
    rows = [cast.world.handed_over(title=f"第{number}件") for number in range(3)]
    for row, year in zip(rows, (2033, 2031, 2032), strict=True):
        Clock.objects.filter(suggestion=row).update(due_on=TODAY.replace(year=year))
    waiting = cast.world.registered()
    order = [rows[1].pk, rows[2].pk, rows[0].pk, waiting.pk]
    assert listed(signed_in(cast.congress)) == order


@pytest.fixture(scope="class")
def two(laid_cast: Cast) -> Iterator[dict[str, Suggestion]]:
    """Two suggestions for a class of tests, each with marks of its own."""

    def make() -> dict[str, Suggestion]:
        rows = {
            "a": laid_cast.world.handed_over(category="交通"),
            "b": laid_cast.world.registered(title="关于路灯的建议", content="二"),
        }
        Suggestion.objects.filter(pk=rows["b"].pk).update(is_key=True)
        Clock.objects.filter(suggestion=rows["a"]).update(due_on=TODAY.replace(year=2033))
        texts_rebuild()
        return rows

    with laid(make) as rows:
        yield rows


class TestFilters:
    """Over the same two suggestions."""

    @pytest.mark.parametrize(
        ("query", "hits"),
        [
            ("?session=17-4", "ab"),
            ("?session=16-1", ""),
            ("?state=assigned", "a"),
            ("?state=registered", "b"),
            ("?light=none", "b"),
            ("?light=fine", "a"),
            ("?category=交通", "a"),
            ("?key=1", "b"),
            ("?class=resolved", ""),
            ("?q=涵洞", "a"),
            ("?q=没有的词", ""),
            ("?todo=assign", "b"),
            ("?todo=evaluate", ""),
            ("?todo=nonsense", ""),
            ("?role=lead", ""),
            ("?unit=99999999999999999999", ""),
            ("?page=99", "ab"),
            ("?page=x&unknown=1", "ab"),
        ],
    )
    def test_the_address_holds_the_filters(
        self, two: dict[str, Suggestion], cast: Cast, signed_in: Any, query: str, hits: str
    ) -> None:
        assert sorted(listed(signed_in(cast.congress), query)) == sorted(two[name].pk for name in hits)


def test_the_roles_filter_by_this_persons_own_part(cast: Cast) -> None:
    w = cast.world
    led = w.handed_over([{"unit": w.roads.pk, "role": "lead"}, {"unit": w.water.pk, "role": "co"}])
    helped = w.handed_over([{"unit": w.water.pk, "role": "lead"}, {"unit": w.roads.pk, "role": "co"}])

    def found(actor: Any, role: str) -> list[int]:
        return [row.pk for row in suggestions_list(actor, Asked.read({"role": role}), TODAY).rows]

    assert (found(cast.lead_head, "lead"), found(cast.lead_head, "co")) == ([led.pk], [helped.pk])
    assert sorted(found(cast.writer, "first")) == [led.pk, helped.pk]
    assert found(cast.writer, "signed") == []


def test_counts_are_what_a_click_would_show(cast: Cast) -> None:
    cast.world.handed_over()
    cast.world.handed_over()
    cast.world.registered()
    Clock.objects.update(due_on=TODAY.replace(year=2033))
    found = suggestions_list(cast.congress, Asked.read({"state": "registered"}), TODAY)
    assert {choice.value: choice.count for choice in found.states} == {"registered": 1, "assigned": 2}
    assert {choice.value: choice.count for choice in found.lights} == {
        "late": 0,
        "soon": 0,
        "fine": 0,
        "none": 1,
    }
    assert (found.total, [choice.link for choice in found.states]) == (1, ["?", "?state=assigned"])
    found = suggestions_list(cast.congress, Asked.read({"light": "fine"}), TODAY)
    assert {choice.value: choice.count for choice in found.states} == {"assigned": 2}
    assert (found.total, len(found.rows)) == (2, 2)


def test_a_list_is_paged_by_fifty(cast: Cast, signed_in: Any) -> None:
    _copies(cast.world.registered(), 60)
    client = signed_in(cast.congress)
    first, second = listed(client), listed(client, "?page=2")
    assert (len(first), len(second), len({*first, *second})) == (50, 11, 61)


WATCHING = ("congress", "government", "lead_head", "writer", "leader")
QUERIES = ("", "?todo=wait-reply&light=fine&q=涵洞&state=assigned&session=17-4")


def test_the_list_costs_the_same_however_long_it_is(cast: Cast, signed_in: Any) -> None:
    clients = {who: signed_in(cast.people[who]) for who in WATCHING}

    def prices() -> dict[tuple[str, str], int]:
        return {
            (who, query): price(client, f"/office/suggestions/{query}")
            for who, client in clients.items()
            for query in QUERIES
        }

    cast.world.handed_over()
    texts_rebuild()
    for client in clients.values():
        client.get("/office/suggestions/")
    few = prices()
    for _ in range(4):
        cast.world.handed_over()
    texts_rebuild()
    assert prices() == few
    assert {page: cost for page, cost in few.items() if cost > 15} == {}


def _copies(row: Suggestion, count: int) -> None:
    Suggestion.objects.bulk_create(
        Suggestion(
            session=row.session,
            lead_deputy=row.lead_deputy,
            title=f"第{number}件",
            state=row.state,
            number=1000 + number,
        )
        for number in range(count)
    )


def test_a_case_is_there_for_whom_may_see_it(cast: Cast, signed_in: Any) -> None:
    row = replied(cast)
    statuses = {
        "congress": 200,
        "government": 200,
        "writer": 200,
        "lead_handler": 200,
        "co_head": 200,
        "leader": 200,
        "stranger": 404,
        "outside_head": 404,
        "audit_admin": 404,
        "editor": 404,
    }
    found = {
        who: signed_in(cast.people[who]).get(f"/office/suggestions/{row.pk}/").status_code for who in statuses
    }
    assert found == statuses


@pytest.mark.parametrize("number", ["0", "999999999999999999"])
def test_a_case_that_is_not_there_is_404(cast: Cast, signed_in: Any, number: str) -> None:
    assert signed_in(cast.congress).get(f"/office/suggestions/{number}/").status_code == 404


def test_a_draft_letter_is_for_its_unit_and_the_offices(cast: Cast, signed_in: Any) -> None:
    reply = drafted(cast)
    type(reply).objects.filter(pk=reply.pk).update(body="尚未定稿的内容")

    def reads(actor: Any) -> bool:
        page = signed_in(actor).get(f"/office/suggestions/{reply.suggestion_id}/").content.decode()
        return "尚未定稿的内容" in page

    assert {
        who: reads(cast.people[who]) for who in ("lead_head", "congress", "government", "co_head", "leader")
    } == {
        "lead_head": True,
        "congress": True,
        "government": True,
        "co_head": False,
        "leader": False,
    }


def test_what_was_entered_is_for_the_congress_and_a_grade_not_for_units(cast: Cast, signed_in: Any) -> None:
    row = replied(cast)
    cast.world.evaluate(row, "dissatisfied")

    def page(actor: Any) -> str:
        return str(signed_in(actor).get(f"/office/suggestions/{row.pk}/").content.decode())

    seen = {
        who: ("填写的内容" in page(cast.people[who]), "不满意" in page(cast.people[who]))
        for who in ("congress", "writer", "government", "lead_head")
    }
    assert seen == {
        "congress": (True, True),
        "writer": (False, True),
        "government": (False, False),
        "lead_head": (False, False),
    }


def test_a_case_costs_the_same_however_long_its_story_is(cast: Cast, signed_in: Any) -> None:
    row = replied(cast)
    client = signed_in(cast.congress)
    client.get(f"/office/suggestions/{row.pk}/")
    few = price(client, f"/office/suggestions/{row.pk}/")
    for _ in range(60):
        event_append(
            stream_key=stream_key(row.pk),
            kind="suggestion.remind_evaluation",
            actor_id=cast.congress.user_id,
            actor_role="congress_office",
            payload={"label": "催评", "actor": "联工委"},
        )
    assert price(client, f"/office/suggestions/{row.pk}/") == few
    assert few <= 35


def test_a_notice_leads_to_its_case_and_is_then_read(cast: Cast, signed_in: Any) -> None:
    row = cast.world.handed_over()
    notice = Notice.objects.create(
        recipient_id=cast.writer.user_id, suggestion=row, kind="x", text="已交办", message_id=1
    )
    client = signed_in(cast.writer)
    assert '1<span class="visually-hidden"> 条未读' in client.get("/office/").content.decode()
    assert client.get(f"/office/notices/{notice.pk}/").status_code == 405
    answer = client.post(f"/office/notices/{notice.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/office/suggestions/{row.pk}/")
    assert fresh(notice).read_at is not None
    assert signed_in(cast.stranger).post(f"/office/notices/{notice.pk}/").status_code == 404


def test_whoever_is_not_signed_in_is_sent_to_the_login_and_back(at: Any, county: object) -> None:
    answer = at("hengnan.localhost").get("/office/suggestions/?q=x")
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/office/login/?next=/office/suggestions/%3Fq%3Dx",
    )


@pytest.mark.parametrize(
    ("shown", "back"),
    [
        (
            "http://hengnan.localhost/office/suggestions/?state=draft",
            "%2Foffice%2Fsuggestions%2F%3Fstate%3Ddraft",
        ),
        ("http://elsewhere.invalid//elsewhere.invalid/", "%2Foffice%2F"),
        ("", "%2Foffice%2F"),
    ],
)
def test_a_script_whose_login_has_expired_is_sent_there_as_a_whole_page(
    at: Any, county: object, shown: str, back: str
) -> None:
    answer = at("hengnan.localhost").get(
        "/office/suggestions/", headers={"HX-Request": "true", "HX-Current-URL": shown}
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/office/login/?next={back}")


def test_an_empty_list_says_what_to_do_next(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.outside_head)
    assert "还没有您可以看到的建议" in client.get("/office/suggestions/").content.decode()
    assert "没有符合这些条件的建议" in client.get("/office/suggestions/?state=closed").content.decode()


@pytest.mark.parametrize("address", ["/office/", "/office/suggestions/", "/office/notices/", "case"])
def test_a_page_holds_no_script_of_its_own(cast: Cast, signed_in: Any, address: str) -> None:
    row = replied(cast)
    path = f"/office/suggestions/{row.pk}/" if address == "case" else address
    answer = signed_in(cast.congress).get(path)
    text = answer.content.decode()
    assert re.findall(r"<script(?![^>]*\ssrc=\"/static/)[^>]*>", text) == []
    assert re.findall(r"\s(?:on\w+|style|hx-on[\w:-]*)=|javascript:", text) == []
    assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//", text) == []
    assert '"allowEval":false' in text
    assert "script-src 'self';" in answer["Content-Security-Policy"]
