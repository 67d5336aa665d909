"""The acting person of a user account: roles, units and deputy in one value."""

from typing import Any

from django.db.models import BigIntegerField, F, QuerySet, Value
from django.db.models.functions import Cast

from luoshi.accounts.actor import Actor, Channel, Role
from luoshi.accounts.models import RoleGrant, User
from luoshi.statement import Statement
from luoshi.suggestions.models import Deputy, UnitMember, UnitSuccession

_CONTINUES = (UnitSuccession.Kind.RENAMED, UnitSuccession.Kind.MERGED)


def _held_rows(user_id: int) -> QuerySet[Any, Any]:
    def part(rows: QuerySet[Any], kind: str, text: Any, number: Any, term: Any) -> QuerySet[Any, Any]:
        return rows.order_by().values_list(
            Value(kind), text, Cast(number, BigIntegerField()), Cast(term, BigIntegerField())
        )

    none, deputies = Value(0), Deputy.objects.filter(user_id=user_id)
    return part(RoleGrant.objects.filter(user_id=user_id), "role", F("role"), none, none).union(
        part(UnitMember.objects.filter(user_id=user_id), "unit", F("position"), F("unit_id"), none),
        part(deputies, "deputy", Value(""), F("pk"), F("delegation__term__number")),
        all=True,
    )


# Every page of everybody begins with it.
_HELD = Statement(_held_rows, user_id=int)


def actor_of(user: User, channel: Channel = Channel.WEB) -> Actor:
    """``user`` as an actor. One query, two for who works for a unit; make it once for a request."""
    roles, members, deputies = _held(user)
    units = frozenset(members)
    headed = frozenset(pk for pk, position in members.items() if position == UnitMember.Position.HEAD)
    succeeded = _succeeded() if members else {}
    return Actor(
        user_id=user.pk,
        name=user.full_name or user.username,
        roles=roles,
        unit_ids=_with_predecessors(units, succeeded),
        headed_unit_ids=_with_predecessors(headed, succeeded),
        deputy_id=deputies[0] if deputies else None,
        earlier_deputy_ids=frozenset(deputies[1:]),
        channel=channel,
    )


def _held(user: User) -> tuple[frozenset[Role], dict[int, str], list[int]]:
    """Roles, units with the position in each, and deputies, the newest term first."""
    found = _HELD.tuples({"user_id": user.pk})
    deputies = sorted(((term, pk) for kind, _, pk, term in found if kind == "deputy"), reverse=True)
    return (
        frozenset(Role(text) for kind, text, _, _ in found if kind == "role"),
        {pk: text for kind, text, pk, _ in found if kind == "unit"},
        [pk for _, pk in deputies],
    )


def _succeeded() -> dict[int, set[int]]:
    """What each unit goes on with: units renamed to it or merged into it (HN-25)."""
    found: dict[int, set[int]] = {}
    rows = UnitSuccession.objects.filter(kind__in=_CONTINUES).values_list("successor_id", "predecessor_id")
    for successor, predecessor in rows:
        found.setdefault(successor, set()).add(predecessor)
    return found


def _with_predecessors(units: frozenset[int], succeeded: dict[int, set[int]]) -> frozenset[int]:
    known = set(units)
    waiting = list(units)
    while waiting:
        for predecessor in succeeded.get(waiting.pop(), set()) - known:
            known.add(predecessor)
            waiting.append(predecessor)
    return frozenset(known)
