"""What a page costs in statements: the same at any size, with everything that a request really sends."""

from typing import TYPE_CHECKING, Any

import pytest
from acting import browser_of, nothing_periodic
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from laid import laid
from people import Cast
from world import fresh

from luoshi.suggestions.models import Assignment, Suggestion, Unit
from luoshi.workbench.search import texts_rebuild

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

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


def asked(client: Client, path: str) -> tuple[int, int]:
    """Status and statements of one request, the health check with them."""
    with nothing_periodic():
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            status = client.get(path).status_code
    return status, len(queries) + HEALTH_CHECK


def price(client: Client, path: str) -> int:
    """Statements of one request that is answered."""
    status, statements = asked(client, path)
    assert status == 200
    return statements


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


LISTS = [LIST + query for query in ("", "?q=涵洞", "?state=assigned&light=fine", "?page=2")]
START = ["/office/"]
READERS = (*LEADS, "presidium", "co_handler", "editor", "stranger", "audit_admin")
STARTERS = (*LEADS, "presidium", "co_handler", "stranger", "system_admin", "security_admin")
Prices = dict[str, list[tuple[int, int]]]


@pytest.fixture(scope="module")
def sizes(laid_cast: Cast, django_db_blocker: "DjangoDbBlocker") -> tuple[Prices, Prices]:
    """What the lists and the start page cost, by page and person, in a county of two cases and in the same
    one of twenty. Nothing stays of it but the numbers.
    """

    def look() -> tuple[Prices, Prices]:
        world = laid_cast.world

        def prices(who: str, paths: list[str]) -> list[tuple[int, int]]:
            client = browser_of(laid_cast.people[who])
            return [asked(client, path) for path in paths]

        def grown(count: int) -> Prices:
            for _ in range(count):
                world.handed_over()
                world.registered()
            texts_rebuild()
            lists = {f"lists {who}": prices(who, LISTS) for who in READERS}
            return lists | {f"start {who}": prices(who, START) for who in STARTERS}

        return grown(1), grown(9)

    with django_db_blocker.unblock(), laid(look) as found:
        return found


@pytest.mark.parametrize("who", READERS)
def test_a_list_costs_no_more_than_fifteen(sizes: Any, who: str) -> None:
    few, many = (size[f"lists {who}"] for size in sizes)
    assert few == many
    assert [status for status, _ in many] == [200] * len(LISTS)
    assert max(statements for _, statements in many) <= 15, many


@pytest.mark.parametrize("who", STARTERS)
def test_a_start_page_costs_no_more_than_twenty(sizes: Any, who: str) -> None:
    few, many = (size[f"start {who}"] for size in sizes)
    assert few == many
    ((status, statements),) = many
    assert (status, statements <= 20) == (200, True), many
