"""承办: distinct units and their parts (HN-04). Handled separately a suggestion counts once, its units twice.

Assignments that went to another unit (退办、改办) do not count: the unit that has the part now does (HN-11).
A unit that was renamed is one unit, under the name it bears now (HN-25).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Value, When

from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import AssignmentRole, AssignmentState
from luoshi.statistics.definition import COUNTED, Definition
from luoshi.statistics.facts import HANDED_OVER, late
from luoshi.statistics.scope import Scope
from luoshi.suggestions.models import Assignment, Unit, UnitSuccession


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit: suggestions it has a part in, by role. ``late``: parts done or open after the due day."""

    unit_id: int
    name: str
    items: int
    lead: int
    separate: int
    co: int
    done: int
    late: int


@dataclass(frozen=True, slots=True)
class Parts:
    """So many parts (件次) of each role."""

    lead: int
    separate: int
    co: int


@dataclass(frozen=True, slots=True)
class UnitBlock:
    """``lead``, ``separate``, ``co``: distinct units with such a part. ``distinct``: units in all."""

    distinct: int
    lead: int
    separate: int
    co: int
    parts: Parts
    table: tuple[UnitRow, ...]


def unit_definition(unit: Unit, role: AssignmentRole | None, former: Iterable[int] = ()) -> Definition:
    """The figure of one unit's row. ``role``: all roles where ``None``. ``former``: ids under old names."""
    parts = Assignment.objects.filter(suggestion_id=OuterRef("pk"), unit_id__in=[unit.pk, *former]).exclude(
        state__in=GONE
    )
    if role is not None:
        parts = parts.filter(role=role)
    label = role.label if role is not None else "承办"
    return Definition(
        f"units.{unit.pk}.{role.value if role is not None else 'items'}",
        f"{unit.name}{label}",
        f"{unit.name}{label}的件数；一件只计一次，改办给其他单位的不计",
        "HN-04",
        COUNTED & Q(state__in=HANDED_OVER) & Q(Exists(parts)),
    )


def units_renamed() -> dict[int, int]:
    """Old unit id to the id of the name it bears now, through any number of renamings. One query."""
    step = dict(
        UnitSuccession.objects.filter(kind=UnitSuccession.Kind.RENAMED).values_list(
            "predecessor_id", "successor_id"
        )
    )
    final = {}
    for old in step:
        now, seen = old, {old}
        while (after := step.get(now)) is not None and after not in seen:
            seen.add(after)
            now = after
        final[old] = now
    return final


def unit_block(scope: Scope) -> UnitBlock:
    """Every unit with a part, by name. Three queries."""
    renamed = units_renamed()
    current = Case(
        *(When(unit_id=old, then=Value(now)) for old, now in renamed.items()),
        default=F("unit_id"),
        output_field=IntegerField(),
    )
    done = Q(state=AssignmentState.DONE)

    def items(condition: Q) -> Count:
        return Count("suggestion", filter=condition, distinct=True)

    rows = list(
        Assignment.objects.filter(scope.counted("suggestion__"), suggestion__state__in=HANDED_OVER)
        .exclude(state__in=GONE)
        .annotate(current=current)
        .values("current")
        .annotate(
            items=Count("suggestion", distinct=True),
            lead=items(Q(role=AssignmentRole.LEAD)),
            separate=items(Q(role=AssignmentRole.SEPARATE)),
            co=items(Q(role=AssignmentRole.CO)),
            done=Count("pk", filter=done),
            late=Count("pk", filter=late(scope)),
        )
        .order_by("current")
    )
    names = dict(Unit.objects.filter(pk__in=[row["current"] for row in rows]).values_list("pk", "name"))
    table = tuple(
        UnitRow(
            unit_id=row["current"],
            name=names[row["current"]],
            items=row["items"],
            lead=row["lead"],
            separate=row["separate"],
            co=row["co"],
            done=row["done"],
            late=row["late"],
        )
        for row in rows
    )
    return UnitBlock(
        distinct=len(table),
        lead=sum(row.lead > 0 for row in table),
        separate=sum(row.separate > 0 for row in table),
        co=sum(row.co > 0 for row in table),
        parts=Parts(
            lead=sum(row.lead for row in table),
            separate=sum(row.separate for row in table),
            co=sum(row.co for row in table),
        ),
        table=table,
    )
