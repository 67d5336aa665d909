"""One-time links by which a person sets his own password: no password of anybody is known to anybody else."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from luoshi.accounts.actor import Actor, Channel
from luoshi.accounts.digests import county_digest
from luoshi.accounts.events import account_event, user_stream
from luoshi.accounts.models import Invitation, User
from luoshi.accounts.passwords import password_problems, password_write
from luoshi.accounts.rules import require, target_of
from luoshi.accounts.selectors import INVITATION, invitation_find, policy_current
from luoshi.errors import Invalid, NotFound

GONE = "这个链接已使用、已作废或已过期，请向本县系统管理员重新索取"


@transaction.atomic
def invitation_issue(*, user: User, actor: Actor) -> tuple[str, datetime]:
    """A new link for ``user``, as its token and its end; the one before is dead from now on.

    For a closed account it opens the account again when it is used. The old password holds until then: a
    wrong click locks nobody out.

    :raises NotAllowed: for anybody but the system administrator; for the accounts of those who watch him, for
        anybody but another security administrator; for oneself.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    require("person_invite", actor, target_of(locked))
    revoked = invitations_revoke(locked)
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    expires_at = now + timedelta(days=policy_current().invitation_days)
    Invitation.objects.create(
        user=locked,
        digest=county_digest(INVITATION, token),
        issued_by_id=actor.user_id,
        issued_at=now,
        expires_at=expires_at,
    )
    payload = {"expires_at": expires_at.isoformat(), "replaces": revoked}
    account_event(stream=user_stream(user), kind="account.invitation_issued", actor=actor, payload=payload)
    return token, expires_at


@transaction.atomic
def invitation_accept(*, token: str, password: str) -> User:
    """Set the password of the person whom the link was made for; the link is used up.

    :raises NotFound: for a link that is none here, or none any more.
    :raises Invalid: when the password is too weak; the link stays good then.
    """
    found = invitation_find(token)
    if found is None:
        raise NotFound(GONE)
    user = User.objects.select_for_update().get(pk=found.user_id)
    # Again under the lock: of two who send it at once, one is too late.
    invitation = invitation_find(token)
    if invitation is None:
        raise NotFound(GONE)
    if problems := password_problems(password, user):
        raise Invalid(problems)
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    reopened = not user.is_active
    user.is_active = True
    user.save(update_fields=["is_active"])
    user.must_change_password = False
    password_write(user, password)
    person = Actor(user_id=user.pk, name=user.full_name, roles=frozenset(), channel=Channel.LINK)
    account_event(
        stream=user_stream(user),
        kind="account.invitation_used",
        actor=person,
        payload={"reopened": reopened},
    )
    return user


def invitations_revoke(user: User) -> int:
    """Make the open links of ``user`` useless; how many there were."""
    return Invitation.objects.filter(user=user, used_at=None, revoked_at=None).update(
        revoked_at=timezone.now()
    )
