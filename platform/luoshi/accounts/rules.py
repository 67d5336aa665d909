"""Who may do what with people, roles, keys and the audit log (三权分立, domain.md B10).

The system administrator opens and closes accounts and gives no rights; the security administrator gives and
takes rights and opens no accounts; the audit administrator reads the log and changes nothing. Nobody acts on
himself. The system itself (command line, onboarding) stands above them, or no county could be begun.
"""

from dataclasses import dataclass

import rules

from luoshi.accounts.actor import Actor, Role
from luoshi.accounts.models import User
from luoshi.accounts.roles import GRANTABLE_ROLES, OVERSEER_ROLES, PROPOSABLE_ROLES, SECURITY_GRANTABLE_ROLES
from luoshi.accounts.selectors import roles_held
from luoshi.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Target:
    """Whom it is about: ``roles`` are those he holds; ``role`` the one to be given or taken."""

    user_id: int
    roles: frozenset[Role] = frozenset()
    role: Role | None = None


def target_of(user: User, role: Role | None = None) -> Target:
    """``user`` as the rules see him, a closed account with the roles it would have."""
    return Target(user.pk, roles_held(user), role)


@rules.predicate
def is_operator(actor: Actor, target: Target | None) -> bool:
    """The system itself."""
    return actor.has(Role.SYSTEM)


@rules.predicate
def is_system_admin(actor: Actor, target: Target | None) -> bool:
    """系统管理员。"""
    return actor.has(Role.SYSTEM_ADMIN)


@rules.predicate
def is_security_admin(actor: Actor, target: Target | None) -> bool:
    """安全管理员。"""
    return actor.has(Role.SECURITY_ADMIN)


@rules.predicate
def is_audit_admin(actor: Actor, target: Target | None) -> bool:
    """审计管理员。"""
    return actor.has(Role.AUDIT_ADMIN)


@rules.predicate
def is_self(actor: Actor, target: Target | None) -> bool:
    """It is about the person who asks."""
    return target is not None and actor.user_id is not None and actor.user_id == target.user_id


@rules.predicate
def is_overseer(actor: Actor, target: Target | None) -> bool:
    """It is about a security or an audit administrator."""
    return target is not None and not target.roles.isdisjoint(OVERSEER_ROLES)


@rules.predicate
def is_proposable(actor: Actor, target: Target | None) -> bool:
    """The role is on the whitelist of what a system administrator may propose."""
    return target is not None and target.role in PROPOSABLE_ROLES


@rules.predicate
def is_grantable(actor: Actor, target: Target | None) -> bool:
    """The role is on the whitelist of what a security administrator may give."""
    return target is not None and target.role in SECURITY_GRANTABLE_ROLES


@rules.predicate
def is_role_of_people(actor: Actor, target: Target | None) -> bool:
    """A role that a person can hold at all."""
    return target is not None and target.role in GRANTABLE_ROLES


PERMISSIONS: dict[str, rules.Predicate] = {
    "people_see": is_operator | is_system_admin | is_security_admin,
    "person_create": is_operator | is_system_admin,
    "person_change": is_operator | (is_system_admin & ~is_self & ~is_overseer),
    "person_close": is_operator | (is_system_admin & ~is_self & ~is_overseer),
    # Whoever holds the link can become that person: not the watched one into the watcher.
    "person_invite": is_operator
    | (is_system_admin & ~is_self & ~is_overseer)
    | (is_security_admin & ~is_self & is_overseer),
    "role_propose": is_system_admin & ~is_self & is_proposable,
    "role_grant": (is_operator & is_role_of_people) | (is_security_admin & ~is_self & is_grantable),
    "role_revoke": (is_operator & is_role_of_people) | (is_security_admin & ~is_self & is_grantable),
    "policy_change": is_operator | is_security_admin,
    "key_issue": is_operator | is_self,
    "key_revoke": is_operator | is_self | is_security_admin,
    "password_set": is_operator | is_self,
    "audit_read": is_audit_admin,
}

_REFUSALS = {
    "people_see": "只有系统管理员和安全管理员可以查看本县人员",
    "person_create": "只有系统管理员可以新建账号",
    "person_change": "只有系统管理员可以修改他人的账号；安全管理员、审计管理员的账号须先由安全管理员收回角色",
    "person_close": "只有系统管理员可以停用他人的账号；安全管理员、审计管理员的账号须先由安全管理员收回角色",
    "person_invite": "您不能为这个账号发放邀请：由系统管理员发放，安全、审计管理员的由另一位安全管理员发放",
    "role_propose": "只有系统管理员可以为他人申请角色，且不能申请安全管理员、审计管理员",
    "role_grant": "角色只能由安全管理员授予他人，不能授予自己",
    "role_revoke": "角色只能由安全管理员从他人收回，不能收回自己的",
    "policy_change": "只有安全管理员可以修改登录与密码规则",
    "key_issue": "接口密钥只能由本人发放",
    "key_revoke": "只有本人或安全管理员可以作废接口密钥",
    "password_set": "密码只能由本人设置",
    "audit_read": "只有审计管理员可以查看审计日志",
}


def may(permission: str, actor: Actor, target: Target | None = None) -> bool:
    """Whether ``actor`` has the permission for ``target``."""
    return bool(PERMISSIONS[permission].test(actor, target))


def require(permission: str, actor: Actor, target: Target | None = None) -> None:
    """Refuse an actor who has not the permission.

    :raises NotAllowed: with what would be right.
    """
    if not may(permission, actor, target):
        raise NotAllowed(_REFUSALS[permission])
