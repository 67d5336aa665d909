"""Every act on accounts, roles and keys is told to the log, in the stream of the person it was done to."""

from typing import Any

from luoshi.accounts.actor import Actor, Role
from luoshi.accounts.models import User
from luoshi.accounts.roles import ADMIN_ROLES
from luoshi.audit.services import event_append

POLICY_STREAM = "account_policy"
SIGN_IN_STREAM = "sign_in"
"""Failures under names that nobody here has. The name itself is not kept: it is often a mistyped password."""


def user_stream(user: User) -> str:
    """The stream of one person's account."""
    return f"user:{user.pk}"


def account_event(*, stream: str, kind: str, actor: Actor, payload: dict[str, Any]) -> None:
    """Append ``kind`` to ``stream`` in the caller's transaction."""
    event_append(
        stream_key=stream,
        kind=kind,
        actor_id=actor.user_id,
        actor_role=_role(actor),
        payload={"actor": actor.name, "channel": actor.channel.value, **payload},
    )


def person_actor(user: User) -> Actor:
    """A person acting on his own account, where his roles do not matter."""
    return Actor(user_id=user.pk, name=user.full_name, roles=frozenset())


def _role(actor: Actor) -> str:
    """The role he acts in: an administrator's or the system's; nothing for one's own account."""
    acting = sorted(role.value for role in actor.roles if role in ADMIN_ROLES or role is Role.SYSTEM)
    return acting[0] if acting else ""
