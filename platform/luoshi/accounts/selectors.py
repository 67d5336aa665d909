"""Shared reads of accounts."""

import hmac

from luoshi.accounts.actor import Role
from luoshi.accounts.models import ApiKey, RoleGrant, User
from luoshi.accounts.services import key_digest


def roles_of(user: User) -> frozenset[Role]:
    """The roles that ``user`` holds; none once the account is closed."""
    if not user.is_active:
        return frozenset()
    return frozenset(
        Role(role) for role in RoleGrant.objects.filter(user=user).values_list("role", flat=True)
    )


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
