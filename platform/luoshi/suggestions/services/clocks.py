"""Starting and ending clocks. A clock is written when something happens, never computed for a list."""

from datetime import date

from django.db.models import Case, Q, QuerySet, Value, When

from luoshi.calendar.types import Deadline
from luoshi.suggestions.models import Assignment, Clock, Suggestion


def clock_new(
    *,
    suggestion: Suggestion,
    kind: str,
    starts_on: date,
    deadline: Deadline,
    assignment: Assignment | None = None,
    owner: str = "core",
) -> Clock:
    """An unsaved running clock of the suggestion's present round, for a bulk insert."""
    return Clock(
        suggestion=suggestion,
        assignment=assignment,
        owner=owner,
        kind=kind,
        round=suggestion.round,
        starts_on=starts_on,
        due_on=deadline.due_on,
        unseeded_years="、".join(str(year) for year in deadline.unseeded_years),
    )


def clock_start(
    *,
    suggestion: Suggestion,
    kind: str,
    starts_on: date,
    deadline: Deadline,
    assignment: Assignment | None = None,
    owner: str = "core",
) -> Clock:
    """Start a clock; a running one of the same kind, owner and assignment is replaced (stopped today)."""
    clocks_stop(suggestion=suggestion, kind=kind, assignment=assignment, owner=owner, on=starts_on)
    clock = clock_new(
        suggestion=suggestion,
        kind=kind,
        starts_on=starts_on,
        deadline=deadline,
        assignment=assignment,
        owner=owner,
    )
    clock.save()
    return clock


def clock_end(
    *, suggestion: Suggestion, kind: str, on: date, assignment: Assignment | None = None, owner: str = "core"
) -> None:
    """End a running clock because the act was done on ``on``: met, or late."""
    _running(suggestion, owner).filter(kind=kind, assignment=assignment).update(
        state=Case(When(due_on__lt=on, then=Value(Clock.State.LATE)), default=Value(Clock.State.MET)),
        ended_on=on,
    )


def clock_extend(*, assignment: Assignment, kind: str, due_on: date) -> None:
    """Move the due date of a running clock, after a consent."""
    _running(assignment.suggestion, "core").filter(kind=kind, assignment=assignment).update(due_on=due_on)


def clocks_stop(
    *,
    suggestion: Suggestion,
    on: date,
    kind: str | None = None,
    assignment: Assignment | None = None,
    owner: str | None = "core",
    whole_case: bool = False,
) -> None:
    """Stop running clocks because the act is no longer owed.

    ``whole_case``: every clock of the suggestion, whoever owns it. Otherwise those of ``assignment`` (or
    those that belong to no assignment), of ``kind`` where given.
    """
    running = _running(suggestion, None if whole_case else owner)
    if not whole_case:
        running = running.filter(Q(assignment=assignment) if assignment else Q(assignment__isnull=True))
    if kind is not None:
        running = running.filter(kind=kind)
    running.update(state=Clock.State.STOPPED, ended_on=on)


def _running(suggestion: Suggestion, owner: str | None) -> QuerySet[Clock]:
    running = Clock.objects.filter(suggestion=suggestion, state=Clock.State.RUNNING)
    return running if owner is None else running.filter(owner=owner)
