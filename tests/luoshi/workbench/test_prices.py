"""What a page costs in statements: the same at any size, with everything that a request really sends."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from people import Cast
from world import fresh

from luoshi.suggestions.models import Assignment, Suggestion, Unit
from luoshi.workbench.search import texts_rebuild

LEADS = (
    "congress",
    "government",
    "lead_head",
    "lead_handler",
    "writer",
    "leader",
    "committee",
    "secretariat",
)
LIST = "/office/suggestions/"
HEALTH_CHECK = 1
"""The first statement of a request outside of tests: whether the kept connection still lives."""


def price(client: Client, path: str) -> int:
    """Statements of one request, the health check with them; the session's own clock was moved before."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries) + HEALTH_CHECK


def parts(cast: Cast, count: int) -> Suggestion:
    """A case in handling with ``count`` separate leads of one round, each with a letter under review."""
    units = [cast.world.roads] + [Unit.objects.create(name=f"分办单位{count}-{n}") for n in range(1, count)]
    row = cast.world.handed_over(units=[{"unit": unit.pk, "role": "separate"} for unit in units])
    for part in Assignment.objects.filter(suggestion=row):
        part.replies.create(suggestion=row, round=1, state="under_review", body="答复")
    return fresh(row)


@pytest.mark.parametrize("who", LEADS)
def test_a_case_costs_the_same_however_many_units_handle_it(cast: Cast, signed_in: Any, who: str) -> None:
    one, five = parts(cast, 2), parts(cast, 7)
    client = signed_in(cast.people[who])
    few, many = (price(client, f"{LIST}{row.pk}/") for row in (one, five))
    assert (many - few, many <= 35) == (0, True), (few, many)


@pytest.mark.parametrize("who", [*LEADS, "presidium", "co_handler", "editor", "stranger", "audit_admin"])
def test_a_list_costs_no_more_than_fifteen(cast: Cast, signed_in: Any, who: str) -> None:
    client = signed_in(cast.people[who])
    prices = []
    for count in (1, 9):
        for _ in range(count):
            cast.world.handed_over()
            cast.world.registered()
        texts_rebuild()
        prices.append(
            [
                price(client, LIST + query)
                for query in ("", "?q=涵洞", "?state=assigned&light=fine", "?page=2")
            ]
        )
    assert prices[0] == prices[1]
    assert max(prices[1]) <= 15, prices


@pytest.mark.parametrize(
    "who", [*LEADS, "presidium", "co_handler", "editor", "stranger", "system_admin", "security_admin"]
)
def test_a_start_page_costs_no_more_than_twenty(cast: Cast, signed_in: Any, who: str) -> None:
    client = signed_in(cast.people[who])
    prices = []
    for count in (1, 9):
        for _ in range(count):
            cast.world.handed_over()
            cast.world.registered()
        prices.append(price(client, "/office/"))
    assert prices[0] == prices[1]
    assert prices[1] <= 20
