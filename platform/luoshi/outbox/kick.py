"""Waking the worker after a commit. The platform does not know the broker: the composition root says how."""

import logging
from collections.abc import Callable

logger = logging.getLogger(__name__)

_kick: Callable[[], None] | None = None


def kick_register(kick: Callable[[], None] | None) -> None:
    """Have ``kick`` called after each commit that wrote a message; ``None`` leaves all to the sweep."""
    global _kick
    _kick = kick


def kick_now() -> None:
    """Wake the worker for the county bound to this thread.

    Never raises: the request that wrote the message has committed and must not fail because the broker is
    down. The sweep of every minute finds what was not kicked.
    """
    if _kick is None:
        return
    try:
        _kick()
    except Exception:
        logger.warning("outbox kick failed; the sweep will drain", exc_info=True)
