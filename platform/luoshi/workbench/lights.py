"""Lights: how a due date stands today, in a word and a shape as well as a colour."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet, Subquery

from luoshi.accounts.actor import Actor, Role
from luoshi.suggestions.models import Clock
from luoshi.suggestions.rules import SEES_EVERYTHING

SOON_DAYS = 7
"""Natural days before a due date in which it counts as near (临期)."""


@dataclass(frozen=True, slots=True)
class Light:
    """One light. ``key`` is its name in the address."""

    key: str
    word: str
    shape: str


LATE = Light("late", "超期", "■")
SOON = Light("soon", "临期", "▲")
FINE = Light("fine", "正常", "●")
NONE = Light("none", "无期限", "○")
LIGHTS = (LATE, SOON, FINE, NONE)


def light_of(due_on: date | None, today: date) -> Light:
    """The light of a date that still runs; a day is late from the day after it."""
    if due_on is None:
        return NONE
    if due_on < today:
        return LATE
    return SOON if due_on <= today + timedelta(days=SOON_DAYS) else FINE


def left_words(due_on: date, today: date) -> str:
    """What stands beside a date: 还剩 12 天."""
    days = (due_on - today).days
    if days < 0:
        return f"已超 {-days} 天"
    return "今天到期" if days == 0 else f"还剩 {days} 天"


def light_q(key: str, today: date) -> Q:
    """The condition on ``due`` of :func:`with_due` that this light stands for."""
    near = today + timedelta(days=SOON_DAYS)
    return {
        LATE.key: Q(due__lt=today),
        SOON.key: Q(due__gte=today, due__lte=near),
        FINE.key: Q(due__gt=near),
        NONE.key: Q(due__isnull=True),
    }[key]


def clocks_of(actor: Actor) -> QuerySet[Clock]:
    """The running clocks that concern this person: a unit's own; everybody else's are those of the case."""
    running = Clock.objects.filter(state=Clock.State.RUNNING)
    in_unit = actor.has(Role.UNIT_HEAD, Role.UNIT_HANDLER) and not actor.has(*SEES_EVERYTHING, Role.DEPUTY)
    return running.filter(assignment__unit_id__in=actor.unit_ids) if in_unit else running


def with_due(found: QuerySet[Any], actor: Actor, clocks: str = "clocks") -> Any:
    """``found`` with ``due``, the earliest date of its suggestion that runs for this person.

    Joined, not asked for each suggestion: PostgreSQL then reads the running clocks once, however many
    suggestions there are. At most one clock is joined to each row, so that nothing is counted twice.

    :param clocks: the way from a row of ``found`` to the clocks of its suggestion.
    """
    first = clocks_of(actor).order_by("suggestion", "due_on", "pk").distinct("suggestion")
    joined = FilteredRelation(
        clocks,
        condition=Q(
            **{f"{clocks}__state": Clock.State.RUNNING, f"{clocks}__pk__in": Subquery(first.values("pk"))}
        ),
    )
    return found.annotate(first_clock=joined, due=F("first_clock__due_on"))
