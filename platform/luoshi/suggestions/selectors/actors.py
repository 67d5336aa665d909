"""The acting person of a user account: roles, units and deputy in one value."""

from luoshi.accounts.actor import Actor, Channel, Role
from luoshi.accounts.models import RoleGrant, User
from luoshi.suggestions.models import Deputy, UnitMember, UnitSuccession

_CONTINUES = (UnitSuccession.Kind.RENAMED, UnitSuccession.Kind.MERGED)


def actor_of(user: User, channel: Channel = Channel.WEB) -> Actor:
    """``user`` as an actor. Four queries; make it once for a request."""
    roles = {Role(role) for role in RoleGrant.objects.filter(user=user).values_list("role", flat=True)}
    members = list(UnitMember.objects.filter(user=user).values_list("unit_id", "position"))
    units = frozenset(unit_id for unit_id, _ in members)
    headed = frozenset(unit_id for unit_id, position in members if position == UnitMember.Position.HEAD)
    succeeded = _succeeded() if members else {}
    terms = Deputy.objects.filter(user=user).order_by("-delegation__term__number", "-pk")
    deputies = list(terms.values_list("pk", flat=True))
    return Actor(
        user_id=user.pk,
        name=user.full_name or user.username,
        roles=frozenset(roles),
        unit_ids=_with_predecessors(units, succeeded),
        headed_unit_ids=_with_predecessors(headed, succeeded),
        deputy_id=deputies[0] if deputies else None,
        earlier_deputy_ids=frozenset(deputies[1:]),
        channel=channel,
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
