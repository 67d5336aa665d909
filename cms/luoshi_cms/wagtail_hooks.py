"""What Wagtail's admin shows the people of a county's site: their queue, their pages, and nothing else."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from luoshi.accounts.models import User
from luoshi_cms.workflow.guard import GovernedPage
from luoshi_cms.workflow.queue import come_back_to, waiting_for
from luoshi_cms.workflow.services import may_be_sent_in
from luoshi_cms.workflow.views import preview, review

MENU = frozenset({"explorer", "images", "documents"})
"""Entries of the menu that stay, each shown by Wagtail to those alone who have a right there."""


class QueuePanel(Component):
    """What waits for the person who looks, and what has come back to the editors."""

    name = "site_queue"
    order = 100
    template_name = "luoshi_cms/workflow/queue.html"

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The two lists."""
        assert parent_context is not None
        user = parent_context["request"].user
        is_person = isinstance(user, User)
        return {
            "waiting": waiting_for(user) if is_person else (),
            "come_back": come_back_to(user) if is_person else (),
        }


class SendInItem(ActionMenuItem):
    """Leads from the editor of a reply page to where it is sent in for review."""

    name = "action-send-in"
    label = "去送审"
    icon_name = "resubmit"
    order = 60

    def is_shown(self, context: Mapping[str, Any]) -> bool:
        """Where an editor has something to send in."""
        page = context.get("page")
        if not isinstance(page, GovernedPage) or context["view"] != "edit" or context["locked_for_user"]:
            return False
        return may_be_sent_in(page, page.current_workflow_state)

    def get_url(self, parent_context: Mapping[str, Any]) -> str:
        """The review's page."""
        return reverse("site_review", args=[parent_context["page"].pk])


def send_in_item() -> ActionMenuItem:
    """See :class:`SendInItem`."""
    return SendInItem()


def panels(request: HttpRequest, shown: list[Component]) -> None:
    """The queue in place of Wagtail's own panels, which tell of the work of others."""
    shown[:] = [QueuePanel()]


def summary(request: HttpRequest, shown: list[Any]) -> None:
    """No counts of what is in the site."""
    shown.clear()


def menu(request: HttpRequest, shown: list[Any]) -> None:
    """The site's pages, pictures and files."""
    shown[:] = [item for item in shown if item.name in MENU]


def move(request: HttpRequest, page: Page, destination: Page) -> None:
    """Ask before the page that asks whether one is sure: Wagtail shows that one to everybody.

    :raises PermissionDenied: this page may not be moved there.
    """
    if not page.permissions_for_user(request.user).can_move_to(destination):
        raise PermissionDenied


def urls() -> list[URLPattern]:
    """The review's own page, below Wagtail's door."""
    return [
        path("review/<int:page_id>/", review, name="site_review"),
        path("review/<int:page_id>/preview/", preview, name="site_review_preview"),
    ]


hooks.register("register_page_action_menu_item", send_in_item)
hooks.register("construct_homepage_panels", panels)
hooks.register("construct_homepage_summary_items", summary)
hooks.register("construct_main_menu", menu)
hooks.register("before_move_page", move)
hooks.register("register_admin_urls", urls)
