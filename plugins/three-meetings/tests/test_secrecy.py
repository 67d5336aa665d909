"""A confirmation from the other side's browser is refused, and no page of the other side holds a secret."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from endpoints import COUNTY_LINES
from meeting_steps import meeting, method_switch
from people import Cast, person
from ready import accepted
from world import fresh

from luoshi.accounts.actor import Role
from luoshi.accounts.models import User
from luoshi.methods.facade import county_methods
from luoshi.suggestions.models import Contact
from luoshi.suggestions.selectors.cases import case_view
from luoshi.tenancy import tenant_current
from luoshi_tenants.context import county_context
from luoshi_tenants.models import County
from luoshi_three_meetings import services
from luoshi_three_meetings.models import Slip

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

BASE = "/methods/three-meetings"
PASSWORD = "Zhujiao-2026-xiang"


@pytest.fixture(scope="module")
def laid_contact(laid_cast: Cast, django_db_blocker: "DjangoDbBlocker") -> Contact:
    """A meeting that waits for the deputy, once for all tests of this file."""
    with django_db_blocker.unblock(), county_context(County.objects.get(code="430422")):
        method_switch()
        part = accepted(laid_cast)
        return meeting(laid_cast, part, "before", said=None)


@pytest.fixture
def contact(laid_contact: Contact, cast: Cast) -> Contact:
    """A meeting that waits for the deputy."""
    made: Contact = fresh(laid_contact)
    return made


@pytest.fixture
def issued(cast: Cast, contact: Contact) -> services.IssuedSlip:
    """A slip for it."""
    return services.slip_issue(contact_id=contact.pk, actor=cast.congress, days=30)


def refused(client: Client, issued: services.IssuedSlip, contact: Contact) -> bool:
    """Every way to answer is refused here, nothing of the case is shown, and nothing is written."""
    answers = [
        client.get(f"{BASE}/a/{issued.token}/"),
        client.post(f"{BASE}/a/{issued.token}/", {"answer": "true"}),
        client.post(f"{BASE}/code/", {"code": issued.code}),
        client.post(f"{BASE}/code/", {"code": issued.code, "answer": "true"}),
    ]
    shown = [answer.status_code for answer in answers if "县交通运输局" not in answer.content.decode()]
    return shown == [403] * 4 and fresh(contact).confirmed is None and Slip.objects.get().used_at is None


@pytest.mark.parametrize(
    "who",
    [
        "lead_head",
        "lead_handler",
        "co_head",
        "outside_head",
        "government",
        "congress",
        "secretariat",
        "stranger",
        "second",
        "editor",
        "system_admin",
    ],
)
def test_another_account_s_browser_is_refused(
    who: str, cast: Cast, contact: Contact, issued: services.IssuedSlip, signed_in: Any
) -> None:
    assert refused(signed_in(cast.people[who]), issued, contact)


def test_the_deputy_s_own_browser_is_not_refused(
    cast: Cast, contact: Contact, issued: services.IssuedSlip, signed_in: Any
) -> None:
    client = signed_in(cast.writer)
    assert client.post(f"{BASE}/a/{issued.token}/", {"answer": "true"}).status_code == 200
    assert fresh(contact).confirmed is True


def test_a_deputy_who_works_for_a_unit_confirms_signed_in_and_not_by_slip(
    cast: Cast, contact: Contact, issued: services.IssuedSlip, signed_in: Any
) -> None:
    from luoshi.accounts.models import RoleGrant
    from luoshi.suggestions.models import UnitMember

    user = User.objects.get(pk=cast.writer.user_id)
    RoleGrant.objects.create(user=user, role=Role.UNIT_HANDLER.value)
    UnitMember.objects.create(user=user, unit=cast.world.schools, position="handler")
    client = signed_in(cast.writer)
    assert refused(client, issued, contact)
    assert client.post(f"{BASE}/mine/{contact.pk}/", {"answer": "true"}).status_code == 302
    assert fresh(contact).confirmed is True


def sign_in(client: Client, who: Any) -> None:
    user = User.objects.get(pk=who.user_id)
    user.set_password(PASSWORD)
    user.save()
    client.get("/office/login/")
    given = {"username": user.username, "password": PASSWORD}
    assert client.post("/office/login/", given).status_code == 302


@pytest.mark.parametrize(
    ("who", "is_refused"), [("lead_handler", True), ("government", True), ("writer", False)]
)
def test_a_browser_in_which_staff_were_signed_in_is_refused_afterwards(
    who: str, is_refused: bool, cast: Cast, contact: Contact, issued: services.IssuedSlip, browser: Client
) -> None:
    sign_in(browser, cast.people[who])
    browser.post("/office/logout/")
    assert browser.get("/office/").status_code == 302
    assert refused(browser, issued, contact) is is_refused


def test_the_mark_outlives_a_second_person_in_the_same_browser(
    cast: Cast, contact: Contact, issued: services.IssuedSlip, browser: Client
) -> None:
    sign_in(browser, cast.lead_handler)
    browser.post("/office/logout/")
    sign_in(browser, cast.writer)
    browser.post("/office/logout/")
    assert refused(browser, issued, contact)


def test_a_sign_in_that_ran_out_leaves_the_mark_too(
    cast: Cast, contact: Contact, issued: services.IssuedSlip, browser: Client
) -> None:
    sign_in(browser, cast.lead_handler)
    session = browser.session
    session["signed_in"] = [0, 0, 1, 1]
    session.save()
    assert browser.get("/office/").status_code == 302
    assert refused(browser, issued, contact)


def test_no_answer_to_the_other_side_holds_a_secret(
    cast: Cast, contact: Contact, issued: services.IssuedSlip, signed_in: Any, meet: Any
) -> None:
    """Every address of the product, asked by everybody but the congress and the deputy."""
    second = services.slip_issue(
        contact_id=meet(contact.assignment, "during", said=None).pk, actor=cast.writer, days=30
    )
    needles = [
        text
        for one in (issued, second)
        for text in (one.token, one.token.partition("-")[2], one.code, one.code.partition("-")[2])
    ]
    fill = {
        "suggestion": contact.suggestion_id,
        "assignment": contact.assignment_id,
        "reply": 1,
        "publication": 1,
        "notice": 1,
        "key": 1,
        "person": cast.writer.user_id,
        "token": "x",
        "schema": "c430422",
        "document": 1,
        "file": "x",
        "page": 1,
    }
    addresses = {_filled(line.address, fill) for line in COUNTY_LINES if line.method == "GET"}
    addresses |= {
        f"{BASE}{page}"
        for page in ("/", "/mine/", "/guide/", "/code/", f"/contacts/{contact.pk}/slip/", "/a/1-x/")
    }
    addresses |= {
        f"/office/acts/assignment/{contact.assignment_id}/{act}/"
        for act in ("record_contact", "confirm_contact", "plan", "start")
    }
    found = []
    for who in (
        "lead_head",
        "lead_handler",
        "co_head",
        "government",
        "outside_head",
        "leader",
        "audit_admin",
    ):
        client = signed_in(cast.people[who])
        for address in sorted(addresses):
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            text = body.decode("utf-8", "replace") + str(dict(answer.items()))
            found += [(who, address) for needle in needles if needle in text]
    assert found == []
    assert len(addresses) > 30


def _filled(address: str, fill: dict[str, Any]) -> str:
    for name, value in fill.items():
        address = address.replace("{" + name + "}", str(value))
    return address


def test_no_row_of_the_county_holds_a_secret(
    cast: Cast, contact: Contact, issued: services.IssuedSlip, signed_in: Any, browser: Client
) -> None:
    """Events, notices, outbox, sessions and the slips themselves, before and after the answer."""
    congress = signed_in(cast.congress)
    page: Any = congress.post(f"{BASE}/contacts/{contact.pk}/slip/")
    code, token = page.context["code"], page.context["link"].rstrip("/").rpartition("/")[2]
    assert browser.post(f"{BASE}/a/{token}/", {"answer": "true"}).status_code == 200
    assert fresh(contact).confirmed is True
    needles = [secret.partition("-")[2] for secret in (issued.token, issued.code, token, code)]
    assert all(len(needle) >= 8 for needle in needles)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [name for (name,) in cursor.fetchall()]
        held = []
        for name in tables:
            cursor.execute(f'SELECT "{name}"::text FROM "{name}"')
            rows = "\n".join(text for (text,) in cursor.fetchall())
            held += [(name, needle) for needle in needles if needle in rows]
    assert held == []
    case = case_view(fresh(contact.suggestion))
    exported = str(county_methods(tenant_current()).export_case(case))
    assert [needle for needle in needles if needle in exported] == []


def test_no_log_of_the_product_holds_a_secret(
    cast: Cast,
    contact: Contact,
    issued: services.IssuedSlip,
    browser: Client,
    signed_in: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Refusals and dead links too. A web server in front of it logs addresses by its own settings."""
    with caplog.at_level("DEBUG"):
        for client in (signed_in(cast.lead_head), browser):
            client.get(f"{BASE}/a/{issued.token}/")
            client.post(f"{BASE}/code/", {"code": issued.code})
            client.post(f"{BASE}/a/{issued.token}/", {"answer": "true"})
        assert browser.get(f"{BASE}/a/{issued.token}/").status_code == 404
    said = "\n".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    assert fresh(contact).confirmed is True
    assert issued.token not in said
    assert issued.code not in said


def test_the_pages_are_each_shown_to_their_people(cast: Cast, contact: Contact, signed_in: Any) -> None:
    statuses: dict[str, dict[str, int]] = {}
    pages: dict[str, Callable[[Client], Any]] = {
        "home": lambda client: client.get(f"{BASE}/"),
        "mine": lambda client: client.get(f"{BASE}/mine/"),
        "guide": lambda client: client.get(f"{BASE}/guide/"),
    }
    for who in ("lead_head", "congress", "government", "writer", "leader"):
        client = signed_in(cast.people[who])
        statuses[who] = {name: ask(client).status_code for name, ask in pages.items()}
    assert statuses == {
        "lead_head": {"home": 200, "mine": 403, "guide": 200},
        "congress": {"home": 200, "mine": 403, "guide": 200},
        "government": {"home": 200, "mine": 403, "guide": 200},
        "writer": {"home": 302, "mine": 200, "guide": 200},
        "leader": {"home": 403, "mine": 403, "guide": 200},
    }


def test_the_worklist_is_each_person_s_own(cast: Cast, contact: Contact, signed_in: Any, meet: Any) -> None:
    other = accepted(cast)
    titles = {}
    for who in ("lead_head", "co_head", "congress"):
        text = signed_in(cast.people[who]).get(f"{BASE}/").content.decode()
        titles[who] = (text.count(f"/office/suggestions/{other.suggestion_id}/"), "打印确认单" in text)
    assert titles == {"lead_head": (2, False), "co_head": (0, False), "congress": (2, True)}


def test_only_his_own_meeting_is_answered_by_a_deputy(cast: Cast, contact: Contact, signed_in: Any) -> None:
    address = f"{BASE}/mine/{contact.pk}/"
    for who in ("second", "stranger", "lead_head", "congress"):
        assert signed_in(cast.people[who]).post(address, {"answer": "true"}).status_code == 404
    client = signed_in(cast.writer)
    assert client.get(address).status_code == 405
    wrong = client.post(address, {"answer": "false"})
    assert (wrong.status_code, fresh(contact).confirmed) == (400, None)
    assert client.post(address, {"answer": "false", "reason": "没有来过"}).status_code == 302
    assert fresh(contact).denial_reason == "没有来过"


def test_a_person_without_roles_sees_nothing(contact: Contact, signed_in: Any) -> None:
    client = signed_in(person("新人"))
    assert [client.get(f"{BASE}{page}").status_code for page in ("/", "/mine/")] == [403, 403]
