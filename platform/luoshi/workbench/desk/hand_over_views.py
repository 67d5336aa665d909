"""交办会: one table, one date, one button; one summary of what will be sent; then the batch."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_safe

from luoshi import moment
from luoshi.accounts.actor import Actor
from luoshi.errors import Refusal
from luoshi.suggestions.acts.hand_over import HandOverInput
from luoshi.validation import input_parse
from luoshi.workbench.desk.batch_views import batch_do
from luoshi.workbench.desk.batches import MOST, NewItem, batch_start
from luoshi.workbench.desk.board import seen_read
from luoshi.workbench.desk.common import (
    HAND_OVER,
    number_read,
    numbers_read,
    once_new,
    page_only_for,
    sessions_of,
)
from luoshi.workbench.desk.meeting import plan_of
from luoshi.workbench.desk.records import DeskBatch
from luoshi.workbench.kept import typed_done, typed_take
from luoshi.workbench.people import frame, workbench_page

COMMON = ("document_number", "requirement")
"""What may be said once for all suggestions of a hand-over."""


@require_safe
@workbench_page
def hand_over(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything that is pre-assigned, as it would be handed over on the day that the address names."""
    page_only_for(actor, HAND_OVER)
    on, problem = _day(request.GET)
    plan = plan_of(actor, on)
    session = number_read(request.GET.get("session"))
    sessions = sessions_of([row.suggestion for row in (*plan.going, *plan.staying)])
    going = [row for row in plan.going if session in (0, row.suggestion.session_id)]
    asked = set(numbers_read(request.GET.getlist("i")))
    context = {
        **frame(request, actor),
        "plan": plan,
        "going": going[:MOST],
        "staying": [row for row in plan.staying if session in (0, row.suggestion.session_id)],
        "more": len(going) > MOST,
        "most": MOST,
        "ticked": asked or {row.suggestion.pk for row in going if not row.objections},
        "today": moment.today(),
        "problem": problem,
        "sessions": sessions if len(sessions) > 1 else [],
        "session": session,
    }
    return render(request, "desk/hand_over.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@workbench_page
def hand_over_confirm(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET: what will be sent, to whom and by when, and what cannot go. POST: it is sent."""
    page_only_for(actor, HAND_OVER)
    if request.method != "POST":
        return _confirm(request, actor, request.GET)
    on, problem = _day(request.POST)
    items = []
    for text in request.POST.getlist("i"):
        pk, _, seen = text.partition(":")
        items.append(NewItem(number_read(pk), {"units": seen_read(seen)}))
    data = {name: value for name in COMMON if (value := request.POST.get(name, "").strip())}
    data["handed_over_on"] = on.isoformat()
    try:
        if problem:
            return _confirm(request, actor, request.POST, problem)
        # Read as the door will read it, so that a text that is too long fails here and not at every case.
        input_parse(HandOverInput, {**data, "units": [{"unit": 1, "role": "lead"}]})
        batch, is_new = batch_start(
            kind=DeskBatch.Kind.HAND_OVER,
            actor=actor,
            once=request.POST.get("once", ""),
            items=items,
            data=data,
        )
    except Refusal as refusal:
        return _confirm(request, actor, request.POST, refusal.message, refusal.status)
    typed_done(request)
    batch_do(batch, len(items), is_new)
    return redirect("office-desk-batch", pk=batch.pk)


def _confirm(
    request: HttpRequest, actor: Actor, given: QueryDict, problem: str = "", status: int = 400
) -> HttpResponse:
    kept = None if given else typed_take(request, actor)
    given = kept or given
    on, wrong = _day(given)
    ids = numbers_read(text.partition(":")[0] for text in given.getlist("i"))[:MOST]
    plan = plan_of(actor, on, ids=ids, ask_methods=True)
    problem = problem or wrong
    context: dict[str, Any] = {
        **frame(request, actor),
        "plan": plan,
        "ids": ids,
        "gone": len(ids) - len(plan.going) - len(plan.staying),
        "once": given.get("once") or once_new(),
        "kept": kept is not None,
        "problem": problem,
        "typed": {name: given.get(name, "") for name in COMMON},
    }
    return render(request, "desk/hand_over_confirm.html", context, status=status if problem else 200)


def _day(given: QueryDict) -> tuple[date, str]:
    """The day of the hand-over that was chosen, today where none was; and what is wrong with it."""
    text, today = given.get("on", "").strip(), moment.today()
    try:
        day = parse_date(text) if text else today
    except ValueError:
        day = None
    if day is None or not 1954 <= day.year <= today.year + 1:
        return today, f"“{text[:20]}”不是可用的日期，请写成 {today.isoformat()} 这样"
    return day, "交办日期不能晚于今天" if day > today else ""
