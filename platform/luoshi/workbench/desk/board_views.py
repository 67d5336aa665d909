"""预交办: the board. What is ticked is moved by one form; dragging sends the same form."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from luoshi.accounts.actor import Actor
from luoshi.lifecycle.states import AssignmentRole
from luoshi.suggestions.models import Session, Unit
from luoshi.workbench.desk.board import board
from luoshi.workbench.desk.common import PRE_ASSIGN, number_read, numbers_read, page_only_for
from luoshi.workbench.desk.moves import ADD, DROP, MOVE, Move, NotMoved, cards_move
from luoshi.workbench.kept import typed_done, typed_take
from luoshi.workbench.people import frame, workbench_page


@require_http_methods(["GET", "HEAD", "POST"])
@workbench_page
def pre_assignment(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET: the board. POST: move the ticked cards; what could not be moved stays ticked, with the reason."""
    page_only_for(actor, PRE_ASSIGN)
    failures: list[NotMoved] = []
    problem = ""
    if request.method == "POST":
        moves = _moves(request.POST)
        problem = _problem(moves)
        if not problem:
            failures = cards_move(moves=moves, actor=actor)
            if len(moves) > len(failures):
                messages.success(request, _done(moves, len(moves) - len(failures)))
        if not problem and not failures:
            return redirect(_address(request.POST))
    kept = None if request.method == "POST" or request.GET else typed_take(request, actor)
    if kept is not None:
        typed_done(request)  # shown once: the board goes on without the form
    asked = request.POST if request.method == "POST" else kept or request.GET
    shown = numbers_read(asked.getlist("show"))
    found = board(actor, number_read(asked.get("session")), shown)
    ticked = {":".join(text.split(":")[:2]) for text in asked.getlist("card")}
    context = {
        **frame(request, actor),
        "board": found,
        "chosen": found.column(asked.get("column", "")),
        "sessions": list(Session.objects.order_by("-year", "-pk")[:12]),
        "session": number_read(asked.get("session")),
        "shown": shown,
        "roles": AssignmentRole.choices,
        "role": asked.get("role") or AssignmentRole.LEAD.value,
        "to": number_read(asked.get("to")),
        "kept": kept is not None,
        "ticked": ticked if problem or kept else {row.tick for row in failures},
        "failures": failures,
        "problem": problem,
    }
    # A page that a script swaps in must come as a good one, or the script shows nothing of it.
    bad = (problem or failures) and request.headers.get("HX-Request") != "true"
    return render(request, "desk/pre_assignment.html", context, status=409 if bad else 200)


def _done(moves: list[Move], count: int) -> str:
    """What came of it: how many, and to whom. Every move of one form goes the same way."""
    move = moves[0]
    if move.how == DROP:
        return f"已移出 {count} 件"
    unit = Unit.objects.filter(pk=move.to).values_list("name", flat=True).first()
    return f"已把 {count} 件分给{unit}（{AssignmentRole(move.role).label}）"


def _moves(posted: QueryDict) -> list[Move]:
    if agreed := posted.get("agree"):
        # One button: what the objecting unit has proposed.
        card, _, rest = agreed.partition("|")
        unit, _, role = rest.partition("|")
        return [_move(card, MOVE, number_read(unit), role)]
    to = number_read(posted.get("to"))
    cards = dict.fromkeys(posted.getlist("card"))
    return [_move(card, posted.get("how", MOVE), to, posted.get("role", "")) for card in cards]


def _move(card: str, how: str, to: int, role: str) -> Move:
    pk, _, rest = card.partition(":")
    unit, _, seen = rest.partition(":")
    return Move(
        suggestion_id=number_read(pk),
        unit=number_read(unit),
        seen=seen,
        how=how if how in (MOVE, ADD, DROP) else MOVE,
        to=to,
        role=role if role in AssignmentRole.values else AssignmentRole.LEAD,
    )


def _problem(moves: list[Move]) -> str:
    if not moves:
        return "还没有勾选建议，请先勾选要分的"
    if any(move.how != DROP and not move.to for move in moves):
        return "请选择分给哪个单位"
    return ""


def _address(posted: QueryDict) -> str:
    """Where the person was: the same columns, the same one in front."""
    kept = [
        (name, value) for name in ("session", "show", "column") for value in posted.getlist(name) if value
    ]
    return reverse("office-desk-pre-assignment") + (f"?{urlencode(kept)}" if kept else "")
