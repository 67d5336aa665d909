"""Keys to the API."""

import secrets

from django.db import transaction
from django.utils import timezone

from luoshi.accounts.actor import SYSTEM_ACTOR, Actor
from luoshi.accounts.digests import key_digest
from luoshi.accounts.events import account_event, user_stream
from luoshi.accounts.models import ApiKey, User
from luoshi.accounts.rules import require, target_of
from luoshi.errors import Invalid, Problem

KEY_PREFIX = "luoshi"


@transaction.atomic
def api_key_issue(*, user: User, label: str, actor: Actor = SYSTEM_ACTOR) -> str:
    """Make a key to the API for ``user`` and return it: it is shown this once, only its digest is kept.

    :raises Invalid: when the account is closed or the label blank or longer than 100 characters.
    :raises NotAllowed: for anybody but the person himself.
    """
    require("key_issue", actor, target_of(user))
    label = label.strip()
    if not label or len(label) > 100 or "\x00" in label:
        raise Invalid([Problem("label", "请用不超过 100 个字说明密钥的用途")])
    if not user.is_active:
        raise Invalid([Problem("user", "账号已停用，不能发放密钥")])
    prefix = f"{KEY_PREFIX}_{secrets.token_hex(6)}"
    raw = f"{prefix}_{secrets.token_urlsafe(32)}"
    ApiKey.objects.create(user=user, label=label, prefix=prefix, digest=key_digest(raw))
    payload = {"prefix": prefix, "label": label}
    account_event(stream=user_stream(user), kind="account.key_issued", actor=actor, payload=payload)
    return raw


@transaction.atomic
def api_key_revoke(*, key: ApiKey, actor: Actor = SYSTEM_ACTOR) -> None:
    """Make a key useless, for good. Doing it twice keeps the first time.

    :raises NotAllowed: for anybody but the person himself and the security administrator.
    """
    require("key_revoke", actor, target_of(key.user))
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        payload = {"prefix": key.prefix}
        account_event(stream=user_stream(key.user), kind="account.key_revoked", actor=actor, payload=payload)
    key.refresh_from_db(fields=["revoked_at"])


def api_key_touch(*, key: ApiKey) -> None:
    """Remember that the key was used, to the hour: one write an hour is enough to find dead keys."""
    now = timezone.now()
    if key.last_used_at is None or (now - key.last_used_at).total_seconds() > 3600:
        key.last_used_at = now
        key.save(update_fields=["last_used_at"])
