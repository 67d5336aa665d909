"""One case as this person may read it: text, people, units with their clocks, letters, the story so far."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from luoshi.accounts.actor import Actor, Role
from luoshi.accounts.roles import ROLE_LABELS
from luoshi.audit.models import Event
from luoshi.errors import NotFound
from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import ReplyState
from luoshi.suggestions.county_settings import CountySettings, Windows
from luoshi.suggestions.models import (
    Assignment,
    Clock,
    Contact,
    CoSignature,
    Evaluation,
    Promise,
    Reply,
    Suggestion,
)
from luoshi.suggestions.rules import sees_evaluations
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.suggestions.services.log import HIDDEN_FROM_UNITS, stream_key

SEES_DETAIL = (Role.CONGRESS_OFFICE, Role.SECRETARIAT)
SEES_DRAFTS = (Role.CONGRESS_OFFICE, Role.SECRETARIAT, Role.GOVERNMENT_OFFICE)
RECENT = 20
"""Events that are shown at once; older ones unfold."""
TECHNICAL = frozenset(
    {"subject", "subject_id", "transition", "label", "source", "target", "actor", "channel", "round", "stage"}
)


@dataclass(frozen=True, slots=True)
class Happened:
    """One act of the story. ``detail``: what was entered, for the congress alone."""

    at: datetime
    label: str
    actor: str
    roles: str
    detail: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """One unit's part with its clocks and letters as far as they may be read."""

    assignment: Assignment
    clocks: list[Clock]
    replies: list[Reply]
    is_live: bool


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that the case page shows."""

    suggestion: Suggestion
    asks: list[str]
    co_signers: list[CoSignature]
    parts: list[Part]
    earlier_parts: list[Part]
    case_clocks: list[Clock]
    contacts: list[Contact]
    evaluations: list[Evaluation] | None
    promises: list[Promise]
    story: list[Happened]
    older: list[Happened]
    settings: CountySettings
    sees_detail: bool
    today: date
    due: date | None


def case_page(actor: Actor, suggestion_id: int, today: date) -> Case:
    """The case as ``actor`` may read it. Some twelve queries, whatever the length of its story.

    :raises NotFound: where there is none, or this person may not know of it.
    """
    suggestion = (
        suggestions_visible(actor)
        .select_related("session", "lead_deputy__delegation", "delegation", "merged_into")
        .filter(pk=suggestion_id)
        .first()
    )
    if suggestion is None:
        raise NotFound("没有这件建议，或您无权查看")
    clocks = list(suggestion.clocks.order_by("due_on", "pk"))
    sees_detail = actor.has(*SEES_DETAIL)
    own = {row.pk for row in suggestion.assignments.all() if row.unit_id in actor.unit_ids}
    parts = _parts(suggestion, clocks, list(replies_readable(actor, suggestion)))
    story = _story(
        suggestion, sees_detail, hidden=() if sees_evaluations(actor, suggestion) else HIDDEN_FROM_UNITS
    )
    return Case(
        suggestion=suggestion,
        asks=[ask.text for ask in suggestion.asks.all()],
        co_signers=list(suggestion.co_signatures.select_related("deputy__delegation").order_by("pk")),
        parts=[part for part in parts if part.is_live],
        earlier_parts=[part for part in parts if not part.is_live],
        case_clocks=[clock for clock in clocks if clock.assignment_id is None],
        contacts=list(suggestion.contacts.select_related("assignment__unit")),
        evaluations=_evaluations(actor, suggestion),
        promises=list(
            suggestion.promises.filter(reply__state=ReplyState.ISSUED)
            .select_related("unit")
            .order_by("due_on", "pk")
        ),
        story=story[:RECENT],
        older=story[RECENT:],
        settings=county_settings(),
        sees_detail=sees_detail,
        today=today,
        due=_due(clocks, own),
    )


def replies_readable(actor: Actor, suggestion: Suggestion) -> QuerySet[Reply]:
    """Issued letters for everybody who sees the case; a draft for its unit and the offices, and for the lead
    deputy once it is shared with him."""
    readable = Q(state=ReplyState.ISSUED) | Q(assignment__unit_id__in=actor.unit_ids)
    if actor.has(*SEES_DRAFTS):
        readable = Q()
    elif actor.deputy_id is not None and suggestion.lead_deputy_id == actor.deputy_id:
        readable |= Q(draft_shared_at__isnull=False)
    return suggestion.replies.filter(readable).order_by("round", "pk")


def clock_label(kind: str) -> str:
    """Chinese name of a clock, as the county's settings call its window."""
    window = Windows.model_fields.get(kind)
    return window.title or kind if window else kind


def _parts(suggestion: Suggestion, clocks: list[Clock], replies: list[Reply]) -> list[Part]:
    rows = suggestion.assignments.select_related("unit").order_by("-round", "-role", "pk")
    return [
        Part(
            assignment=row,
            clocks=[clock for clock in clocks if clock.assignment_id == row.pk],
            replies=[reply for reply in replies if reply.assignment_id == row.pk],
            is_live=row.state not in GONE and row.round == suggestion.round,
        )
        for row in rows
    ]


def _evaluations(actor: Actor, suggestion: Suggestion) -> list[Evaluation] | None:
    if not sees_evaluations(actor, suggestion):
        return None
    return list(suggestion.evaluations.order_by("-round", "axis"))


def _due(clocks: list[Clock], own: set[int]) -> date | None:
    running = [clock for clock in clocks if clock.state == Clock.State.RUNNING]
    mine = [clock for clock in running if clock.assignment_id in own] or running
    return min((clock.due_on for clock in mine), default=None)


def _story(suggestion: Suggestion, sees_detail: bool, hidden: tuple[str, ...]) -> list[Happened]:
    """Newest first, without the kinds that this reader does not learn of."""
    events = Event.objects.filter(stream__key=stream_key(suggestion.pk)).exclude(kind__in=hidden)
    rows = events.order_by("-seq")
    return [_happened(event, sees_detail) for event in rows]


def _happened(event: Event, sees_detail: bool) -> Happened:
    payload = event.payload or {}
    roles = [label for role, label in ROLE_LABELS.items() if role.value in event.actor_role.split(",")]
    return Happened(
        at=event.at,
        label=str(payload.get("label") or "（内容已依规清除）"),
        actor=str(payload.get("actor") or ""),
        roles="、".join(roles),
        detail=_detail(payload) if sees_detail else [],
    )


def _detail(payload: dict[str, Any]) -> list[tuple[str, str]]:
    rows = {name: value for name, value in payload.items() if name not in TECHNICAL}
    entered = rows.pop("input", None) or {}
    return [
        (name, str(value)) for name, value in {**entered, **rows}.items() if value not in (None, "", [], {})
    ]
