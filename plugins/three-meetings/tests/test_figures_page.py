"""The figures on the statistics page: each leads to its list, and denials are the congress's alone."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from figures_read import PAGE, links, listed, read
from meeting_steps import at_work, drafted, issue, meeting, method_switch
from people import Cast
from ready import accepted

from luoshi.accounts.actor import Actor
from luoshi.suggestions.models import Suggestion
from luoshi_tenants.context import county_context
from luoshi_tenants.models import County

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

OWN = "methods.three-meetings."
Entered = Callable[[Actor], Client]


@pytest.fixture(scope="module")
def counted(laid_cast: Cast, django_db_blocker: "DjangoDbBlocker") -> None:
    """Two parts that have replied, one of them met as asked; a denied and an unanswered contact."""
    cast = laid_cast
    with django_db_blocker.unblock(), county_context(County.objects.get(code="430422")):
        method_switch(before="watch", during="watch", after="watch", face_to_face=0)
        for met in (True, False):
            lead = at_work(cast)
            if met:
                meeting(cast, lead, "before")
                meeting(cast, lead, "during")
            issue(cast, drafted(cast, lead))
        meeting(cast, accepted(cast), "before", said=False)
        meeting(cast, accepted(cast), "before", said=None)


@pytest.mark.usefixtures("counted")
def test_every_figure_is_a_link_to_as_many(cast: Cast, signed_in: Entered) -> None:
    client = signed_in(cast.congress)
    found = [row for row in links(read(client, PAGE)) if row[1].startswith(OWN)]
    assert {code.removeprefix(OWN): number for _, code, number in found} == {
        "contact_rate": 3,
        "face_to_face_rate": 2,
        "confirmed_rate": 2,
        "proxy_confirmed_rate": 0,
        "denied_rate": 1,
        "complete_rate": 1,
    }
    assert [listed(client, address) for address, _, _ in found] == [number for _, _, number in found]
    whole = f"/office/statistics/17-4/list/?figure={OWN}complete_rate.denominator"
    assert listed(client, whole) == 2


@pytest.mark.usefixtures("counted")
def test_what_tells_a_denial_is_not_the_government_s(cast: Cast, signed_in: Entered) -> None:
    client = signed_in(cast.government)
    text = read(client, PAGE)
    assert ("确认率" in text, "不属实率" in text) == (True, False)
    assert [row for row in links(text) if row[1] == f"{OWN}complete_rate"] == []
    methods = json.loads(read(client, f"{PAGE}report.json"))["methods"]
    assert [row["code"] for row in methods[0]["figures"]] == [
        "contact_rate",
        "face_to_face_rate",
        "confirmed_rate",
        "proxy_confirmed_rate",
        "complete_rate",
    ]
    for side in ("numerator", "denominator"):
        read(client, f"/office/statistics/17-4/list/?figure={OWN}complete_rate.{side}", 404)


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    "code",
    ["complete_rate", "complete_rate.value", "contact_rate.numerator", "no.numerator", "a.b.numerator"],
)
def test_a_list_that_the_method_does_not_give(cast: Cast, signed_in: Entered, code: str) -> None:
    client = signed_in(cast.congress)
    read(client, f"/office/statistics/17-4/list/?figure={OWN}{code}", 404)
    assert listed(client, f"/office/suggestions/?session=17-4&figure={OWN}{code}") == 0


@pytest.mark.usefixtures("counted")
def test_the_townships_are_counted_apart(cast: Cast, signed_in: Entered) -> None:
    client = signed_in(cast.congress)
    moved = Suggestion.objects.order_by("pk").values_list("pk", flat=True)[:1]
    Suggestion.objects.filter(pk__in=list(moved)).update(congress_body="township")
    for body, whole in (("county", 3), ("township", 1)):
        report = json.loads(read(client, f"{PAGE}report.json?body={body}"))
        assert report["methods"][0]["figures"][0]["denominator"] == whole == report["handed_over"]
