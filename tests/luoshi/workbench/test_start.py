"""The start page of each role: its figures are those of the lists behind them, at a constant price."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from acting import nothing_periodic
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from laid import laid
from people import Cast, cast_make
from ready import STAGES, co_signing, draft, stages_keep

from luoshi.accounts.actor import Role
from luoshi.accounts.models import RoleProposal, User
from luoshi.accounts.roles import SITE_ROLES
from luoshi.suggestions.models import Clock
from luoshi.workbench.duties import DUTIES, duties_of
from luoshi.workbench.listing import Asked, suggestions_list
from luoshi.workbench.selectors import start_page

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

EVERYBODY = (
    "writer",
    "second",
    "invited",
    "stranger",
    "congress",
    "secretariat",
    "presidium",
    "government",
    "lead_head",
    "lead_handler",
    "co_head",
    "co_handler",
    "outside_head",
    "leader",
    "committee",
    "editor",
    "system_admin",
    "audit_admin",
)
TODAY = timezone.localdate()
LINK = re.compile(r'href="(/office/suggestions/[^"]*)"')


def in_every_stage(cast: Cast) -> None:
    """A case at every stage that the product knows."""
    cast.kept.clear()
    draft(cast)
    co_signing(cast)
    stages_keep(cast, STAGES)


@pytest.fixture(scope="module")
def everywhere(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[Cast]:
    """The county with a case at every stage, walked there once for all tests here."""

    def make() -> Cast:
        cast = cast_make()
        in_every_stage(cast)
        return cast

    with django_db_blocker.unblock(), laid(make) as cast:
        yield cast


@pytest.fixture
def cast(everywhere: Cast, county: object) -> Cast:
    """What a test does is undone after it."""
    return replace(everywhere, kept=dict(everywhere.kept))


@pytest.mark.parametrize("people", [EVERYBODY[::2], EVERYBODY[1::2]])
def test_each_figure_is_that_of_the_list_behind_it(cast: Cast, people: tuple[str, ...]) -> None:
    Clock.objects.filter(pk__in=list(Clock.objects.values_list("pk", flat=True)[::2])).update(
        due_on=timezone.localdate().replace(year=2020), starts_on=timezone.localdate().replace(year=2019)
    )
    for who in people:
        actor = cast.people[who]
        start = start_page(actor, TODAY)
        for row in [*start.owed, *start.waits]:
            for light, count in (("", row.count), ("late", row.late)):
                asked = Asked.read({"todo": row.duty.key, "light": light})
                assert len(suggestions_list(actor, asked, TODAY).rows) == count
        for light, count in start.lights:
            found = suggestions_list(actor, Asked.read({"light": light.key}), TODAY)
            assert len(found.rows) == count
        for unit in start.units:
            for light, count, _ in unit.lights:
                asked = Asked.read({"unit": str(unit.unit_id), "light": light.key})
                assert len(suggestions_list(actor, asked, TODAY).rows) == count


TURNS: dict[str, tuple[set[str], set[str]]] = {
    "writer": ({"finish", "evaluate"}, {"wait-reply", "wait-intake"}),
    "invited": ({"cosign"}, set()),
    "congress": ({"register", "assign"}, {"wait-accept", "wait-reply", "wait-evaluation"}),
}


def test_a_case_is_somebodys_turn(cast: Cast) -> None:
    for who, (owed, waits) in TURNS.items():
        start = start_page(cast.people[who], TODAY)
        assert owed - {row.duty.key for row in start.owed} == set()
        assert waits - {row.duty.key for row in start.waits} == set()
    for who in ("stranger", "outside_head", "audit_admin"):
        start = start_page(cast.people[who], TODAY)
        assert (start.owed, start.waits, start.turning) == ([], [], [])


def test_a_duty_belongs_to_a_role_and_goes_by_one_name() -> None:
    keys = [duty.key for duty in DUTIES]
    assert len(keys) == len(set(keys))
    assert all(duty.roles for duty in DUTIES)


def test_the_start_page_costs_the_same_however_much_there_is(cast: Cast, signed_in: Any) -> None:
    everybody = [who for who in EVERYBODY if not cast.people[who].roles <= SITE_ROLES]  # they begin elsewhere
    clients = {who: signed_in(cast.people[who]) for who in everybody}
    for client in clients.values():
        client.get("/office/")  # what is asked once and kept
    spent = [{who: _price(client) for who, client in clients.items()}]
    in_every_stage(cast)
    spent.append({who: _price(client) for who, client in clients.items()})
    assert spent[0] == spent[1]
    assert [who for who, count in spent[1].items() if count > 20] == []


def _price(client: Any) -> int:
    with nothing_periodic(), CaptureQueriesContext(connection) as queries:
        assert client.get("/office/").status_code == 200
    return len(queries)


def test_every_link_of_the_start_page_leads_somewhere(cast: Cast, signed_in: Any) -> None:
    for who in ("writer", "congress", "lead_head"):
        client = signed_in(cast.people[who])
        text = client.get("/office/").content.decode()
        links = {link.replace("&amp;", "&") for link in LINK.findall(text)}
        assert len(links) > len(duties_of(cast.people[who])) // 3
        assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_roles_that_are_asked_for_wait_for_the_security_administrator_alone(
    cast: Cast, signed_in: Any
) -> None:
    row = '<a class="wb-row" href="/office/people/?state=waiting" hx-boost="false">'
    client = signed_in(cast.security_admin)
    assert row not in client.get("/office/").content.decode()
    new = User.objects.create(username="xinren", full_name="新人")
    for role in (Role.UNIT_HANDLER, Role.UNIT_HEAD):
        RoleProposal.objects.create(user=new, role=role)
    text = client.get("/office/").content.decode()
    assert row in text
    assert start_page(cast.security_admin, TODAY).owed_total == 1
    assert "共 1 人" in client.get("/office/people/?state=waiting").content.decode()
    assert start_page(cast.people["system_admin"], TODAY).owed_total == 0
