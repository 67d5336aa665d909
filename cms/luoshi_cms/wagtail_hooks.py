"""What Wagtail's admin shows the people of a county's site: their queue, their pages, and nothing else."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from luoshi.accounts.actor import Role
from luoshi.accounts.models import User
from luoshi.accounts.roles import ROLE_LABELS
from luoshi.accounts.selectors import roles_of
from luoshi.errors import Refusal
from luoshi.notifications.models import Notice
from luoshi.tenancy import tenant_current
from luoshi_cms.files import may_read
from luoshi_cms.workflow.queue import articles_live, come_back_to, waiting_for
from luoshi_cms.workflow.services import may_be_sent_in, review_resubmit
from luoshi_cms.workflow.views import attachment, preview, review

MENU = frozenset({"explorer", "images", "documents", "office-notices"})
"""Entries of the menu that stay, each shown by Wagtail to those alone who have a right there."""
NOT_OFFERED = frozenset({"action-publish", "action-submit", "action-unpublish", "action-cancel-workflow"})
"""Buttons of Wagtail's own under a page: it is sent in with ours, published by the third step, and taken down
by who answers for it."""
SEND_IN = "action-send-in"
NOTICES_SHOWN = 5


class TodayPanel(Component):
    """Who is here, what he has not read yet, and the way to what the office keeps for him."""

    name = "site_today"
    order = 90
    template_name = "luoshi_cms/workflow/today.html"

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """His name, roles and unread notices."""
        assert parent_context is not None
        request = parent_context["request"]
        user, notices = request.user, Notice.objects.filter(recipient=request.user.pk, read_at__isnull=True)
        roles = roles_of(user) if isinstance(user, User) else frozenset()
        return {
            "request": request,
            "place": tenant_current().name,
            "person": user,
            "role_labels": [label for role, label in ROLE_LABELS.items() if role in roles],
            "notices": list(notices.order_by("-created_at", "-pk")[:NOTICES_SHOWN]),
            "unread": notices.count(),
        }


class QueuePanel(Component):
    """What waits for the person who looks, what has come back to the editors, what the last reviewer may take
    down."""

    name = "site_queue"
    order = 100
    template_name = "luoshi_cms/workflow/queue.html"

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The lists of this person's roles."""
        assert parent_context is not None
        user = parent_context["request"].user
        roles = roles_of(user) if isinstance(user, User) else frozenset()
        return {
            "waiting": waiting_for(user) if roles else (),
            "come_back": come_back_to(user) if roles else (),
            "live": articles_live(user) if roles else (),
            "is_editor": Role.SITE_EDITOR in roles,
            "is_reviewer": bool(roles - {Role.SITE_EDITOR}),
        }


class SendInItem(ActionMenuItem):
    """Saves what an editor has written and sends it in for review."""

    name = SEND_IN
    label = "保存并送审"
    icon_name = "resubmit"
    order = 60

    def is_shown(self, context: Mapping[str, Any]) -> bool:
        """Where an editor writes something that can be reviewed."""
        page = context.get("page")
        if context["view"] == "create":
            return True
        if context["view"] != "edit" or context["locked_for_user"] or page is None:
            return False
        # Once it is saved there is something new; of a reply that is with the office there is not.
        page = page.specific
        return page.live or may_be_sent_in(page, page.current_workflow_state)


def send_in_item() -> ActionMenuItem:
    """See :class:`SendInItem`."""
    return SendInItem()


def buttons(items: list[ActionMenuItem], request: HttpRequest, context: Mapping[str, Any]) -> None:
    """No button that leads around the review; what is open to nobody is not offered either."""
    items[:] = [item for item in items if item.name not in NOT_OFFERED]


def send_in(request: HttpRequest, page: Page) -> HttpResponse | None:
    """After a page was saved with our button: its review begins, or the editor is told why not."""
    if SEND_IN not in request.POST or not isinstance(request.user, User):
        return None
    try:
        review_resubmit(page_id=page.pk, user=request.user)
    except Refusal as refusal:
        messages.error(request, f"已保存为草稿，没有送审：{refusal.message}")
        return redirect("wagtailadmin_pages:edit", page.pk)
    messages.success(request, f"“{page.get_admin_display_title()}”已送审，从一审开始")
    return redirect("wagtailadmin_home")


def panels(request: HttpRequest, shown: list[Component]) -> None:
    """The queue in place of Wagtail's own panels, which tell of the work of others."""
    shown[:] = [TodayPanel(), QueuePanel()]


def menu(request: HttpRequest, shown: list[Any]) -> None:
    """The site's pages, pictures and files."""
    shown[:] = [item for item in shown if item.name in MENU]


def notices_item() -> MenuItem:
    """From here to the product's notices, and so to the rest of the office."""
    return MenuItem("通知", reverse("office-notices"), name="office-notices", icon_name="mail", order=20)


def look() -> str:
    """Our own colours, so that one sees that it is the same house."""
    return format_html('<link rel="stylesheet" href="{}">', static("luoshi_cms/admin.css"))


def document_ask(document: Any, request: HttpRequest) -> None:
    """A file is given to whoever works on the site; to others while a public page has it.

    :raises Http404: for anybody else.
    """
    if not may_read(request, document):
        raise Http404


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
        path("review/<int:page_id>/files/<int:file_id>/", attachment, name="site_review_file"),
    ]


hooks.register("register_page_action_menu_item", send_in_item)
hooks.register("construct_page_action_menu", buttons)
hooks.register("after_create_page", send_in)
hooks.register("after_edit_page", send_in)
hooks.register("register_admin_menu_item", notices_item)
hooks.register("insert_global_admin_css", look)
hooks.register("before_serve_document", document_ask)
hooks.register("construct_homepage_panels", panels)
hooks.register("construct_main_menu", menu)
hooks.register("before_move_page", move)
hooks.register("register_admin_urls", urls)
