"""Accounts: opened, changed, closed."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from luoshi.accounts.actor import SYSTEM_ACTOR, Actor, Role
from luoshi.accounts.events import account_event, user_stream
from luoshi.accounts.models import User
from luoshi.accounts.passwords import password_problems, password_write
from luoshi.accounts.rules import require, target_of
from luoshi.accounts.services.invitations import invitations_revoke
from luoshi.accounts.services.roles import role_grant
from luoshi.errors import Invalid, Problem


@transaction.atomic
def user_create(
    *,
    username: str,
    full_name: str,
    password: str | None,
    roles: Iterable[Role] = (),
    email: str = "",
    must_change_password: bool = True,
    actor: Actor = SYSTEM_ACTOR,
) -> User:
    """Open an account in the county that is bound.

    ``password``: ``None`` leaves the account without one, so that nobody can sign in with it yet.

    :raises Invalid: when a value is missing, too long or malformed, the name is taken or the password too
        weak.
    :raises NotAllowed: for anybody but the system administrator, and for him as soon as ``roles`` are given.
    """
    require("person_create", actor)
    user = User(
        username=User.normalize_username(username),
        full_name=full_name.strip(),
        email=email.strip(),
        must_change_password=must_change_password,
    )
    problems = _person_problems(user)
    if password is not None:
        problems += password_problems(password, user)
    if problems:
        raise Invalid(problems)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise Invalid([Problem("username", f"用户名“{user.username}”已被使用，请换一个")]) from None
    if password is not None:
        password_write(user, password)
    payload = {"username": user.username, "has_password": password is not None}
    account_event(stream=user_stream(user), kind="account.opened", actor=actor, payload=payload)
    for role in roles:
        role_grant(user=user, role=role, actor=actor)
    return user


@transaction.atomic
def user_update(*, user: User, full_name: str, email: str, actor: Actor) -> bool:
    """Change a person's name or address. The user name stays: the log knows people by it. False: no change.

    :raises Invalid: when a value is missing, too long or malformed.
    :raises NotAllowed: for anybody but the system administrator, for himself and for those who watch him.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    require("person_change", actor, target_of(user))
    given = {"full_name": full_name.strip(), "email": email.strip()}
    changed = [name for name, value in given.items() if getattr(user, name) != value]
    if not changed:
        return False
    for name in changed:
        setattr(user, name, given[name])
    if problems := _person_problems(user):
        raise Invalid(problems)
    user.save(update_fields=changed)
    account_event(
        stream=user_stream(user), kind="account.changed", actor=actor, payload={"changed": sorted(changed)}
    )
    return True


@transaction.atomic
def user_deactivate(*, user: User, actor: Actor = SYSTEM_ACTOR) -> None:
    """Close an account: no sign-in, open sessions end with their next request, API keys and links are dead.

    The password goes too, so that no old session lives again when the account is opened by a new invitation.
    Doing it twice changes nothing.

    :raises NotAllowed: for anybody but the system administrator, for himself and for those who watch him.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    require("person_close", actor, target_of(locked))
    if not locked.is_active:
        return
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    invitations_revoke(user)
    dead = user.api_keys.filter(revoked_at=None).update(revoked_at=timezone.now())
    account_event(
        stream=user_stream(user), kind="account.closed", actor=actor, payload={"keys_revoked": dead}
    )


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
    if "\x00" in user.username + user.full_name:
        problems.append(Problem("username", "含有无法保存的控制字符，请删去后重新输入"))
    if user.email:
        try:
            validate_email(user.email)
        except ValidationError:
            problems.append(Problem("email", f"电子邮箱“{user.email}”格式不对"))
    return problems
