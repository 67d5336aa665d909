"""公开: every reply that has been sent, how far it is on its way to the public, and what is late."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from luoshi.accounts.actor import Actor, Role
from luoshi.lifecycle.states import PublicationState, ReplyState
from luoshi.publication.feedback import feedback_of
from luoshi.publication.values import FeedbackCount
from luoshi.suggestions.models import Clock, Publication, Reply
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.workbench.people import SEES_PUBLISHING, frame, workbench_page

PER_PAGE = 50
UNDECIDED = "undecided"
PUBLIC = PublicationState.PUBLISHED
OFFICES = (Role.CONGRESS_OFFICE, Role.SECRETARIAT, Role.GOVERNMENT_OFFICE)
LABELS = {UNDECIDED: "待提公开意见", **dict(PublicationState.choices)}


@dataclass(frozen=True, slots=True)
class Choice:
    """One stage as a link, with how many there are."""

    value: str
    label: str
    count: int
    chosen: bool


@require_safe
@workbench_page
def publications(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The replies of this person's cases by how far they are, what turns red first on top."""
    if not actor.has(*SEES_PUBLISHING):
        context = {**frame(request, actor), "message": "“公开”由承办单位、政府办和人大查看"}
        return render(request, "figures/shut.html", context, status=403)
    today = timezone.localdate()
    asked = str(request.GET.get("stage") or "")
    late = request.GET.get("late") == "1"
    rows = replies_to_publish(actor)
    counts: dict[str | None, int] = dict(
        rows.order_by().values_list("stage").annotate(count=Count("pk")).values_list("stage", "count")
    )
    stages = [
        Choice(value, label, counts.get(None if value == UNDECIDED else value, 0), value == asked)
        for value, label in LABELS.items()
    ]
    if asked in LABELS:
        rows = rows.filter(stage__isnull=True) if asked == UNDECIDED else rows.filter(stage=asked)
    if late:
        rows = rows.filter(due_on__lt=today)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    said = feedback_of(row.publication_pk for row in page.object_list if row.stage == PUBLIC)
    context = {
        **frame(request, actor),
        "stages": [row for row in stages if row.count or row.chosen],
        "total": page.paginator.count,
        "late": late,
        "late_count": replies_to_publish(actor).filter(due_on__lt=today).count(),
        "rows": [_row(row, today, said) for row in page.object_list],
        "page": page,
        "asked": asked,
        "today": today,
        "everything": sum(counts.values()),
    }
    return render(request, "publishing/queue.html", context)


def replies_to_publish(actor: Actor) -> QuerySet[Any]:
    """Every reply that was sent in a case of this person, a unit's own; ``stage``: of its publication."""
    mine = Q() if actor.has(*OFFICES) else Q(assignment__unit_id__in=actor.unit_ids)
    running = Clock.objects.filter(reply=OuterRef("pk"), kind="publication", state=Clock.State.RUNNING)
    publication = Publication.objects.filter(reply=OuterRef("pk"))
    rows: QuerySet[Any] = Reply.objects.filter(
        mine, state=ReplyState.ISSUED, is_imported=False, suggestion__in=suggestions_visible(actor)
    ).annotate(
        due_on=Subquery(running.values("due_on")[:1]),
        stage=Subquery(publication.values("state")[:1]),
        publication_pk=Subquery(publication.values("pk")[:1]),
        why=Subquery(publication.values("reason")[:1]),
    )
    return rows.select_related("suggestion__session", "assignment__unit").order_by(
        F("due_on").asc(nulls_last=True), "-issued_on", "pk"
    )


def _row(reply: Any, today: date, said: dict[int, FeedbackCount]) -> dict[str, Any]:
    return {
        "reply": reply,
        "suggestion": reply.suggestion,
        "unit": reply.assignment.unit.name,
        "stage": LABELS[reply.stage or UNDECIDED],
        "due_on": reply.due_on,
        "why": reply.why or "",
        "feedback": said.get(reply.publication_pk),
        "checks": reply.publication_pk if reply.stage == PublicationState.SECRECY_CHECKED else None,
    }
