"""Starting and ending clocks. A clock is written when something happens, never computed for a list."""

from collections.abc import Collection
from datetime import date

from django.db.models import Case, QuerySet, Value, When

from luoshi.calendar.types import Deadline
from luoshi.suggestions.models import Assignment, Clock, Reply, Suggestion

CORE = "core"
_DEBTORS = {
    "hand_over": Clock.Debtor.CONGRESS_OFFICE,
    "first_contact": Clock.Debtor.UNIT,
    "acceptance": Clock.Debtor.UNIT,
    "lead_reply": Clock.Debtor.UNIT,
    "co_opinion": Clock.Debtor.UNIT,
    "return_decision": Clock.Debtor.REVIEWING_OFFICE,
    "evaluation": Clock.Debtor.DEPUTY,
    "rehandling_decision": Clock.Debtor.CONGRESS_OFFICE,
    "publication": Clock.Debtor.UNIT,
}
"""Whose turn each of the core's clocks is."""


def clock_new(
    *,
    suggestion: Suggestion,
    kind: str,
    starts_on: date,
    deadline: Deadline,
    assignment: Assignment | None = None,
    reply: Reply | None = None,
    owner: str = CORE,
    owed_by: Clock.Debtor | None = None,
) -> Clock:
    """An unsaved running clock of the suggestion's present round, for a bulk insert.

    :param owed_by: whose turn it is; the core's own kinds know it.
    :raises KeyError: for a kind of another owner without ``owed_by``.
    """
    return Clock(
        suggestion=suggestion,
        assignment=assignment,
        reply=reply,
        owner=owner,
        owed_by=owed_by or _DEBTORS[kind],
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
    reply: Reply | None = None,
    owner: str = CORE,
    owed_by: Clock.Debtor | None = None,
) -> Clock:
    """Start a clock; a running one of the same kind, owner and subject is replaced (stopped on its start)."""
    _running(suggestion, owner).filter(kind=kind, assignment=assignment, reply=reply).update(
        state=Clock.State.STOPPED, ended_on=starts_on
    )
    clock = clock_new(
        suggestion=suggestion,
        kind=kind,
        starts_on=starts_on,
        deadline=deadline,
        assignment=assignment,
        reply=reply,
        owner=owner,
        owed_by=owed_by,
    )
    clock.save()
    return clock


def clock_end(
    *,
    suggestion: Suggestion,
    kind: str,
    on: date,
    assignment: Assignment | None = None,
    reply: Reply | None = None,
    owner: str = CORE,
) -> None:
    """End a running clock because the act was done on ``on``: met, or late."""
    _running(suggestion, owner).filter(kind=kind, assignment=assignment, reply=reply).update(
        state=Case(When(due_on__lt=on, then=Value(Clock.State.LATE)), default=Value(Clock.State.MET)),
        ended_on=on,
    )


def clock_extend(*, assignment: Assignment, kind: str, due_on: date) -> None:
    """Move the due date of a running clock: after a consent, or when its start has become known."""
    _running(assignment.suggestion, CORE).filter(kind=kind, assignment=assignment).update(due_on=due_on)


def clocks_stop(
    *,
    suggestion: Suggestion,
    on: date,
    kind: str | None = None,
    assignment: Assignment | None = None,
    owner: str | None = CORE,
) -> None:
    """Stop running clocks of ``assignment``, or those of the case itself: the act is no longer owed.

    :param kind: only those; every kind where left out.
    :param owner: ``None`` for every owner's.
    """
    running = _running(suggestion, owner).filter(assignment=assignment)
    if kind is not None:
        running = running.filter(kind=kind)
    running.update(state=Clock.State.STOPPED, ended_on=on)


def case_clocks_stop(*, suggestion: Suggestion, on: date, except_kinds: Collection[str] = ()) -> None:
    """Stop every running clock of the case, whoever owns it."""
    _running(suggestion, None).exclude(kind__in=except_kinds).update(state=Clock.State.STOPPED, ended_on=on)


def _running(suggestion: Suggestion, owner: str | None) -> QuerySet[Clock]:
    running = Clock.objects.filter(suggestion=suggestion, state=Clock.State.RUNNING)
    return running if owner is None else running.filter(owner=owner)
