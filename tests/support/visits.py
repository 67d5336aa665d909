"""Every page of the workbench with somebody whose page it is.

A route that is neither visited nor excused makes the tests red (``test_every_page_is_visited``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from django.urls import get_resolver, resolve
from endpoints import routes_of

COUNTY = "luoshi_site.urls.county"


@dataclass(frozen=True)
class Visit:
    """``who`` of the cast (or nobody) looks at ``address``, in which the stage's ids are filled in."""

    who: str
    address: str

    def __str__(self) -> str:
        return f"{self.who} {self.address}"

    def path(self, ids: dict[str, Any]) -> str:
        """The address of this stage."""
        return self.address.format_map(ids)


def _visits(text: str) -> Iterator[Visit]:
    for line in text.splitlines():
        people, _, address = line.strip().partition(" ")
        for who in people.split(",") if people else ():
            yield Visit(who, address.strip())


# Who (one or several) and what he looks at. Pages that differ by role are seen by each.
VISITS = tuple(
    _visits(
        """
        nobody /office/login/
        nobody /office/people/invitation/{token}/
        system_admin /office/website/
        system_admin /office/website/redirects/
        editor,first_reviewer,final_reviewer /cms/
        first_reviewer /cms/review/{site_page}/
        writer,congress,government,lead_head,co_handler,leader,audit_admin,system_admin,editor /office/
        writer,congress,lead_handler /office/suggestions/
        congress /office/suggestions/?q=涵洞&key=1
        congress /office/suggestions/?q=没有这样的词
        writer,congress,government,lead_handler,co_handler /office/suggestions/{suggestion}/
        writer,congress /office/suggestions/{submitted}/
        writer,congress /office/suggestions/{unhappy}/
        congress,lead_handler /office/suggestions/{handed_over}/
        writer,lead_head /office/suggestions/{case_contacted}/
        invited /office/suggestions/{co_signing}/
        lead_head /office/suggestions/{case_handling}/
        congress /office/suggestions/{tracking}/
        congress,writer /office/suggestions/{suggestion}/print/
        writer,lead_handler /office/notices/
        writer,congress /office/draft/
        writer /office/draft/{draft}/
        writer /office/draft/{co_signing}/
        lead_head /office/replies/{reply}/letter/
        lead_handler /office/replies/{drafted}/letter/
        congress /office/acts/suggestion/{submitted}/register/
        congress /office/acts/suggestion/{submitted}/not_accept/
        congress /office/acts/suggestion/{registered}/merge/
        government /office/acts/suggestion/{registered}/pre_assign/
        lead_head /office/acts/suggestion/{pre_assigned}/object/
        congress /office/acts/suggestion/{pre_assigned}/hand_over/
        congress /office/acts/suggestion/{pre_assigned}/mark_key/
        lead_handler /office/acts/assignment/{pending}/accept/
        lead_handler /office/acts/assignment/{accepted}/record_contact/
        lead_handler /office/acts/assignment/{accepted}/start/
        lead_handler /office/acts/assignment/{accepted}/request_return/
        lead_handler /office/acts/assignment/{accepted}/request_extension/
        lead_handler /office/acts/assignment/{handling}/plan/
        government /office/acts/assignment/{returning}/approve_return/
        congress /office/acts/assignment/{extending}/consent_extension/
        lead_handler /office/acts/reply/{drafted}/edit/
        lead_handler /office/acts/reply/{drafted}/record_promise/
        writer /office/acts/reply/{drafted}/comment/
        lead_head /office/acts/reply/{drafted}/sign/
        government /office/acts/reply/{reviewed}/approve/
        lead_head /office/acts/publication/{publication}/check_secrecy/
        government /office/acts/publication/{checked}/confirm_rendition/
        government,lead_handler /office/publishing/
        writer,congress /office/acts/suggestion/{suggestion}/evaluate/
        congress /office/acts/suggestion/{unhappy}/rehandle/
        congress /office/acts/suggestion/{tracking}/end_tracking/
        congress /office/desk/registration/
        congress /office/desk/registration/confirm/?i={submitted}
        congress /office/desk/registration/entry/
        congress,government /office/desk/pre-assignment/
        congress /office/desk/hand-over/
        congress /office/desk/hand-over/confirm/?i={pre_assigned}
        congress /office/desk/batches/{batch}/
        congress,system_admin /office/import/
        system_admin /office/import/{import}/
        system_admin /office/import/{refused_import}/
        congress,government /office/statistics/17-4/
        congress /office/statistics/17-4/list/?figure=total
        system_admin /office/methods-setup/
        system_admin /office/methods-setup/three-meetings/
        congress,lead_handler /methods/three-meetings/
        writer /methods/three-meetings/mine/
        congress /methods/three-meetings/contacts/{contact}/slip/
        congress,writer /methods/three-meetings/guide/
        nobody /methods/three-meetings/code/
        nobody /methods/three-meetings/a/{slip}/
        system_admin,security_admin /office/people/
        system_admin /office/people/new/
        security_admin /office/people/policy/
        writer /office/people/keys/
        system_admin,security_admin /office/people/{person}/
        audit_admin /office/audit/
        writer /office/password/
        """
    )
)

# Routes of the workbench that are no page, or not one that a person sees by itself: why.
NO_PAGE = {
    "office/logout/": "POST only",
    "office/notices/(?P<pk>[0-9]{1,18})/$": "POST only",
    "office/draft/similar/": "a part of the page on which a title is typed",
    "office/replies/(?P<pk>[0-9]{1,18})/desk/$": "POST only, of the script beside a letter",
    "office/uploads/": "POST only",
    "office/publishing/files/(?P<pk>[0-9]{1,18})/$": "a file",
    "office/import/(?P<pk>[0-9]{1,18})/confirm/$": "POST only",
    "office/import/(?P<pk>[0-9]{1,18})/discard/$": "POST only",
    "office/import/(?P<pk>[0-9]{1,18})/problems\\.xlsx$": "a file",
    "office/import/template/(?P<kind>[a-z]{1,12})\\.xlsx$": "a file",
    "office/statistics/": "leads to the newest session",
    "office/statistics/(?P<session>[0-9]{1,3}-[0-9]{1,2})/report\\.json$": "a file",
    "office/statistics/(?P<session>[0-9]{1,3}-[0-9]{1,2})/report\\.xlsx$": "a file",
    "methods/three-meetings/mine/<int:contact_id>/": "POST only",
    "office/uploads/(?P<pk>[0-9]{1,18})/thumbnail/$": "a picture",
    "office/attachments/(?P<pk>[0-9]{1,18})/$": "a file",
    "office/attachments/(?P<pk>[0-9]{1,18})/thumbnail/$": "a picture",
    "office/people/keys/<int:pk>/revoke/": "POST only",
    "office/people/<int:pk>/invite/": "POST only; its slip is looked at after sending",
    "office/people/<int:pk>/close/": "POST only",
    "office/people/<int:pk>/role/": "POST only",
    "office/people/<int:pk>/unit/": "POST only",
    "office/people/<int:pk>/deputy/": "POST only",
}


def routes() -> set[str]:
    """Every route of the workbench, the methods' pages among them."""
    patterns = get_resolver(COUNTY).url_patterns
    return {
        route.text.replace("^", "")
        for route in routes_of(patterns)
        if route.text.startswith("office/") or (route.gated and route.text.startswith("methods/"))
    }


def visited() -> set[str]:
    """Routes that somebody visits."""
    some = _AnyId()
    # No county is bound here, and without one every method is off.
    with patch("luoshi.methods.resolver.method_is_on", return_value=True):
        return {
            resolve(visit.path(some).partition("?")[0], COUNTY).route.replace("^", "") for visit in VISITS
        }


class _AnyId(dict[str, Any]):
    """Stands for the ids of any stage."""

    def __missing__(self, name: str) -> str:
        return "1"
