"""Shared reads of accounts."""

import hmac
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from luoshi.accounts.actor import Role
from luoshi.accounts.digests import county_digest, key_digest
from luoshi.accounts.models import ApiKey, Invitation, PolicyVersion, RoleGrant, User
from luoshi.accounts.policy import AccountPolicy
from luoshi.statement import Statement
from luoshi.validation import input_parse

INVITATION = "invitation"
# Every page of the editors begins with it, and each of its doors asks anew.
_ROLES = Statement(lambda user_id: RoleGrant.objects.filter(user_id=user_id).values_list("role"), user_id=int)


def roles_of(user: User) -> frozenset[Role]:
    """The roles that ``user`` holds; none once the account is closed."""
    return roles_held(user) if user.is_active else frozenset()


def roles_held(user: User) -> frozenset[Role]:
    """The roles that are kept for ``user``, also while the account is closed."""
    return frozenset(Role(role) for (role,) in _ROLES.tuples({"user_id": user.pk}))


def api_key_find(raw: str) -> ApiKey | None:
    """The living key that ``raw`` is, with its user; ``None`` for anything else, another county's key
    included.
    """
    prefix = "_".join(raw.split("_", 2)[:2])
    key = ApiKey.objects.select_related("user").filter(prefix=prefix).first()
    if key is None or not hmac.compare_digest(key.digest, key_digest(raw)):
        return None
    if key.revoked_at is not None or not key.user.is_active:
        return None
    return key


def policy_current() -> AccountPolicy:
    """The rules in force in the county that is bound; the defaults until somebody changed them."""
    newest = PolicyVersion.objects.order_by("-pk").first()
    return input_parse(AccountPolicy, newest.data) if newest else AccountPolicy()


def invitation_find(token: str, *, at: datetime | None = None) -> Invitation | None:
    """The open invitation of this county that ``token`` is; ``None`` once used, revoked or over."""
    return (
        Invitation.objects.select_related("user")
        .filter(
            digest=county_digest(INVITATION, token),
            used_at=None,
            revoked_at=None,
            expires_at__gt=at or timezone.now(),
        )
        .first()
    )


def people_search(
    *, text: str = "", role: Role | None = None, is_active: bool | None = None
) -> QuerySet[User]:
    """People whose name or user name holds ``text``, in the order of their user names."""
    found = User.objects.prefetch_related("role_grants", "role_proposals").order_by("username")
    if text := text.strip():
        found = found.filter(Q(full_name__icontains=text) | Q(username__icontains=text))
    if role is not None:
        found = found.filter(role_grants__role=role.value)
    return found if is_active is None else found.filter(is_active=is_active)
