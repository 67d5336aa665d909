"""批量登记: choose, see the numbers, register. One page to choose, one to confirm, and the batch's own."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from luoshi.accounts.actor import Actor
from luoshi.errors import Refusal
from luoshi.workbench.desk.batch_views import batch_do
from luoshi.workbench.desk.batches import MOST, NewItem, batch_start
from luoshi.workbench.desk.common import (
    REGISTER,
    number_read,
    numbers_read,
    once_new,
    page_only_for,
    sessions_of,
)
from luoshi.workbench.desk.records import DeskBatch
from luoshi.workbench.desk.registering import series_of, waiting_all, waiting_rows
from luoshi.workbench.kept import typed_done, typed_take
from luoshi.workbench.people import frame, workbench_page


@require_safe
@workbench_page
def registration(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All that waits to be registered. What is chosen goes into the address of the next page."""
    page_only_for(actor, REGISTER)
    everything = waiting_all(actor)
    sessions = sessions_of(everything)
    chosen = number_read(request.GET.get("session"))
    rows = [row for row in everything if chosen in (0, row.session_id)]
    context = {
        **frame(request, actor),
        "rows": waiting_rows(actor, rows[:MOST]),
        "more": len(rows) > MOST,
        "most": MOST,
        "sessions": sessions if len(sessions) > 1 else [],
        "session": chosen,
        "ticked": set(numbers_read(request.GET.getlist("i"))),
    }
    return render(request, "desk/registration.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@workbench_page
def registration_confirm(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET: so many suggestions get these numbers. POST: they do; what fails is told, the rest goes on."""
    page_only_for(actor, REGISTER)
    if request.method != "POST":
        return _confirm(request, actor, request.GET)
    items = []
    for text in request.POST.getlist("i"):
        pk, _, number = text.partition(":")
        items.append(NewItem(number_read(pk), {"number": number_read(number)}))
    try:
        batch, is_new = batch_start(
            kind=DeskBatch.Kind.REGISTER, actor=actor, once=request.POST.get("once", ""), items=items
        )
    except Refusal as refusal:
        return _confirm(request, actor, request.POST, refusal)
    typed_done(request)
    batch_do(batch, len(items), is_new)
    return redirect("office-desk-batch", pk=batch.pk)


def _confirm(
    request: HttpRequest, actor: Actor, given: QueryDict, refusal: Refusal | None = None
) -> HttpResponse:
    kept = None if given else typed_take(request, actor)
    given = kept or given
    ids = set(numbers_read(text.partition(":")[0] for text in given.getlist("i")))
    everything = waiting_all(actor, number_read(given.get("session")))
    rows = everything[:MOST] if given.get("all") else [row for row in everything if row.pk in ids]
    shown = waiting_rows(actor, rows)
    context: dict[str, Any] = {
        **frame(request, actor),
        "rows": shown,
        "series": series_of(shown),
        "gone": 0 if given.get("all") else len(ids) - len(rows),
        "once": given.get("once") or once_new(),
        "kept": kept is not None,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "desk/registration_confirm.html", context, status=status)
