"""The person behind a request of the workbench, and what every page of it shows around its content."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page

from luoshi.accounts.actor import Actor, Role
from luoshi.accounts.models import User
from luoshi.accounts.roles import ADMIN_ROLES, ROLE_LABELS, SITE_REVIEWERS, SITE_ROLES
from luoshi.accounts.rules import may
from luoshi.methods.facade import CountyMethods, county_methods
from luoshi.notifications.models import Notice
from luoshi.suggestions.rules import MAY_DRAFT
from luoshi.suggestions.selectors.actors import actor_of
from luoshi.tenancy import tenant_current
from luoshi.workbench.desk.common import HAND_OVER, PRE_ASSIGN, REGISTER, has_page
from luoshi.workbench.figures.rules import may_see_statistics
from luoshi.workbench.importing.kinds import kinds_of
from luoshi.workbench.kept import typed_keep
from luoshi.workbench.methods_setup.rules import may_see_methods

LOGIN = "office-login"
FIRST_PASSWORD = "office-password"  # noqa: S105 - the name of a page

DESK = (
    ("登记", "office-desk-registration", REGISTER),
    ("预交办", "office-desk-pre-assignment", PRE_ASSIGN),
    ("交办会", "office-desk-hand-over", HAND_OVER),
)
"""The desk's pages: label, name of the address, whose they are."""
LOADED_WHOLE = ("/cms/", "/office/desk/")
"""Pages with a look or a script of their own: a script that swaps the page in would leave those behind."""

SEES_PUBLISHING = (
    *(Role.CONGRESS_OFFICE, Role.SECRETARIAT, Role.GOVERNMENT_OFFICE, Role.UNIT_HEAD, Role.UNIT_HANDLER),
)
"""Who follows replies on their way to the public."""

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the menu. ``here``: the page shown is this one or below it."""

    label: str
    url: str
    here: bool = False

    @property
    def is_loaded_whole(self) -> bool:
        """Whether the browser must load the page itself."""
        return self.url.startswith(LOADED_WHOLE)


def workbench_page(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only a signed-in person in, and hand the view this person as an actor.

    Where the login has expired, a request of a script is told to go to the login as a whole page: swapped
    into a part of the page, the login would take what was typed with it.
    """

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return _to_login(request)
        if user.must_change_password:
            return redirect(FIRST_PASSWORD)
        return view(request, actor_of(user), *args, **kwargs)

    # Compressed although a page holds secrets (BREACH): Django masks the CSRF token anew for each answer and
    # pads each compressed one at random, and with SameSite cookies no other site can have pages fetched in a
    # person's name to measure them.
    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], gzip_page(never_cache(page)))


def _to_login(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and (goes_on := typed_keep(request)):
        return redirect(goes_on)
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path(), resolve_url(LOGIN))
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = f"{shown.path}?{shown.query}" if shown.query else shown.path
    if not back.startswith("/") or back.startswith("//"):
        back = reverse("office")
    response = HttpResponse(status=204)
    response["HX-Redirect"] = f"{resolve_url(LOGIN)}?{urlencode({'next': back})}"
    return response


def frame(request: HttpRequest, actor: Actor, methods: CountyMethods | None = None) -> dict[str, Any]:
    """What stands around the content of every page. Two queries: the county's methods, where the caller has
    not asked for them already, and the unread notices.
    """
    return {
        "place": tenant_current().name,
        "actor": actor,
        "role_labels": [label for role, label in ROLE_LABELS.items() if role in actor.roles],
        "menu": _menu(request.path, actor, methods or county_methods(tenant_current())),
        "unread": Notice.objects.filter(recipient_id=actor.user_id, read_at__isnull=True).count(),
    }


def _menu(path: str, actor: Actor, methods: CountyMethods) -> list[MenuItem]:
    """The core's pages that concern this person's roles, then those of the enabled methods."""
    start = reverse("office")
    entries = [("首页", start)]
    if actor.roles - ADMIN_ROLES - {*SITE_REVIEWERS}:
        entries.append((_list_label(actor), reverse("office-suggestions")))
    if actor.has(*MAY_DRAFT):
        entries.append(("提一条建议", reverse("office-draft")))
    entries += [(label, reverse(name)) for label, name, permission in DESK if has_page(actor, permission)]
    if may_see_statistics(actor):
        entries.append(("统计", reverse("office-statistics-home")))
    if actor.has(*SEES_PUBLISHING):
        entries.append(("公开", reverse("office-publishing")))
    if kinds_of(actor):
        entries.append(("导入", reverse("office-import")))
    entries.append(("通知", reverse("office-notices")))
    if actor.has(*SITE_ROLES):
        entries.append(("网站编辑", "/cms/"))
    if actor.has(Role.SYSTEM_ADMIN):
        entries.append(("公开网站", "/office/website/"))
    if may("people_see", actor):
        entries.append(("人员", reverse("people")))
    if may("audit_read", actor):
        entries.append(("审计日志", reverse("audit")))
    if may_see_methods(actor):
        entries.append(("工作法", reverse("methods-setup")))
    for menu in methods.navigation(actor):
        for item in menu.items:
            try:
                entries.append((item.label, reverse(f"{menu.slug}:{item.url_name}")))
            except NoReverseMatch:
                continue  # a method whose pages need an argument has no page of its own to lead to
    return [
        MenuItem(label, url, path == url or (url != start and path.startswith(url))) for label, url in entries
    ]


def _list_label(actor: Actor) -> str:
    if actor.has(Role.DEPUTY):
        return "我的建议"
    if actor.unit_ids and actor.has(Role.UNIT_HEAD, Role.UNIT_HANDLER):
        return "我的承办件"
    return "建议"
