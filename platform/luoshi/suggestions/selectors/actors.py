"""The acting person of a user account: roles, units and deputy in one value."""

from luoshi.accounts.actor import Actor, Channel, Role
from luoshi.accounts.models import RoleGrant, User
from luoshi.suggestions.models import Deputy, UnitMember


def actor_of(user: User, channel: Channel = Channel.WEB) -> Actor:
    """``user`` as an actor. Three queries; make it once for a request."""
    roles = {Role(role) for role in RoleGrant.objects.filter(user=user).values_list("role", flat=True)}
    members = list(UnitMember.objects.filter(user=user).values_list("unit_id", "position"))
    deputy_id = Deputy.objects.filter(user=user).values_list("pk", flat=True).first()
    return Actor(
        user_id=user.pk,
        name=user.full_name or user.username,
        roles=frozenset(roles),
        unit_ids=frozenset(unit_id for unit_id, _ in members),
        deputy_id=deputy_id,
        channel=channel,
    )
