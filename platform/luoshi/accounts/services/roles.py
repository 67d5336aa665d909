"""Roles: proposed by one administrator, given and taken by another (三权分立)."""

from django.db import transaction

from luoshi.accounts.actor import SYSTEM_ACTOR, Actor, Role
from luoshi.accounts.events import account_event, user_stream
from luoshi.accounts.models import RoleGrant, RoleProposal, User
from luoshi.accounts.roles import ADMIN_ROLES, GRANTABLE_ROLES, ROLE_LABELS
from luoshi.accounts.rules import may, require, target_of
from luoshi.accounts.selectors import roles_held
from luoshi.accounts.signals import roles_changed
from luoshi.errors import Invalid, Problem


@transaction.atomic
def role_propose(*, user: User, role: Role, actor: Actor) -> bool:
    """Ask the security administrator to give ``role``. False: it is held or asked for already.

    :raises NotAllowed: for anybody but the system administrator, for himself, and for a role that he may not
        propose.
    :raises Invalid: when the person would hold two of the three administrator roles.
    """
    user = _locked(user)
    require("role_propose", actor, target_of(user, role))
    if role in roles_held(user):
        return False
    _separation_check(user, role)
    _, is_new = RoleProposal.objects.get_or_create(
        user=user, role=role.value, defaults={"proposed_by_id": actor.user_id}
    )
    if is_new:
        _tell(user, "account.role_proposed", role, actor)
    return is_new


@transaction.atomic
def role_proposal_decline(*, user: User, role: Role, actor: Actor) -> bool:
    """Do not give what was asked for. False: nothing was.

    :raises NotAllowed: for anybody but the security administrator, and for himself.
    """
    user = _locked(user)
    require("role_revoke", actor, target_of(user, role))
    deleted, _ = RoleProposal.objects.filter(user=user, role=role.value).delete()
    if deleted:
        _tell(user, "account.role_declined", role, actor)
    return deleted > 0


@transaction.atomic
def role_grant(*, user: User, role: Role, actor: Actor = SYSTEM_ACTOR) -> RoleGrant:
    """Give a role; giving it twice changes nothing.

    :raises Invalid: for the system's own role, which no person holds; when the person would hold two of the
        three administrator roles.
    :raises NotAllowed: for anybody but the security administrator, and for himself.
    """
    if role not in GRANTABLE_ROLES:
        raise Invalid([Problem("role", "“系统”角色不能授予任何人")])
    user = _locked(user)
    require("role_grant", actor, target_of(user, role))
    _separation_check(user, role)
    grant, is_new = RoleGrant.objects.get_or_create(user=user, role=role.value)
    RoleProposal.objects.filter(user=user, role=role.value).delete()
    if is_new:
        _tell(user, "account.role_granted", role, actor)
        roles_changed.send(sender=User, user=user)
    return grant


@transaction.atomic
def role_revoke(*, user: User, role: Role, actor: Actor = SYSTEM_ACTOR) -> bool:
    """Take a role away. Returns whether the person held it.

    :raises NotAllowed: for anybody but the security administrator, and for himself.
    """
    user = _locked(user)
    require("role_revoke", actor, target_of(user, role))
    deleted, _ = RoleGrant.objects.filter(user=user, role=role.value).delete()
    if deleted:
        _tell(user, "account.role_revoked", role, actor)
        roles_changed.send(sender=User, user=user)
    return deleted > 0


def role_give(*, user: User, role: Role, actor: Actor) -> bool:
    """Give ``role`` where ``actor`` may, else propose it: for a table of accounts. False: nothing was new."""
    if not may("role_grant", actor, target_of(user, role)):
        return role_propose(user=user, role=role, actor=actor)
    is_new = role not in roles_held(user)
    role_grant(user=user, role=role, actor=actor)
    return is_new


def _locked(user: User) -> User:
    """The person's row, held: two grants at once cannot pass the separation between them."""
    return User.objects.select_for_update().get(pk=user.pk)


def _separation_check(user: User, role: Role) -> None:
    if role not in ADMIN_ROLES:
        return
    others = (roles_held(user) & ADMIN_ROLES) - {role}
    if others:
        names = "、".join(ROLE_LABELS[other] for other in sorted(others))
        raise Invalid(
            [Problem("role", f"{user.full_name}已是{names}，系统、安全、审计三种管理员不能由一人兼任")]
        )


def _tell(user: User, kind: str, role: Role, actor: Actor) -> None:
    account_event(stream=user_stream(user), kind=kind, actor=actor, payload={"role": role.value})
