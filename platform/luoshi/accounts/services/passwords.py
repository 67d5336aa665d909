"""A person's password."""

from django.db import transaction

from luoshi.accounts.actor import SYSTEM_ACTOR, Actor
from luoshi.accounts.events import account_event, user_stream
from luoshi.accounts.models import User
from luoshi.accounts.passwords import password_problems, password_write
from luoshi.accounts.rules import require, target_of
from luoshi.errors import Invalid


@transaction.atomic
def password_set(
    *, user: User, password: str, must_change: bool = False, actor: Actor = SYSTEM_ACTOR
) -> None:
    """Give ``user`` a new password. Sessions opened with the old one end with it.

    :raises Invalid: when it is too weak, or one of the last ones.
    :raises NotAllowed: for anybody but the person and the system: others issue an invitation.
    """
    require("password_set", actor, target_of(user))
    if problems := password_problems(password, user):
        raise Invalid(problems)
    user.must_change_password = must_change
    password_write(user, password)
    account_event(
        stream=user_stream(user),
        kind="account.password_set",
        actor=actor,
        payload={"must_change": must_change},
    )
