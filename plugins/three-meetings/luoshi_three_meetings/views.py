"""Pages for those who are signed in: what is owed, the deputy's meetings, the slip on paper, the guide."""

from typing import Any

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.accounts.actor import Actor, Role
from luoshi.errors import NotFound, Refusal
from luoshi.workbench.people import frame, workbench_page
from luoshi_three_meetings import selectors, services
from luoshi_three_meetings.rules import is_handling_side, may_issue

STAFF = (
    Role.UNIT_HEAD,
    Role.UNIT_HANDLER,
    Role.CONGRESS_OFFICE,
    Role.SECRETARIAT,
    Role.GOVERNMENT_OFFICE,
)
SHOWN = 200
"""Rows of one list; what is due first stands first, so that no page grows without end."""


@require_safe
@workbench_page
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the units owe; for the congress's office also what waits for a deputy's answer."""
    if not actor.has(*STAFF):
        if actor.has(Role.DEPUTY):
            return redirect("three-meetings:mine")
        raise PermissionDenied
    prints = actor.has(Role.CONGRESS_OFFICE) and not is_handling_side(actor, None)
    owed = selectors.duties_owed(actor)
    waiting = selectors.contacts_waiting(actor) if prints else None
    return _page(
        request,
        actor,
        "home",
        {
            "owed": owed[:SHOWN],
            "owed_total": owed.count(),
            "waiting": () if waiting is None else waiting[:SHOWN],
            "waiting_total": 0 if waiting is None else waiting.count(),
            "prints": prints,
            "shown": SHOWN,
        },
    )


@require_safe
@workbench_page
def mine(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The meetings that this deputy may answer for."""
    if not actor.has(Role.DEPUTY):
        raise PermissionDenied
    return _mine(request, actor)


@require_POST
@workbench_page
def answer_own(request: HttpRequest, actor: Actor, contact_id: int) -> HttpResponse:
    """The deputy answers for one meeting, signed in as himself.

    :raises Http404: where it is not his to answer.
    """
    contact = selectors.contacts_of_deputy(actor).filter(pk=contact_id).first() if actor.deputy_ids else None
    if contact is None:
        raise Http404("没有等您确认的这次见面")
    is_true = request.POST.get("answer") == "true"
    reason = request.POST.get("reason", "")
    try:
        if not is_true and request.POST.get("answer") != "false":
            raise Http404("请选择属实或不属实")
        services.meeting_answer(contact=contact, actor=actor, is_true=is_true, reason=reason)
    except Refusal as refusal:
        return _mine(request, actor, failed=contact.pk, reason=reason, refusal=refusal)
    messages.success(request, "已记下：属实。" if is_true else "已记下：不属实。县人大会看到您写的理由。")
    return redirect("three-meetings:mine")


@require_http_methods(["GET", "HEAD", "POST"])
@workbench_page
def slip(request: HttpRequest, actor: Actor, contact_id: int) -> HttpResponse:
    """Make a slip by POST and show its secrets this once; GET says what a slip is and whether one is out.

    :raises Http404: where this person may not know of the contact.
    :raises PermissionDenied: the units' side: it never holds a slip.
    """
    try:
        contact = selectors.contact_find(actor, contact_id)
    except NotFound as refusal:
        raise Http404(refusal.message) from refusal
    if not may_issue(actor, contact):
        raise PermissionDenied
    options = selectors.options()
    context: dict[str, Any] = {"contact": contact, "phase": options.word(contact.phase)}
    if request.method != "POST":
        return _page(request, actor, "slip_ask", {**context, "standing": selectors.slip_open(contact.pk)})
    try:
        issued = services.slip_issue(contact_id=contact.pk, actor=actor, days=options.slip_days)
    except Refusal as refusal:
        told = {**context, "refusal": refusal.message}
        return _page(request, actor, "slip_ask", told, status=refusal.status)
    link = request.build_absolute_uri(reverse("three-meetings:answer", args=[issued.token]))
    picture = segno.make(link, error="m").svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
    page = _page(
        request,
        actor,
        "slip",
        {
            **context,
            "slip": issued.slip,
            "link": link,
            "code": issued.code,
            "code_page": request.build_absolute_uri(reverse("three-meetings:code")),
            "picture": picture,
        },
    )
    page["Referrer-Policy"] = "strict-origin"
    return page


@require_safe
@workbench_page
def guide(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How the method works, in the words and with the options of this county."""
    return _page(request, actor, "guide", {})


def _mine(
    request: HttpRequest,
    actor: Actor,
    *,
    failed: int = 0,
    reason: str = "",
    refusal: Refusal | None = None,
) -> HttpResponse:
    options = selectors.options()
    context = {
        "meetings": [
            (contact, options.word(contact.phase)) for contact in selectors.contacts_of_deputy(actor)[:SHOWN]
        ],
        "failed": failed,
        "reason": reason,
        "refusal": "" if refusal is None else refusal.message,
    }
    return _page(request, actor, "mine", context, status=200 if refusal is None else refusal.status)


def _page(
    request: HttpRequest, actor: Actor, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    around = {**frame(request, actor), "options": selectors.options()}
    return render(request, f"three-meetings/{name}.html", {**around, **context}, status=status)
