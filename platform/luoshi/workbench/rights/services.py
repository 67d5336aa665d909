"""Acts that need accounts and units together, each one transaction."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from luoshi.accounts.actor import Actor, Role
from luoshi.accounts.models import User
from luoshi.accounts.rules import require, target_of
from luoshi.accounts.services import invitation_issue, role_propose, user_create
from luoshi.suggestions.models import Deputy, Unit, UnitMember
from luoshi.suggestions.services.register import deputy_account_link, register_event, unit_member_add


@transaction.atomic
def person_create(
    *,
    username: str,
    full_name: str,
    email: str,
    roles: Iterable[Role],
    unit: Unit | None,
    position: str,
    deputy: Deputy | None,
    actor: Actor,
) -> tuple[User, str, datetime]:
    """A new person with roles asked for, unit or deputy, and a link: the user, the link's token and its end.

    :raises Invalid: when a value is wrong or the name is taken.
    :raises NotAllowed: for anybody but the system administrator, or a role that he may not propose.
    """
    user = user_create(username=username, full_name=full_name, password=None, email=email, actor=actor)
    for role in roles:
        role_propose(user=user, role=role, actor=actor)
    if unit is not None:
        unit_member_add(unit=unit, user=user, position=UnitMember.Position(position), actor=actor)
    if deputy is not None:
        deputy_account_link(deputy=deputy, user=user, actor=actor)
    token, expires_at = invitation_issue(user=user, actor=actor)
    return user, token, expires_at


@transaction.atomic
def person_unit_add(*, user: User, unit: Unit, position: str, actor: Actor) -> bool:
    """Let ``user`` work for ``unit``. False: it was so already.

    :raises NotAllowed: for anybody but the system administrator, for himself and those who watch him.
    """
    require("person_change", actor, target_of(user))
    return unit_member_add(unit=unit, user=user, position=UnitMember.Position(position), actor=actor)


@transaction.atomic
def person_unit_remove(*, user: User, unit: Unit, actor: Actor) -> bool:
    """Let ``user`` no longer work for ``unit``. False: he did not.

    :raises NotAllowed: for anybody but the system administrator, for himself and those who watch him.
    """
    require("person_change", actor, target_of(user))
    deleted, _ = UnitMember.objects.filter(user=user, unit=unit).delete()
    if deleted:
        payload = {"user": user.pk}
        register_event(stream=f"unit:{unit.pk}", kind="unit.member_removed", actor=actor, payload=payload)
    return deleted > 0


@transaction.atomic
def person_deputy_link(*, user: User, deputy: Deputy, actor: Actor) -> bool:
    """Let ``user`` act as ``deputy``. False: it was so already.

    :raises NotAllowed: for anybody but the system administrator, for himself and those who watch him.
    """
    require("person_change", actor, target_of(user))
    return deputy_account_link(deputy=deputy, user=user, actor=actor)
