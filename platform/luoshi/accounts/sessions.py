"""How long a sign-in lasts: idle and absolute, as the county's rules were when it began."""

import time
from collections.abc import MutableMapping
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from luoshi.accounts.passwords import policy_or_default

Session = MutableMapping[str, Any] | SessionBase
STAMP = "signed_in"
TOUCH_SECONDS = 60
"""A session is written at most so often for the sake of the clock."""


def session_begin(session: Session, now: int) -> None:
    """Stamp a new sign-in with its start and its limits in seconds: no request has to look them up."""
    policy = policy_or_default()
    session[STAMP] = [now, now, policy.idle_minutes * 60, policy.absolute_hours * 3600]


def sign_in_stamp(sender: object, request: HttpRequest, user: object, **kwargs: object) -> None:
    """Every sign-in, whatever its way, a province's too: connected to Django's signal."""
    session_begin(request.session, int(time.time()))


def session_alive(session: Session, now: int) -> bool:
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
