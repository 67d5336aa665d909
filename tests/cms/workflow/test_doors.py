"""Every door of Wagtail's, tried by each role of the site: what opens is written down, all else is shut."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from endpoints import CMS_PUBLIC, group_of, routes_of, sample

from luoshi.accounts.actor import Role
from luoshi.accounts.roles import ADMIN_ROLES, BUSINESS_ROLES, SITE_REVIEWERS, SITE_ROLES
from luoshi_cms.models import ColumnPage, HomePage, ReplyPage, TextPage
from luoshi_cms.workflow.gate import OPEN_TO_REVIEWERS
from luoshi_cms.workflow.services import step_pass

COUNTY = "luoshi_site.urls.county"

ANYWHERE = """
cms/
cms/api/main/^documents/
cms/api/main/^images/
cms/api/main/^pages/
cms/choose-anchor-link/
cms/choose-email-link/
cms/choose-external-link/
cms/choose-page/
cms/choose-page/<int:parent_page_id>/
cms/choose-page/chosen-multiple/
cms/choose-page/search/
cms/choose-phone-link/
cms/dismissibles/
cms/documents/
cms/documents/add/
cms/documents/chooser/
cms/documents/chooser/chosen-multiple/
cms/documents/chooser/create/
cms/documents/chooser/results/
cms/documents/multiple/add/
cms/documents/results/
cms/images/
cms/images/add/
cms/images/chooser/
cms/images/chooser/chosen-multiple/
cms/images/chooser/create/
cms/images/chooser/results/
cms/images/multiple/add/
cms/images/results/
cms/pages/
cms/pages/<int:page_id>/revisions/
cms/pages/<int:parent_page_id>/
cms/pages/<int:parent_page_id>/results/
cms/pages/search/
cms/pages/search/results/
cms/tag-autocomplete/
"""
"""What an editor may open whatever page it is of."""
ON_A_PAGE = r"""
cms/api/main/^pages/<int:pk>/
cms/pages/<int:page_id>/edit/
cms/pages/<int:page_id>/edit/preview/
cms/pages/<int:page_id>/history/
cms/pages/<int:page_id>/history/results/
cms/pages/<int:page_id>/usage/
cms/pages/<int:page_id>/view_draft/
cms/pages/<int:page_id>/workflow_history/
cms/pages/^(?P<pk>\d+)/revisions/compare/(?P<revision_id_a>live|earliest|\d+)\.\.\.(?P<revision_id_b>live|latest|\d+)/$
"""
REVIEW = "cms/review/<int:page_id>/", "cms/review/<int:page_id>/preview/"


def lines(text: str) -> set[str]:
    return set(text.split())


def routes() -> Iterator[str]:
    for route in routes_of(get_resolver(COUNTY).url_patterns):
        if group_of(route.text) == "cms/" and route.text not in CMS_PUBLIC:
            yield route.text


def opened(client: Client, *numbers: int) -> list[set[str]]:
    """For each number, the routes that show this person something at it, or lead on to it.

    An address without a number is asked for once.
    """
    client.raise_request_exception = False
    cookies = client.cookies.copy()
    told: dict[str, str | None] = {}
    found = []
    for number in numbers:
        addresses = {route: sample(route, number) for route in routes()}
        for route, address in addresses.items():
            if address not in told:
                told[address] = _told(client, route, address)
                client.cookies = cookies.copy()  # one of them signs out
        found.append({line for address in addresses.values() if (line := told[address]) is not None})
    return found


def _told(client: Client, route: str, address: str) -> str | None:
    answer = client.get(address)
    where = answer.headers.get("Location", "")
    shut = answer.status_code in (403, 404, 405)
    if shut or where in ("/cms/", "/office/password/") or "login" in where:
        return None
    return route if answer.status_code in (200, 302) else f"{route} {answer.status_code}"


ABOVE_THE_SITE = 1


def test_what_an_editor_opens(site: Any) -> None:
    """Of a reply its editor; below home and column more pages; above the site nothing."""
    client = site.client(site.user(site.cast.editor))
    home, column = HomePage.objects.get().pk, ColumnPage.objects.get().pk
    reply, *parents, above = opened(client, site.page.pk, home, column, ABOVE_THE_SITE)
    of_a_page = lines(ANYWHERE) | lines(ON_A_PAGE)
    added = {"cms/pages/<int:page_id>/copy/", "cms/pages/<int:parent_page_id>/add_subpage/"}
    assert reply == of_a_page | {*REVIEW}
    assert parents == [of_a_page | added] * 2
    assert above == lines(ANYWHERE)


@pytest.mark.parametrize("role", SITE_REVIEWERS)
def test_a_reviewer_opens_his_queue_and_what_is_under_review(site: Any, role: Role) -> None:
    client = site.client(site.everyone(role))
    reply, home = opened(client, site.page.pk, HomePage.objects.get().pk)
    assert reply == {"cms/", "cms/dismissibles/", *REVIEW}
    assert home == {"cms/", "cms/dismissibles/"}


def test_what_is_open_to_reviewers_is_there() -> None:
    known = {*routes(), *CMS_PUBLIC, "cms/account/"}
    assert known >= OPEN_TO_REVIEWERS


@pytest.mark.parametrize("admin", sorted(ADMIN_ROLES))
def test_all_other_roles_together_open_nothing(site: Any, admin: Role) -> None:
    client = site.client(site.everyone(*(BUSINESS_ROLES - SITE_ROLES), admin))
    assert opened(client, site.page.pk) == [set()]


ACTS = (
    ("pages/{page}/unpublish/", {}),
    ("pages/{page}/delete/", {}),
    (
        "pages/{page}/copy/",
        {"new_title": "副本", "new_slug": "fuben", "new_parent_page": "{column}", "publish_copies": "on"},
    ),
    ("pages/{page}/move/", {"new_parent_page": "{home}"}),
    ("pages/{page}/move/{home}/confirm/", {}),
    ("pages/{page}/lock/", {}),
    ("pages/{page}/unlock/", {}),
    ("pages/{page}/privacy/", {"restriction_type": "login"}),
    ("pages/{page}/convert_alias/", {}),
    ("pages/{page}/revisions/{revision}/unschedule/", {}),
    ("pages/{page}/add_subpage/", {}),
    ("pages/add/luoshi_cms/replypage/{column}/", {"title": "伪造", "action-publish": "1"}),
    ("pages/{page}/set_position/?position=0", {}),
    ("pages/workflow/action/{page}/approve/{task}/", {}),
    ("pages/workflow/collect_action_data/{page}/approve/{task}/", {}),
    ("pages/workflow/confirm_cancellation/{page}/", {}),
    ("workflows/tasks/edit/{task}/", {"name": "改名"}),
    ("workflows/tasks/disable/{task}/", {}),
    ("workflows/remove/{page}/", {}),
    ("bulk/wagtailcore/page/publish/?id={page}", {"include_descendants": "on"}),
    ("bulk/wagtailcore/page/unpublish/?id={page}", {"include_descendants": "on"}),
    ("bulk/wagtailcore/page/delete/?id={page}", {}),
    ("bulk/wagtailcore/page/move/?id={page}", {"chooser": "{home}"}),
    ("pages/{page}/edit/", {"action-publish": "1"}),
    ("pages/{page}/edit/", {"action-submit": "1"}),
    ("pages/{page}/edit/", {"action-cancel-workflow": "1"}),
    ("pages/{page}/edit/", {"action-restart-workflow": "1"}),
    ("pages/{page}/edit/", {"action-workflow-action": "1", "workflow-action-name": "approve"}),
    (
        "pages/{page}/edit/",
        {"introduction": "null", "go_live_at": "2020-01-01", "slug": "x", "approved_digest": "0"},
    ),
    ("pages/{page}/revisions/{revision}/revert/", {"action-publish": "1"}),
)
"""Each way of Wagtail's to change a page's standing, with what its form would send."""


def kept(site: Any) -> list[Any]:
    """Everything about the reply page that such an act could change."""
    page = site.page
    state = page.workflow_states.order_by("-pk").first()
    return [
        list(ReplyPage.objects.values()),
        site.publication.state,
        state.status,
        list(state.task_states.order_by("pk").values("pk", "status")),
        page.view_restrictions.count(),
        page.revisions.count(),
        TextPage.objects.count(),
    ]


def test_each_act_knocks_at_a_door_that_wagtail_has() -> None:
    """Or it would be shut for want of a door."""
    numbers = dict.fromkeys(("page", "home", "column", "revision", "task"), 1)
    wagtails = get_resolver("wagtail.admin.urls")
    for address, _ in ACTS:
        path = address.format(**numbers).partition("?")[0]
        assert wagtails.resolve("/" + path).url_name is not None, path


def numbers(site: Any) -> dict[str, int]:
    """What the addresses and forms of the acts name."""
    page = site.page
    return {
        "page": page.pk,
        "home": HomePage.objects.get().pk,
        "column": ColumnPage.objects.get().pk,
        "revision": page.latest_revision_id,
        "task": page.workflow_states.order_by("-pk").first().current_task_state_id,
    }


def knock(client: Client, names: dict[str, int], address: str, form: dict[str, str]) -> int:
    client.raise_request_exception = False
    sent = {key: value.format(**names) for key, value in form.items()}
    answer = client.post("/cms/" + address.format(**names), sent)
    assert "login" not in answer.headers.get("Location", ""), "nobody is signed in any more"
    return int(answer.status_code)


@pytest.fixture(scope="module")
def visitors(ground: Any) -> list[Client]:
    """Each role of the site, one who holds all of them, and a superuser, which nobody is; signed in."""
    people = [ground.everyone(role) for role in sorted(SITE_ROLES)] + [ground.everyone(*SITE_ROLES)]
    boss = ground.everyone()
    boss.is_superuser = True
    boss.save(update_fields=["is_superuser"])
    return [ground.client(user) for user in (*people, boss)]


@pytest.mark.parametrize(("address", "form"), ACTS, ids=lambda value: str(value)[:60])
def test_no_act_of_wagtails_changes_a_reply_under_review(
    visitors: list[Client], site: Any, address: str, form: dict[str, str]
) -> None:
    before, names = kept(site), numbers(site)
    for place, client in enumerate(visitors):
        assert knock(client, names, address, form) < 500, place
        assert kept(site) == before, place


@pytest.fixture(scope="class")
def public(ground: Any) -> Iterator[tuple[Any, Client]]:
    """The reply published by the three reviewers, and a client of one who holds every role of the site."""
    with transaction.atomic():
        for reviewer in ground.reviewers:
            step_pass(page_id=ground.page.pk, user=reviewer, seen=ground.seen)
        yield ground, ground.client(ground.everyone(*SITE_ROLES))
        transaction.set_rollback(True)


class TestPublished:
    """Published once for all of these."""

    @pytest.mark.parametrize(("address", "form"), ACTS, ids=lambda value: str(value)[:60])
    def test_no_act_of_wagtails_takes_a_published_reply_down(
        self, public: tuple[Any, Client], address: str, form: dict[str, str]
    ) -> None:
        site, client = public
        with transaction.atomic():
            before = kept(site)
            assert site.page.live is True
            assert knock(client, numbers(site), address, form) < 500
            after, page = kept(site), site.page
            transaction.set_rollback(True)
        if address.endswith("/edit/") or "revert" in address:
            # Saved as a draft of the introduction, for a review that the office would have to start.
            assert (after[1:5], page.live, page.approved_digest) == (
                before[1:5],
                True,
                before[0][0]["approved_digest"],
            )
        else:
            assert after == before
