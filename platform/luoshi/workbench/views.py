"""The workbench's pages: start, list, case, notices. They ask the selectors and decide nothing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from luoshi.accounts.actor import Actor, Role
from luoshi.errors import NotFound
from luoshi.notifications.models import Notice
from luoshi.notifications.services import notice_read
from luoshi.suggestions.selectors.acts import AvailableAct, acts_available
from luoshi.workbench.case import case_page
from luoshi.workbench.listing import Asked, suggestions_list
from luoshi.workbench.people import frame, workbench_page
from luoshi.workbench.selectors import notices_of, start_page

NOTICES_SHOWN = 100


@require_safe
@workbench_page
def start(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What I owe, who waits for me, what turns red."""
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
    acts = acts_available(suggestion=case.suggestion, actor=actor)
    return render(
        request, "workbench/suggestion.html", {**frame(request, actor), "case": case, **acts_context(acts)}
    )


def acts_context(acts: tuple[AvailableAct, ...]) -> dict[str, list[AvailableAct]]:
    """One's own acts, and those of the deputy that one may enter for him from paper."""
    return {
        "acts": [act for act in acts if not act.on_behalf],
        "acts_on_behalf": [act for act in acts if act.on_behalf],
    }


@require_safe
@workbench_page
def notices(request: HttpRequest, actor: Actor) -> HttpResponse:
    """This person's notices."""
    rows = list(notices_of(actor)[:NOTICES_SHOWN])
    return render(request, "workbench/notices.html", {**frame(request, actor), "notices": rows})


@require_POST
@workbench_page
def notice(request: HttpRequest, actor: Actor, pk: str) -> HttpResponse:
    """Mark a notice as read and show the case it speaks of, or the list of those it speaks of.

    :raises Http404: where this person has no such notice.
    """
    try:
        notice_read(notice_id=int(pk), user_id=actor.user_id or 0)
    except NotFound as refusal:
        raise Http404(refusal.message) from refusal
    told = Notice.objects.get(pk=pk)
    if told.suggestion_id is None:
        return redirect(f"{reverse('office-suggestions')}?{told.query}")
    return redirect("office-suggestion", pk=told.suggestion_id)
