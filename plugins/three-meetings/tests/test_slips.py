"""Slips: who gets one, what opens it, that it answers once, and that a guess is counted."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from meeting_steps import meeting, method_switch
from people import Cast, person
from ready import accepted
from world import fresh

from luoshi.accounts.actor import Role
from luoshi.audit.models import Event
from luoshi.errors import NotAllowed, NotFound, WrongState
from luoshi.suggestions.models import Contact, Suggestion
from luoshi_tenants.context import county_context
from luoshi_tenants.models import County
from luoshi_three_meetings import services
from luoshi_three_meetings.models import Slip, WrongCode

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

Switch = Callable[..., None]
Meet = Callable[..., Any]
BASE = "/methods/three-meetings"


@pytest.fixture(scope="module")
def laid_contact(laid_cast: Cast, django_db_blocker: "DjangoDbBlocker") -> Contact:
    """A meeting that waits for the deputy, once for all tests of this file."""
    with django_db_blocker.unblock(), county_context(County.objects.get(code="430422")):
        method_switch()
        part = accepted(laid_cast)
        return meeting(laid_cast, part, "before", said=None, place="村委会", summary="听取对涵洞位置的意见")


@pytest.fixture
def contact(laid_contact: Contact, cast: Cast) -> Contact:
    """A meeting that waits for the deputy."""
    made: Contact = fresh(laid_contact)
    return made


@pytest.fixture
def issued(cast: Cast, contact: Contact) -> services.IssuedSlip:
    """A slip on paper for it."""
    return services.slip_issue(contact_id=contact.pk, actor=cast.congress, days=30)


def link(issued: services.IssuedSlip) -> str:
    return f"{BASE}/a/{issued.token}/"


def standing(contact: Contact) -> tuple[bool | None, bool, str]:
    row = fresh(contact)
    return (row.confirmed, row.answered_by_proxy, row.denial_reason)


UNANSWERED = (None, False, "")


def test_opening_a_link_shows_who_says_what_and_changes_nothing(
    contact: Contact, issued: services.IssuedSlip, browser: Client
) -> None:
    """A mail scanner that follows links confirms nothing."""
    before = Event.objects.count()
    for method in ("get", "head", "get"):
        answer = getattr(browser, method)(link(issued))
        assert answer.status_code == 200
    text = browser.get(link(issued)).content.decode()
    for said in ("田禾苗", "县交通运输局", "办前见面", "登门走访", "村委会", "听取对涵洞位置的意见", "属实"):
        assert said in text
    assert (standing(contact), Event.objects.count()) == (UNANSWERED, before)
    assert Slip.objects.get().used_at is None
    assert answer["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer["Cache-Control"]


def test_a_post_confirms_once_as_the_deputy_himself(
    contact: Contact, issued: services.IssuedSlip, browser: Client
) -> None:
    answer = browser.post(link(issued), {"answer": "true"})
    assert (answer.status_code, "已经记下" in answer.content.decode()) == (200, True)
    assert standing(contact) == (True, False, "")
    event = Event.objects.order_by("-pk").first()
    assert event is not None
    assert (event.kind, event.payload["channel"], event.payload.get("on_behalf")) == (
        "assignment.confirm_contact",
        "link",
        None,
    )
    again = browser.post(link(issued), {"answer": "false", "reason": "反悔"})
    assert (again.status_code, standing(contact)) == (404, (True, False, ""))
    assert browser.get(link(issued)).status_code == 404
    assert Event.objects.filter(kind__endswith="_contact").count() == 2


def test_a_denial_needs_a_reason_that_the_congress_sees_and_the_unit_does_not(
    contact: Contact, issued: services.IssuedSlip, browser: Client, cast: Cast, signed_in: Any
) -> None:
    for reason in ("", "   "):
        answer = browser.post(link(issued), {"answer": "false", "reason": reason})
        assert (answer.status_code, standing(contact)) == (400, UNANSWERED)
    answer = browser.post(link(issued), {"answer": "false", "reason": "那天我在外地开会"})
    assert answer.status_code == 200
    assert standing(contact) == (False, False, "那天我在外地开会")
    seen = {}
    for who in ("congress", "writer", "lead_head", "lead_handler", "government", "co_head"):
        page = signed_in(cast.people[who]).get(f"/office/suggestions/{contact.suggestion_id}/")
        assert page.status_code == 200
        seen[who] = "那天我在外地开会" in page.content.decode()
    assert seen == {
        "congress": True,
        "writer": True,
        "lead_head": False,
        "lead_handler": False,
        "government": False,
        "co_head": False,
    }


@pytest.mark.parametrize("given", ["", "yes", "TRUE"])
def test_a_post_without_an_answer_only_shows(
    given: str, contact: Contact, issued: services.IssuedSlip, browser: Client
) -> None:
    assert browser.post(link(issued), {"answer": given}).status_code == 200
    assert standing(contact) == UNANSWERED


def test_a_forged_expired_or_revoked_link_opens_nothing(
    contact: Contact, issued: services.IssuedSlip, browser: Client, cast: Cast
) -> None:
    number, _, secret = issued.token.partition("-")
    bad = [
        f"{number}-{secret[:-1]}",
        f"{number}-{secret[::-1]}",
        f"{int(number) + 1}-{secret}",
        f"{number}-",
        secret,
        "1",
        f"{number}-{issued.slip.token_digest}",
        issued.code,
    ]
    for token in bad:
        for method in ("get", "post"):
            answer = getattr(browser, method)(f"{BASE}/a/{token}/", {"answer": "true"})
            assert (token, answer.status_code) == (token, 404)
            assert "田禾苗" not in answer.content.decode()
    assert browser.get(link(issued)).status_code == 200
    Slip.objects.update(issued_at=issued.slip.issued_at - timedelta(days=40))
    Slip.objects.update(expires_at=issued.slip.issued_at - timedelta(seconds=1))
    assert browser.post(link(issued), {"answer": "true"}).status_code == 404
    Slip.objects.update(expires_at=issued.slip.expires_at)
    newer = services.slip_issue(contact_id=contact.pk, actor=cast.congress, days=30)
    assert browser.post(link(issued), {"answer": "true"}).status_code == 404
    assert standing(contact) == UNANSWERED
    assert browser.post(link(newer), {"answer": "true"}).status_code == 200


def test_a_secret_is_bound_to_county_contact_and_deputy(
    two_counties: Any, contact: Contact, issued: services.IssuedSlip, cast: Cast, meet: Meet, switch: Switch
) -> None:
    """The same row with another contact or deputy, or in another county, is opened by it no more."""
    other = meet(accepted(cast), "before", said=None)
    assert services.slip_by_token(issued.token).pk == issued.slip.pk
    for changed in ({"contact": other}, {"deputy_id": cast.second.deputy_id}):
        Slip.objects.filter(pk=issued.slip.pk).update(**changed)
        with pytest.raises(NotFound):
            services.slip_by_token(issued.token)
        with pytest.raises(NotFound):
            services.slip_by_code(issued.code, address="1")
        Slip.objects.filter(pk=issued.slip.pk).update(contact=contact, deputy_id=cast.writer.deputy_id)
    digests = Slip.objects.values_list("token_digest", "code_digest").get()
    with county_context(two_counties[1]):
        from luoshi_three_meetings import secrets_of_slips

        bound = {"contact_id": contact.pk, "deputy_id": cast.writer.deputy_id or 0}
        for kind, secret, digest in zip(("token", "code"), (issued.token, issued.code), digests, strict=True):
            text = secret.partition("-")[2]
            assert not secrets_of_slips.secret_matches(kind, text, digest, **bound)
            with pytest.raises(NotFound):
                services.slip_by_token(secret)
    assert services.slip_by_code(issued.code, address="1").pk == issued.slip.pk


def test_another_county_s_host_opens_nothing(
    two_counties: Any, issued: services.IssuedSlip, contact: Contact
) -> None:
    other = Client(SERVER_NAME="xinhua.localhost")
    assert other.get(link(issued)).status_code == 404
    assert other.post(link(issued), {"answer": "true"}).status_code == 404
    assert standing(contact) == UNANSWERED


def test_a_code_opens_the_same_and_answers_once(
    contact: Contact, issued: services.IssuedSlip, browser: Client
) -> None:
    page = f"{BASE}/code/"
    assert browser.get(page).status_code == 200
    shown = browser.post(page, {"code": f" {issued.code[:-4]} {issued.code[-4:]} "})
    assert (shown.status_code, "田禾苗" in shown.content.decode()) == (200, True)
    wide = "".join(chr(ord(mark) + 0xFEE0) for mark in issued.code)  # as a Chinese keyboard may type it
    assert browser.post(page, {"code": wide}).status_code == 200
    assert standing(contact) == UNANSWERED
    assert browser.post(page, {"code": issued.code, "answer": "true"}).status_code == 200
    assert standing(contact) == (True, False, "")
    assert browser.post(page, {"code": issued.code, "answer": "true"}).status_code == 404
    assert browser.get(f"{page}?code={issued.code}").status_code == 200  # an address opens nothing


def test_five_wrong_codes_void_a_slip(contact: Contact, issued: services.IssuedSlip, browser: Client) -> None:
    number, _, digits = issued.code.partition("-")
    wrong = f"{number}-{(int(digits) + 1) % 10**8:08d}"
    for _ in range(5):
        assert browser.post(f"{BASE}/code/", {"code": wrong, "answer": "true"}).status_code == 404
    assert browser.post(f"{BASE}/code/", {"code": issued.code, "answer": "true"}).status_code == 404
    assert browser.get(link(issued)).status_code == 404
    assert standing(contact) == UNANSWERED


def test_too_many_wrong_codes_from_one_address_are_refused_for_a_while(
    contact: Contact, issued: services.IssuedSlip, browser: Client
) -> None:
    for number in range(20):
        answer = browser.post(f"{BASE}/code/", {"code": f"{issued.slip.pk + 7 + number}-00000000"})
        assert answer.status_code == 404
    assert browser.post(f"{BASE}/code/", {"code": issued.code}).status_code == 429
    assert services.slip_by_code(issued.code, address="another").pk == issued.slip.pk
    WrongCode.objects.update(first_at=issued.slip.issued_at - timedelta(minutes=16))
    assert browser.post(f"{BASE}/code/", {"code": issued.code}).status_code == 200


@pytest.mark.parametrize(
    "who",
    [
        "lead_head",
        "lead_handler",
        "co_head",
        "government",
        "stranger",
        "second",
        "secretariat",
        "leader",
        "committee",
        "system_admin",
    ],
)
def test_a_slip_is_given_to_the_congress_and_the_deputy_alone(
    who: str, contact: Contact, cast: Cast, signed_in: Any
) -> None:
    address = f"{BASE}/contacts/{contact.pk}/slip/"
    client = signed_in(cast.people[who])
    for method in ("get", "post"):
        assert getattr(client, method)(address).status_code in (403, 404)
    with pytest.raises((NotAllowed, NotFound)):
        services.slip_issue(contact_id=contact.pk, actor=cast.people[who], days=3)
    assert not Slip.objects.exists()


def test_whoever_also_works_for_a_unit_gets_no_slip(contact: Contact, cast: Cast, signed_in: Any) -> None:
    both = person("身兼二职", Role.CONGRESS_OFFICE, Role.UNIT_HANDLER, unit=cast.world.water)
    assert signed_in(both).post(f"{BASE}/contacts/{contact.pk}/slip/").status_code == 403
    assert not Slip.objects.exists()


@pytest.mark.parametrize("who", ["congress", "writer"])
def test_a_slip_shows_its_secrets_once(who: str, contact: Contact, cast: Cast, signed_in: Any) -> None:
    address = f"{BASE}/contacts/{contact.pk}/slip/"
    client = signed_in(cast.people[who])
    assert "二维码" in client.get(address).content.decode()
    assert not Slip.objects.exists()
    page = client.post(address)
    text = page.content.decode()
    slip = Slip.objects.get()
    assert (page.status_code, f"{slip.pk}-" in text) == (200, True)
    picture = text[text.index("<svg") : text.index("</svg>")]
    assert ("viewBox" in picture, 'width="' in picture.partition(">")[0]) == (True, False)  # shown whole
    assert slip.issued_as == ("paper" if who == "congress" else "own")
    assert "已开过一张" in client.get(address).content.decode()
    code = text.partition('tm-code">')[2].partition("<")[0]
    assert services.slip_by_code(code, address="1").pk == slip.pk
    assert code not in client.get(address).content.decode()


def test_an_answered_meeting_needs_no_slip_and_voids_the_one_that_is_out(
    contact: Contact, issued: services.IssuedSlip, cast: Cast, browser: Client
) -> None:
    cast.world.act(contact.assignment, "confirm_contact", cast.writer, contact=contact.pk)
    assert Slip.objects.get().revoked_at is not None
    assert browser.get(link(issued)).status_code == 404
    with pytest.raises(WrongState):
        services.slip_issue(contact_id=contact.pk, actor=cast.congress, days=3)


def test_the_deputy_corrects_with_his_slip_what_staff_entered_for_him(
    contact: Contact, issued: services.IssuedSlip, cast: Cast, browser: Client
) -> None:
    cast.world.act(
        contact.assignment, "confirm_contact", cast.congress, contact=contact.pk, basis="确认单第1号"
    )
    assert standing(contact) == (True, True, "")
    answer = browser.post(link(issued), {"answer": "false", "reason": "我没有签过字"})
    assert answer.status_code == 200
    assert standing(contact) == (False, False, "我没有签过字")


def test_a_refusal_of_the_door_leaves_the_slip_unused(
    contact: Contact, issued: services.IssuedSlip, browser: Client
) -> None:
    Suggestion.objects.filter(pk=contact.suggestion_id).update(lead_deputy=None)
    answer = browser.post(link(issued), {"answer": "true"})
    assert (answer.status_code, standing(contact)) == (404, UNANSWERED)
    assert Slip.objects.get().used_at is None


def test_where_the_method_is_off_there_are_no_pages(
    contact: Contact, issued: services.IssuedSlip, cast: Cast, signed_in: Any, browser: Client
) -> None:
    from luoshi.accounts.actor import SYSTEM_ACTOR
    from luoshi.methods.services import method_disable

    pages = ["/", "/mine/", "/guide/", "/code/", f"/contacts/{contact.pk}/slip/", f"/a/{issued.token}/"]
    client = signed_in(cast.congress)
    assert 404 not in [client.get(BASE + page).status_code for page in pages[:1]]
    method_disable(slug="three-meetings", actor=SYSTEM_ACTOR)
    for one in (client, browser, signed_in(cast.writer)):
        assert {one.get(BASE + page).status_code for page in pages} == {404}
    assert browser.post(link(issued), {"answer": "true"}).status_code == 404
    assert standing(contact) == UNANSWERED
