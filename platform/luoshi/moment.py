"""What time it is for the product. One place, so that a demonstration can tell a story over months.

In operation it is always the machine's clock: nothing that answers a request ever calls :func:`moment_set`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_set: ContextVar[datetime | None] = ContextVar("luoshi_moment", default=None)


def now() -> datetime:
    """The present moment, aware."""
    return _set.get() or timezone.now()


def today() -> date:
    """The present day in the product's time zone."""
    return timezone.localdate(now())


@contextmanager
def moment_set(at: datetime) -> Iterator[None]:
    """Let it be ``at`` for what is done inside. For demonstrations and tests only.

    :raises ValueError: for a naive moment, or one in the future: what has not happened yet is not recorded.
    """
    if timezone.is_naive(at):
        raise ValueError("a moment needs a time zone")
    if at > timezone.now():
        raise ValueError("a moment lies in the past or is now")
    token = _set.set(at)
    try:
        yield
    finally:
        _set.reset(token)
