"""Writes to accounts, roles, passwords, invitations and API keys of one county.

Each is an event of the log. ``actor`` is who acts; left out it is the system itself (command line,
onboarding, import by the operator), which the rules let do everything but break 三权分立.
"""

from luoshi.accounts.digests import key_digest
from luoshi.accounts.services.invitations import invitation_accept, invitation_issue
from luoshi.accounts.services.keys import api_key_issue, api_key_revoke, api_key_touch
from luoshi.accounts.services.passwords import password_set
from luoshi.accounts.services.people import user_create, user_deactivate, user_update
from luoshi.accounts.services.policy import policy_apply
from luoshi.accounts.services.roles import (
    role_give,
    role_grant,
    role_proposal_decline,
    role_propose,
    role_revoke,
)

__all__ = [
    "api_key_issue",
    "api_key_revoke",
    "api_key_touch",
    "invitation_accept",
    "invitation_issue",
    "key_digest",
    "password_set",
    "policy_apply",
    "role_give",
    "role_grant",
    "role_proposal_decline",
    "role_propose",
    "role_revoke",
    "user_create",
    "user_deactivate",
    "user_update",
]
