"""The page of a batch: how far it is, what was done, what was not and why, and which unit got how many."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from luoshi.accounts.actor import Actor
from luoshi.suggestions.models import Suggestion, Unit
from luoshi.workbench.desk.batches import AT_ONCE, batch_run
from luoshi.workbench.desk.common import HAND_OVER, PRE_ASSIGN, REGISTER, has_page
from luoshi.workbench.desk.records import DeskBatch, DeskItem
from luoshi.workbench.people import frame, workbench_page
from luoshi.workbench.tasks import desk_batch_send

_PERMISSION = {
    DeskBatch.Kind.REGISTER: REGISTER,
    DeskBatch.Kind.ENTRY: REGISTER,
    DeskBatch.Kind.HAND_OVER: HAND_OVER,
}


SLOW = timedelta(seconds=30)
"""After so long without progress the person may do the rest himself, where no worker does."""


@dataclass(slots=True)
class Letter:
    """What one unit is handed over by this batch: so many suggestions by role."""

    unit: Unit
    roles: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """Suggestions that the unit is handed."""
        return self.roles.total()

    @property
    def words(self) -> str:
        """Such as 主办 5、会办 2."""
        named = (("lead", "主办"), ("separate", "分办"), ("co", "会办"))
        return "、".join(f"{label} {self.roles[role]}" for role, label in named if self.roles[role])


def batch_do(batch: DeskBatch, count: int, is_new: bool) -> None:
    """Do a small new batch here and now; leave a large one to a worker. The one that the same form has made
    before is left alone: it is being done, or it is done."""
    if not is_new:
        return
    if count > AT_ONCE or batch_run(batch_id=batch.pk, limit=AT_ONCE).left:
        desk_batch_send(batch.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@workbench_page
def batch(request: HttpRequest, actor: Actor, pk: str) -> HttpResponse:
    """GET: how the batch stands. POST: do some of it now, where no worker does; for who began it.

    :raises Http404: for whoever does not do such batches, and where there is none.
    """
    row = DeskBatch.objects.select_related("started_by").filter(pk=int(pk)).first()
    if row is None or not has_page(actor, _PERMISSION[DeskBatch.Kind(row.kind)]):
        raise Http404("没有这一批")
    is_own = row.started_by_id == actor.user_id
    if request.method == "POST":
        if not is_own:
            raise Http404("只有经办人本人可以继续办理这一批")
        batch_run(batch_id=row.pk, limit=AT_ONCE)
        return redirect("office-desk-batch", pk=row.pk)
    counts = row.items.aggregate(
        total=Count("pk"),
        done=Count("pk", filter=Q(state=DeskItem.State.DONE)),
        failed=Count("pk", filter=Q(state=DeskItem.State.FAILED)),
    )
    finished = row.finished_at is not None
    items = (
        list(row.items.select_related("suggestion").defer("suggestion__content", "suggestion__note"))
        if finished
        else []
    )
    done = [item for item in items if item.state == DeskItem.State.DONE]
    letters = letters_of(done) if row.kind == DeskBatch.Kind.HAND_OVER else []
    context = {
        **frame(request, actor),
        "batch": row,
        "counts": counts,
        "left": counts["total"] - counts["done"] - counts["failed"],
        "ended": counts["done"] + counts["failed"],
        "finished": finished,
        "is_slow": is_own and timezone.now() - row.touched_at > SLOW,
        "done": done,
        "failed": [item for item in items if item.state == DeskItem.State.FAILED],
        "letters": letters,
        "pre_assigns": has_page(actor, PRE_ASSIGN),
        "gaps": _gaps(items) if row.kind == DeskBatch.Kind.REGISTER else [],
    }
    return render(request, "desk/batch.html", context)


def letters_of(done: list[DeskItem]) -> list[Letter]:
    """What each unit is handed, the most first. One query."""
    units = Unit.objects.in_bulk({unit for item in done for unit, _, _ in item.data["units"]})
    letters = {pk: Letter(unit) for pk, unit in units.items()}
    for item in done:
        for unit, role, _ in item.data["units"]:
            letters[unit].roles[role] += 1
    return sorted(letters.values(), key=lambda letter: (-letter.count, letter.unit.name))


def _gaps(items: list[DeskItem]) -> list[int]:
    """Numbers below the last one given that nobody bears, since what they were meant for was not done."""
    given = [item.data["number"] for item in items if item.state == DeskItem.State.DONE]
    lost = {
        (
            item.suggestion.session_id,
            item.suggestion.item_kind,
            item.suggestion.congress_body,
            item.data["number"],
        )
        for item in items
        if item.state == DeskItem.State.FAILED and given and item.data["number"] < max(given)
    }
    borne = Suggestion.objects.filter(number__in=[series[3] for series in lost])
    lost -= set(borne.values_list("session_id", "item_kind", "congress_body", "number"))
    return sorted(series[3] for series in lost)
