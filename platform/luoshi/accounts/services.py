"""Writes to accounts, roles and API keys of one county."""

import hashlib
import secrets
from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from luoshi.accounts.actor import Role
from luoshi.accounts.models import ApiKey, RoleGrant, User
from luoshi.accounts.roles import GRANTABLE_ROLES
from luoshi.errors import Invalid, Problem

KEY_PREFIX = "luoshi"


@transaction.atomic
def user_create(
    *,
    username: str,
    full_name: str,
    password: str | None,
    roles: Iterable[Role] = (),
    email: str = "",
    must_change_password: bool = True,
) -> User:
    """Open an account in the county that is bound.

    ``password``: ``None`` leaves the account without one, so that nobody can sign in with it yet.

    :raises Invalid: when a value is missing, too long or malformed, the name is taken or the password too
    weak.
    """
    user = User(
        username=User.normalize_username(username),
        full_name=full_name.strip(),
        email=email.strip(),
        must_change_password=must_change_password,
    )
    problems = _person_problems(user)
    if password is not None:
        problems += _password_problems(password, user)
    if problems:
        raise Invalid(problems)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise Invalid([Problem("username", f"用户名“{user.username}”已被使用，请换一个")]) from None
    for role in roles:
        role_grant(user=user, role=role)
    return user


@transaction.atomic
def password_set(*, user: User, password: str, must_change: bool = False) -> None:
    """Give ``user`` a new password. Sessions opened with the old one end with it.

    :raises Invalid: when it is too weak.
    """
    problems = _password_problems(password, user)
    if problems:
        raise Invalid(problems)
    user.set_password(password)
    user.must_change_password = must_change
    user.save(update_fields=["password", "must_change_password"])


@transaction.atomic
def user_deactivate(*, user: User) -> None:
    """Close an account: no sign-in, open sessions end with their next request, API keys are dead."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.api_keys.filter(revoked_at=None).update(revoked_at=timezone.now())


def role_grant(*, user: User, role: Role) -> RoleGrant:
    """Give a role; giving it twice changes nothing.

    :raises Invalid: for the system's own role, which no person holds.
    """
    if role not in GRANTABLE_ROLES:
        raise Invalid([Problem("role", "“系统”角色不能授予任何人")])
    grant, _ = RoleGrant.objects.get_or_create(user=user, role=role.value)
    return grant


def role_revoke(*, user: User, role: Role) -> bool:
    """Take a role away. Returns whether the person held it."""
    deleted, _ = RoleGrant.objects.filter(user=user, role=role.value).delete()
    return deleted > 0


@transaction.atomic
def api_key_issue(*, user: User, label: str) -> str:
    """Make a key to the API for ``user`` and return it: it is shown this once, only its digest is kept.

    :raises Invalid: when the account is closed or the label blank or longer than 100 characters.
    """
    label = label.strip()
    if not label or len(label) > 100:
        raise Invalid([Problem("label", "请用不超过 100 个字说明密钥的用途")])
    if not user.is_active:
        raise Invalid([Problem("user", "账号已停用，不能发放密钥")])
    prefix = f"{KEY_PREFIX}_{secrets.token_hex(6)}"
    raw = f"{prefix}_{secrets.token_urlsafe(32)}"
    ApiKey.objects.create(user=user, label=label, prefix=prefix, digest=key_digest(raw))
    return raw


def api_key_revoke(*, key: ApiKey) -> None:
    """Make a key useless, for good. Doing it twice keeps the first time."""
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])


def api_key_touch(*, key: ApiKey) -> None:
    """Remember that the key was used, to the hour: one write an hour is enough to find dead keys."""
    now = timezone.now()
    if key.last_used_at is None or (now - key.last_used_at).total_seconds() > 3600:
        key.last_used_at = now
        key.save(update_fields=["last_used_at"])


def key_digest(raw: str) -> str:
    """SHA-256 of a key. The key has 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(raw.encode()).hexdigest()


def _person_problems(user: User) -> list[Problem]:
    problems: list[Problem] = []
    if not user.username:
        problems.append(Problem("username", "请填写用户名"))
    elif len(user.username) > 150:
        problems.append(Problem("username", "用户名过长：最多 150 个字符"))
    if not user.full_name:
        problems.append(Problem("full_name", "请填写姓名"))
    elif len(user.full_name) > 100:
        problems.append(Problem("full_name", "姓名过长：最多 100 个字"))
    if user.email:
        try:
            validate_email(user.email)
        except ValidationError:
            problems.append(Problem("email", f"电子邮箱“{user.email}”格式不对"))
    return problems


def _password_problems(password: str, user: User) -> list[Problem]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [Problem("password", message) for message in error.messages]
    return []
