"""What methods ask of people, and what they mark, as rows that are written when things happen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from luoshi.suggestions.models import CaseDuty, CaseFlag, Clock


@dataclass(frozen=True, slots=True)
class DutyAsked:
    """One thing that a method asks for a case; see :class:`luoshi.suggestions.models.CaseDuty`.

    ``assignment_id``: the unit's part; needed where a unit owes it.
    """

    kind: str
    title: str
    label: str
    owed_by: Clock.Debtor
    key: str = ""
    assignment_id: int | None = None
    due_on: date | None = None


def duty_open(*, case_id: int, owner: str, duty: DutyAsked, on: date) -> CaseDuty:
    """Ask for something; what is asked already stays open, with its label and day brought up to date.

    :param case_id: of the suggestion.
    :param owner: slug of the method.
    :param on: the day from which it is owed.
    """
    row = _open(case_id, owner, duty.kind, duty.key, duty.assignment_id).first()
    if row is None:
        return CaseDuty.objects.create(
            suggestion_id=case_id,
            assignment_id=duty.assignment_id,
            owner=owner,
            kind=duty.kind,
            key=duty.key,
            title=duty.title,
            label=duty.label,
            owed_by=duty.owed_by,
            due_on=duty.due_on,
            opened_on=on,
        )
    if _differs(row, duty):
        row.title, row.label, row.owed_by, row.due_on = duty.title, duty.label, duty.owed_by, duty.due_on
        row.save(update_fields=["title", "label", "owed_by", "due_on"])
    return row


def duty_close(
    *, case_id: int, owner: str, kind: str, on: date, key: str = "", assignment_id: int | None = None
) -> bool:
    """End what was asked, because it was done or is no longer asked. False: it was not open."""
    standing = _open(case_id, owner, kind, key, assignment_id)
    return standing.update(state=CaseDuty.State.CLOSED, closed_on=on) > 0


def duties_set(*, case_id: int, owner: str, duties: Iterable[DutyAsked], on: date) -> None:
    """Let exactly ``duties`` be what ``owner`` asks for this case: opens what is new, closes what is gone.

    One query where nothing changes.
    """
    cases_duties_set(owner=owner, duties={case_id: tuple(duties)}, on=on)


def cases_duties_set(*, owner: str, duties: dict[int, tuple[DutyAsked, ...]], on: date) -> None:
    """The same for many cases at once, by their ids; at most four queries for all of them together."""
    rows = CaseDuty.objects.filter(suggestion_id__in=list(duties), owner=owner, state=CaseDuty.State.OPEN)
    standing = {(row.suggestion_id, row.assignment_id, row.kind, row.key): row for row in rows}
    wanted = {
        (case_id, duty.assignment_id, duty.kind, duty.key): duty
        for case_id, asked in duties.items()
        for duty in asked
    }
    changed = [row for place, row in standing.items() if place in wanted and _differs(row, wanted[place])]
    for row in changed:
        duty = wanted[(row.suggestion_id, row.assignment_id, row.kind, row.key)]
        row.title, row.label, row.owed_by, row.due_on = duty.title, duty.label, duty.owed_by, duty.due_on
    if changed:
        CaseDuty.objects.bulk_update(changed, ["title", "label", "owed_by", "due_on"])
    gone = [row.pk for place, row in standing.items() if place not in wanted]
    if gone:
        CaseDuty.objects.filter(pk__in=gone).update(state=CaseDuty.State.CLOSED, closed_on=on)
    CaseDuty.objects.bulk_create(
        CaseDuty(
            suggestion_id=case_id,
            assignment_id=part,
            owner=owner,
            kind=kind,
            key=key,
            title=duty.title,
            label=duty.label,
            owed_by=duty.owed_by,
            due_on=duty.due_on,
            opened_on=on,
        )
        for (case_id, part, kind, key), duty in wanted.items()
        if (case_id, part, kind, key) not in standing
    )


def flag_set(*, case_id: int, owner: str, kind: str, title: str, explanation: str, on: date) -> CaseFlag:
    """Mark a case; one that is marked keeps its day and gets the new explanation."""
    row, made = CaseFlag.objects.get_or_create(
        suggestion_id=case_id,
        owner=owner,
        kind=kind,
        defaults={"title": title, "explanation": explanation, "set_on": on},
    )
    if not made and (row.title, row.explanation) != (title, explanation):
        row.title, row.explanation = title, explanation
        row.save(update_fields=["title", "explanation"])
    return row


def flag_clear(*, case_id: int, owner: str, kind: str) -> bool:
    """Take a mark away. False: there was none."""
    deleted, _ = CaseFlag.objects.filter(suggestion_id=case_id, owner=owner, kind=kind).delete()
    return deleted > 0


def _differs(row: CaseDuty, duty: DutyAsked) -> bool:
    return (row.title, row.label, row.owed_by, row.due_on) != (
        duty.title,
        duty.label,
        duty.owed_by,
        duty.due_on,
    )


def _open(case_id: int, owner: str, kind: str, key: str, assignment_id: int | None) -> QuerySet[CaseDuty]:
    part = Q(assignment__isnull=True) if assignment_id is None else Q(assignment_id=assignment_id)
    return CaseDuty.objects.filter(
        part, suggestion_id=case_id, owner=owner, kind=kind, key=key, state=CaseDuty.State.OPEN
    )
