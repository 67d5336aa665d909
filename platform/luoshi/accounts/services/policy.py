"""Changing the county's rules of passwords, sign-ins and sessions."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from luoshi.accounts.actor import Actor
from luoshi.accounts.events import POLICY_STREAM, account_event
from luoshi.accounts.models import PolicyVersion
from luoshi.accounts.policy import AccountPolicy
from luoshi.accounts.rules import require
from luoshi.accounts.selectors import policy_current
from luoshi.validation import input_parse


@transaction.atomic
def policy_apply(*, data: Mapping[str, Any], actor: Actor) -> AccountPolicy:
    """Put ``data`` into force. The same rules again write nothing. Open sessions keep their times.

    :raises NotAllowed: for anybody but the security administrator.
    :raises Invalid: with one Chinese problem for each wrong field.
    """
    require("policy_change", actor)
    policy = input_parse(AccountPolicy, data)
    before = policy_current()
    if policy == before:
        return policy
    PolicyVersion.objects.create(data=policy.model_dump(mode="json"), changed_by_id=actor.user_id)
    old, new = before.model_dump(), policy.model_dump()
    changed = {name: [old[name], new[name]] for name in new if old[name] != new[name]}
    account_event(
        stream=POLICY_STREAM, kind="account.policy_changed", actor=actor, payload={"changed": changed}
    )
    return policy
