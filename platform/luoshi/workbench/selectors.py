"""What the start page shows: what I owe, who waits for me, for whom I wait, what turns red. Each figure is
the condition of the list behind it (``duties``), so the number of queries is the same whatever the data."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    Prefetch,
    QuerySet,
    Value,
    When,
)

from luoshi.accounts.actor import Actor, Role
from luoshi.accounts.models import RoleProposal
from luoshi.lifecycle.stage import GONE
from luoshi.notifications.models import Notice
from luoshi.suggestions.models import Assignment, Suggestion
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.workbench.duties import Duty, duties_of
from luoshi.workbench.lights import FINE, LATE, LIGHTS, NONE, SOON, Light, light_q, with_due

TURNING_RED = 8
NEWEST = 5
UNITS_SHOWN = 15
OVERSEES_UNITS = (Role.CONGRESS_OFFICE, Role.SECRETARIAT, Role.GOVERNMENT_OFFICE, Role.LEADER, Role.COMMITTEE)


@dataclass(frozen=True, slots=True)
class DutyCount:
    """One kind of work with its number, and how many of them are late."""

    duty: Duty
    count: int
    late: int


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """One unit's open cases: each light with its number and its share, in percent of the busiest unit."""

    unit_id: int
    name: str
    lights: list[tuple[Light, int, int]]


@dataclass(frozen=True, slots=True)
class Start:
    """The start page of one person."""

    owed: list[DutyCount]
    waits: list[DutyCount]
    lights: list[tuple[Light, int]]
    turning: list[Suggestion]
    notices: list[Notice]
    units: list[UnitLoad]
    roles_asked: int
    today: date

    @property
    def owed_total(self) -> int:
        """How many things wait for this person."""
        return sum(row.count for row in self.owed) + self.roles_asked


def start_page(actor: Actor, today: date) -> Start:
    """What ``actor`` finds on arriving. Five queries, six for those who oversee units or grant roles."""
    found = with_due(suggestions_visible(actor), actor)
    duties = duties_of(actor)
    counts = _counted(found, actor, duties, today)
    rows = [DutyCount(duty, counts[f"n{at}"], counts[f"l{at}"]) for at, duty in enumerate(duties)]
    return Start(
        owed=[row for row in rows if row.duty.own and row.count],
        waits=[row for row in rows if not row.duty.own and row.count],
        lights=[(light, counts[light.key]) for light in LIGHTS if light is not NONE],
        turning=list(_turning(found, today)),
        notices=list(
            Notice.objects.filter(recipient_id=actor.user_id, read_at__isnull=True).order_by(
                "-created_at", "-pk"
            )[:NEWEST]
        ),
        units=_loads(actor, today),
        roles_asked=_roles_asked(actor),
        today=today,
    )


def _counted(
    found: QuerySet[Suggestion], actor: Actor, duties: tuple[Duty, ...], today: date
) -> dict[str, int]:
    """Every figure of the page in one query, which asks each condition once of each suggestion.

    Suggestions alike in light and duties are counted together, and the sums are made here: as a condition of
    each figure, what a duty asks of other tables would be asked again for its late ones.
    """
    light = Case(*(When(light_q(light.key, today), then=Value(light.key)) for light in LIGHTS))
    marks = {
        f"c{at}": Case(When(duty.condition(actor), then=Value(1)), default=Value(0))
        for at, duty in enumerate(duties)
    }
    names = [f"{letter}{at}" for at in range(len(duties)) for letter in "nl"]
    totals = dict.fromkeys([light.key for light in LIGHTS] + names, 0)
    alike = found.order_by().values(lit=light).annotate(**marks).values("lit", *marks)
    for lit, *held, count in alike.annotate(count=Count("pk")).values_list("lit", *marks, "count"):
        totals[lit] += count
        for at, holds in enumerate(held):
            totals[f"n{at}"] += count * holds
            totals[f"l{at}"] += count * holds * (lit == LATE.key)
    return totals


def _roles_asked(actor: Actor) -> int:
    """People whose roles wait for the security administrator's word."""
    if not actor.has(Role.SECURITY_ADMIN):
        return 0
    return RoleProposal.objects.exclude(user_id=actor.user_id or 0).values("user_id").distinct().count()


def _turning(found: Any, today: date) -> QuerySet[Suggestion]:
    parts = (
        Assignment.objects.exclude(state__in=GONE).select_related("unit").order_by("-round", "-role", "pk")
    )
    rows: QuerySet[Suggestion] = (
        found.filter(light_q(LATE.key, today) | light_q(SOON.key, today))
        .select_related("session", "lead_deputy", "delegation")
        .defer("content", "note")
        .prefetch_related(Prefetch("assignments", parts, to_attr="live"))
        .order_by("due", F("number").asc(nulls_last=True), "pk")[:TURNING_RED]
    )
    return rows


def _loads(actor: Actor, today: date) -> list[UnitLoad]:
    """The busiest units, the late ones first; for those who oversee them."""
    if not actor.has(*OVERSEES_UNITS):
        return []
    lit = (LATE, SOON, FINE)
    parts = Assignment.objects.exclude(state__in=GONE).filter(suggestion__in=suggestions_visible(actor))
    counts: Any = {
        light.key: Count("suggestion", distinct=True, filter=light_q(light.key, today)) for light in lit
    }
    grouped = with_due(parts, actor, "suggestion__clocks").filter(due__isnull=False)
    grouped = grouped.values("unit_id", "unit__name", "unit__short_name").annotate(**counts)
    rows: list[dict[str, Any]] = list(grouped.order_by("-late", "-soon", "-fine", "unit__name")[:UNITS_SHOWN])
    most = max((sum(row[light.key] for light in lit) for row in rows), default=1)
    return [
        UnitLoad(
            unit_id=row["unit_id"],
            name=row["unit__short_name"] or row["unit__name"],
            lights=[(light, row[light.key], round(100 * row[light.key] / most)) for light in lit],
        )
        for row in rows
    ]


def notices_of(actor: Actor) -> QuerySet[Notice]:
    """This person's own notices, the unread first, then the newest."""
    rows = Notice.objects.filter(recipient_id=actor.user_id).select_related("suggestion")
    return rows.order_by(F("read_at").desc(nulls_first=True), "-created_at", "-pk")
