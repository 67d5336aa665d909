"""The pages behind a slip, for a deputy without an account. GET shows, POST answers.

Whoever holds a slip is taken for the deputy, so the browser must not be one of the other side's: a signed-in
account other than the deputy's own is refused, and so is a browser in which staff were signed in before, as
long as its session remembers. Another browser of the same person cannot be told apart; what keeps a unit from
confirming its own meetings is that it never gets a slip.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from luoshi.accounts.actor import Role
from luoshi.accounts.browsers import client_address, is_staff_browser
from luoshi.accounts.models import User
from luoshi.errors import Invalid, NotFound, Refusal
from luoshi.suggestions.selectors.actors import actor_of
from luoshi.tenancy import tenant_current
from luoshi_three_meetings import selectors, services
from luoshi_three_meetings.models import Slip

NOT_HERE = (
    "这个浏览器登录着（或不久前登录过）工作人员的账号，不能在这里代替代表确认。"
    "请代表用自己的手机打开，或在纸质确认单上填写后交给县人大。"
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """One meeting, opened by its link."""
    if _is_refused(request):
        return _refused(request)
    try:
        slip = services.slip_by_token(token)
    except NotFound as refusal:
        return _page(request, "gone", {"message": refusal.message}, status=404)
    return _meeting(request, slip, {})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """One meeting, opened by the code on the slip. The code comes with each POST and is kept nowhere."""
    if _is_refused(request):
        return _refused(request)
    if request.method != "POST":
        return _page(request, "code", {})
    typed = request.POST.get("code", "")[:100]
    try:
        slip = services.slip_by_code(typed, address=client_address(request))
    except Refusal as refusal:
        return _page(request, "code", {"message": refusal.message}, status=refusal.status)
    return _meeting(request, slip, {"code": typed})


def _meeting(request: HttpRequest, slip: Slip, held: dict[str, str]) -> HttpResponse:
    """Show who says what, and who is asked; take the answer where one was given."""
    if _is_refused(request, slip):
        return _refused(request)
    options = selectors.options()
    context: dict[str, Any] = {
        **held,
        "slip": slip,
        "contact": slip.contact,
        "phase": options.word(slip.contact.phase),
    }
    given = request.POST.get("answer", "") if request.method == "POST" else ""
    if given not in ("true", "false"):
        return _page(request, "meeting", context)
    reason = request.POST.get("reason", "")
    try:
        services.slip_answer(slip=slip, is_true=given == "true", reason=reason)
    except Invalid as refusal:
        told = {"message": refusal.message, "reason": reason}
        return _page(request, "meeting", {**context, **told}, status=refusal.status)
    except Refusal as refusal:
        return _page(request, "gone", {"message": refusal.message}, status=refusal.status)
    return _page(request, "thanks", {"is_true": given == "true"})


def _is_refused(request: HttpRequest, slip: Slip | None = None) -> bool:
    """Whether somebody else than the deputy is, or not long ago was, signed in here."""
    if is_staff_browser(request):
        return True
    user = request.user
    if not isinstance(user, User):
        return False
    actor = actor_of(user)
    if actor.roles - {Role.DEPUTY} or actor.unit_ids:
        return True
    return slip is not None and slip.deputy_id not in actor.deputy_ids


def _refused(request: HttpRequest) -> HttpResponse:
    return _page(request, "gone", {"message": NOT_HERE}, status=403)


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The address or the form holds the secret: nobody else is told the address.

    Not ``no-referrer``: a browser would then send the form from the origin ``null``, which is refused.
    """
    around = {"place": tenant_current().name, "options": selectors.options()}
    response = render(request, f"three-meetings/open_{name}.html", {**around, **context}, status=status)
    response["Referrer-Policy"] = "strict-origin"
    response["X-Robots-Tag"] = "noindex"
    # Django logs the address of every refusal: this one is a secret, perhaps a good one.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
