"""How long a sign-in lasts: idle and absolute, as the county's rules were when it began."""

from collections.abc import MutableMapping
from typing import Any

from luoshi.accounts.passwords import policy_or_default

STAMP = "signed_in"
TOUCH_SECONDS = 60
"""A session is written at most so often for the sake of the clock."""


def session_begin(session: MutableMapping[str, Any], now: int) -> None:
    """Stamp a new sign-in with its start and its limits in seconds: no request has to look them up."""
    policy = policy_or_default()
    session[STAMP] = [now, now, policy.idle_minutes * 60, policy.absolute_hours * 3600]


def session_alive(session: MutableMapping[str, Any], now: int) -> bool:
    """Whether the sign-in still holds at ``now`` (seconds); moves its idle clock on. Without a stamp: no."""
    stamp = session.get(STAMP)
    if not isinstance(stamp, list) or len(stamp) != 4:
        return False
    started, seen, idle, absolute = stamp
    if now - seen > idle or now - started > absolute:
        return False
    if now - seen >= TOUCH_SECONDS:
        session[STAMP] = [started, now, idle, absolute]
    return True
