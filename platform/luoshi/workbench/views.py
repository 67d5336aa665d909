"""The workbench's pages: start, list, case, notices. They ask the selectors and decide nothing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_POST, require_safe

from luoshi.accounts.actor import Actor, Role
from luoshi.accounts.roles import SITE_ROLES
from luoshi.errors import NotFound
from luoshi.methods.facade import county_methods
from luoshi.notifications.models import Notice
from luoshi.notifications.services import notice_read
from luoshi.suggestions.selectors.acts import acts_available
from luoshi.suggestions.selectors.cases import case_view
from luoshi.suggestions.selectors.duties import flags_of
from luoshi.tenancy import tenant_current
from luoshi.workbench.case import case_page
from luoshi.workbench.listing import Asked, suggestions_list
from luoshi.workbench.nextstep import next_step_of
from luoshi.workbench.people import frame, workbench_page
from luoshi.workbench.selectors import notices_of, start_page

NOTICES_SHOWN = 100
SITE_START = "/cms/"
"""Where those who work on the public site find their day's queue."""


@require_safe
@workbench_page
def start(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What I owe, who waits for me, what turns red. Who works on the public site alone begins there."""
    if actor.roles and actor.roles <= SITE_ROLES:
        return redirect(SITE_START)
    page = start_page(actor, timezone.localdate())
    return render(request, "workbench/start.html", {**frame(request, actor), "start": page})


@require_safe
@workbench_page
def suggestions(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The suggestions that this person may see, as the address filters them."""
    found = suggestions_list(actor, Asked.read(request.GET), timezone.localdate())
    context = {**frame(request, actor), "found": found, "is_deputy": actor.has(Role.DEPUTY)}
    return render(request, "workbench/suggestions.html", context)


@require_safe
@workbench_page
def suggestion(request: HttpRequest, actor: Actor, pk: str) -> HttpResponse:
    """One case, to read.

    :raises Http404: where there is none, or this person may not know of it.
    """
    try:
        case = case_page(actor, int(pk), timezone.localdate())
    except NotFound as refusal:
        raise Http404(refusal.message) from refusal
    methods = county_methods(tenant_current())
    seen = case_view(case.suggestion, case.rows) if methods.enabled else None
    acts = acts_available(
        suggestion=case.suggestion,
        actor=actor,
        methods=methods,
        case=seen,
        rows=case.rows,
        settings=case.settings,
    )
    next_step = next_step_of(case, acts)
    context = {
        **frame(request, actor, methods),
        "case": case,
        "next": next_step,
        "marks": flags_of(case.suggestion.pk, actor) if seen else (),
        "panels": methods.panels(seen, actor) if seen else (),
        "once": get_random_string(32),
    }
    return render(request, "workbench/suggestion.html", context)


@require_safe
@workbench_page
def suggestion_print(request: HttpRequest, actor: Actor, pk: str) -> HttpResponse:
    """One case on paper: its text, its letters and its whole story, without the workbench around it.

    :raises Http404: where there is none, or this person may not know of it.
    """
    try:
        case = case_page(actor, int(pk), timezone.localdate())
    except NotFound as refusal:
        raise Http404(refusal.message) from refusal
    context = {**frame(request, actor), "case": case, "printed_at": timezone.localtime()}
    return render(request, "workbench/print.html", context)


@require_safe
@workbench_page
def notices(request: HttpRequest, actor: Actor) -> HttpResponse:
    """This person's notices."""
    rows = list(notices_of(actor)[:NOTICES_SHOWN])
    return render(request, "workbench/notices.html", {**frame(request, actor), "notices": rows})


@require_POST
@workbench_page
def notice(request: HttpRequest, actor: Actor, pk: str) -> HttpResponse:
    """Mark a notice as read and show the case it speaks of, the list of those it speaks of, or the page.

    :raises Http404: where this person has no such notice.
    """
    try:
        notice_read(notice_id=int(pk), user_id=actor.user_id or 0)
    except NotFound as refusal:
        raise Http404(refusal.message) from refusal
    told = Notice.objects.get(pk=pk)
    if told.path:
        return redirect(told.path)
    if told.suggestion_id is None:
        return redirect(f"{reverse('office-suggestions')}?{told.query}")
    return redirect("office-suggestion", pk=told.suggestion_id)
