"""Counting attempts to sign in, the same way wherever the count is kept: a county's schema, a province's."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol


class Attempts(Protocol):
    """One row of a count. ``subject``: SHA-256 of what is counted."""

    subject: str
    failures: int
    first_at: datetime
    locked_until: datetime | None


def attempt_count(
    rows: Iterable[Attempts], limits: Mapping[str, int], window: timedelta, now: datetime
) -> datetime | None:
    """Count one attempt in each of ``rows``, which the caller holds locked and saves afterwards.

    The attempt that reaches a limit is still looked at; those beside and behind it are refused.

    :param limits: the number of attempts for each subject.
    :param window: how long they are counted together, and how long a lock lasts.
    :return: until when the sign-in is refused; ``None`` where it may go on.
    """
    held = list(rows)
    locked = [row.locked_until for row in held if row.locked_until and row.locked_until > now]
    if locked:
        return max(locked)
    for row in held:
        if row.locked_until is not None or now - row.first_at > window:
            row.failures, row.first_at, row.locked_until = 0, now, None
        row.failures += 1
        if row.failures >= limits[row.subject]:
            row.locked_until = now + window
    return None


def attempt_forget(rows: Iterable[Attempts], name: str) -> None:
    """After a success: forget what was counted under ``name``, take this one attempt off everything else."""
    for row in rows:
        row.failures = 0 if row.subject == name else max(row.failures - 1, 0)
        row.locked_until = None
