"""Wagtail's admin, address by address: shut without its permission, and no way up for those who have it.

What its models hold is soft by nature (its own permissions have been got round before), so the platform keeps
nothing confidential there; here it is held to its door.
"""

import sys
from copy import deepcopy
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import Resolver404, get_resolver, path, resolve
from endpoints import CMS_PUBLIC, METHODS, Route, group_of, routes_of, sample
from sides import Sides, body, send

from luoshi.accounts.actor import Role
from luoshi.accounts.models import User
from luoshi.accounts.roles import ADMIN_ROLES, BUSINESS_ROLES, SITE_ROLES
from luoshi.accounts.services import user_create

COUNTY = "luoshi_site.urls.county"
SHUT = (
    *("cms/users/", "cms/groups/", "cms/login/", "cms/password_reset/", "cms/failwhale/", "cms/test404/"),
    *("cms/workflows/", "cms/reports/", "cms/embeds/", "cms/forms/", "cms/pages/workflow/", "cms/account/"),
    *("cms/images/multiple/create_from_uploaded_", "cms/documents/multiple/create_from_uploaded_"),
    "cms/logout/",  # the office's own
)
SIGN_IN = ("/office/login/", "/cms/login/")  # the second one leads to the first
NEVER = 987_654_321


def admin_routes(patterns: Any) -> list[Route]:
    """All of Wagtail's admin that anybody can reach."""
    return [
        route
        for route in routes_of(patterns)
        if group_of(route.text) == "cms/" and not route.text.startswith(SHUT) and route.text not in CMS_PUBLIC
    ]


def open_ones(patterns: Any, client: Client, methods: tuple[str, ...]) -> list[tuple[str, str, int]]:
    """Addresses that answer ``client`` with anything but the way to the sign-in."""
    found = []
    for route in admin_routes(patterns):
        address = sample(route.text)
        for method in methods:
            answer = send(client, method, address)
            leads_to = answer.headers.get("Location", "").partition("?")[0]
            if answer.status_code != 302 or leads_to not in SIGN_IN:
                found.append((method, address, answer.status_code))
    return found


@pytest.fixture
def superuser(sides: Sides) -> Client:
    """What no screen of ours makes: a superuser at the first county."""
    user = User.objects.create(username="root", full_name="甲", is_superuser=True)
    client = Client(SERVER_NAME=sides[0].host, raise_request_exception=False)
    client.force_login(user, backend="luoshi_tenants.backends.CountyBackend")
    return client


def test_each_route_has_an_address_that_reaches_it() -> None:
    """Or the tests below would knock at a door that is not there."""
    for route in admin_routes(get_resolver(COUNTY).url_patterns):
        try:
            found = resolve(sample(route.text), COUNTY)
            assert found.route.replace("^", "") == route.text.replace("^", "")
        except Resolver404:
            pytest.fail(f"no address for {route.text}")


def test_a_stranger_is_sent_to_sign_in_from_each_address(sides: Sides) -> None:
    assert open_ones(get_resolver(COUNTY).url_patterns, sides[0].client(), METHODS) == []


def test_nobody_gets_in_without_a_role_of_the_public_site(sides: Sides) -> None:
    """All other roles of a county together open nothing: the system administrator is no superuser."""
    client = sides[0].client("office")
    assert open_ones(get_resolver(COUNTY).url_patterns, client, ("GET", "POST")) == []
    landed = client.get("/cms/", follow=True)
    assert (landed.status_code, "没有权限" in landed.content.decode()) == (403, True)


def test_an_open_address_below_the_admin_is_found(
    sides: Sides, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check above can fail: a view that somebody adds there without Wagtail's own guard."""

    def leak(request: HttpRequest, pk: int) -> HttpResponse:
        return HttpResponse("open")

    county, leaking = sys.modules[COUNTY], ModuleType("leaking_urls")
    leaking.urlpatterns = [path("cms/leak/<int:pk>/", leak), *county.urlpatterns]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "leaking_urls", leaking)
    settings.ROOT_URLCONF = "leaking_urls"
    client = sides[0].client()
    assert open_ones(leaking.urlpatterns[:1], client, ("GET",)) == [("GET", "/cms/leak/1/", 200)]


@pytest.mark.parametrize("address", sorted(CMS_PUBLIC))
def test_what_is_public_in_the_admin_is_the_same_everywhere(sides: Sides, address: str) -> None:
    here, there = sides
    answers = [body(side.client(who).get(f"/{address}")) for side in sides for who in ("nobody", "congress")]
    assert len(set(answers)) == 1
    assert [marker.encode() in answers[0] for marker in (here.marker, there.marker)] == [False, False]


@pytest.mark.parametrize(
    "address",
    [
        "/cms/users/",
        "/cms/users/new/",
        "/cms/users/edit/{user}/",
        "/cms/users",
        "/cms/groups/",
        "/cms/groups/new/",
        "/cms/groups/edit/1/",
        "/cms/bulk/accounts/user/assign_role/?id={user}",
        "/cms/bulk/accounts/user/set_active_state/?id={user}",
        "/cms/bulk/accounts/user/delete/?id={user}",
        "/cms/bulk/auth/group/delete/?id=1",
        "/cms/password_reset/",
        "/cms/password_reset/confirm/x/y/",
        "/cms/failwhale/",
        "/_util/login/",
        "/cms/workflows/list/",
        "/cms/workflows/add/",
        "/cms/workflows/tasks/index/",
        "/cms/workflows/task_chooser/create/",
        "/cms/reports/site-history/",
        "/cms/embeds/chooser/",
        "/cms/forms/",
        "/cms/pages/workflow/action/1/approve/1/",
        "/cms/images/multiple/create_from_uploaded_image/1/",
        "/cms/documents/multiple/create_from_uploaded_document/1/",
    ],
)
def test_people_and_passwords_are_not_wagtails_even_for_a_superuser(superuser: Client, address: str) -> None:
    """Whoever may change people there can make himself, or anybody, a superuser."""
    address = address.format(user=User.objects.get(username="root").pk)
    assert {method: send(superuser, method, address).status_code for method in METHODS} == dict.fromkeys(
        METHODS, 404
    )


def test_an_editor_who_may_change_people_cannot_reach_them(sides: Sides) -> None:
    """The permission itself opens nothing: neither the screens nor the admin's own API."""
    user = sides[0].people["office"]
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "add_user", "change_user", "delete_user"])
    )
    client = sides[0].client("office")
    assert client.get("/cms/").status_code == 200
    for address in (f"/cms/users/edit/{user.pk}/", "/cms/users/new/", "/cms/groups/"):
        assert client.get(address).status_code == 404
    assert b"/cms/users/edit" not in body(client.get("/cms/"))
    form = {"username": user.username, "is_superuser": "on", "is_active": "on"}
    client.post(f"/cms/users/edit/{user.pk}/", form)
    user.refresh_from_db()
    assert user.is_superuser is False


ROLES_AND_RIGHTS = [
    (BUSINESS_ROLES - SITE_ROLES, set()),
    (BUSINESS_ROLES, {"wagtailadmin.access_admin"}),
]


@pytest.mark.parametrize("admin", sorted(ADMIN_ROLES))
@pytest.mark.parametrize(("business", "rights"), ROLES_AND_RIGHTS)
def test_no_account_of_ours_holds_more_of_wagtails_permissions_than_the_way_in(
    sides: Sides, admin: Role, business: frozenset[Role], rights: set[str]
) -> None:
    """What it may do to pages and files hangs on these, and stands with its tests (tests/cms/workflow)."""
    made = user_create(username="all", full_name="甲", password=None, roles={*business, admin})
    user = User.objects.get(pk=made.pk)
    assert (user.is_superuser, user.is_staff, user.get_all_permissions()) == (False, False, rights)


def test_no_group_of_a_county_holds_a_right_over_people_sites_or_publishing(sides: Sides) -> None:
    """Whatever groups there are, whoever has made them."""
    plain = Permission.objects.filter(group__isnull=False).distinct()
    pages = Permission.objects.filter(grouppagepermission__isnull=False).distinct()
    files = Permission.objects.filter(groupcollectionpermission__isnull=False).distinct()
    held = [
        {f"{row.content_type.app_label}.{row.codename}" for row in rows} for rows in (plain, pages, files)
    ]
    assert held == [
        {"wagtailadmin.access_admin"},
        {"wagtailcore.add_page", "wagtailcore.change_page"},
        {
            "wagtailimages.add_image",
            "wagtailimages.choose_image",
            "wagtaildocs.add_document",
            "wagtaildocs.choose_document",
        },
    ]


def test_another_countys_ids_are_nothing_in_the_admin_and_nothing_breaks(
    sides: Sides, superuser: Client
) -> None:
    """Even a superuser sees his own county: each address with an id that only the other one has."""
    _, there = sides
    wrong = []
    cookies = deepcopy(superuser.cookies)
    for route in admin_routes(get_resolver(COUNTY).url_patterns):
        addresses = {sample(route.text, int(number)) for number in (there.ids["page"], NEVER)}
        answers = {address: superuser.get(address) for address in addresses}
        superuser.cookies = deepcopy(cookies)  # one of them signs out
        statuses = {answer.status_code for answer in answers.values()}
        seen = [there.marker.encode() in body(answer) for answer in answers.values()]
        if len(statuses) != 1 or max(statuses) >= 500 or any(seen):
            wrong.append((sorted(answers), statuses, seen))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize(
    "address",
    [
        "/api/v2/pages/",
        "/api/v3/pages/",
        "/api/v3/openapi.json",
        "/api/v2/documents/",
        "/api/",
        "/api/v1/pages/",
        "/cms/api/v2/pages/",
        "/cms/api/v3/pages/",
    ],
)
def test_wagtails_apis_are_not_there(sides: Sides, address: str) -> None:
    """A stranger gets nothing; a person of the county no list of pages or people either."""
    here, _ = sides
    for who in ("nobody", "office"):
        answer = here.client(who).get(address)
        expected = 404 if address.startswith("/api/") else 302
        assert answer.status_code == expected
        assert here.marker.encode() not in body(answer)


@pytest.mark.parametrize("kind", ["pages", "documents", "images"])
def test_the_admins_own_api_asks_for_the_admins_permission(sides: Sides, kind: str) -> None:
    here, _ = sides
    for who in ("nobody", "office"):
        for headers in ({}, {"X-Requested-With": "XMLHttpRequest"}):
            answer = here.client(who).get(f"/cms/api/main/{kind}/?fields=*", headers=headers)
            assert answer.status_code == (403 if headers else 302)
            assert here.marker.encode() not in body(answer)
