"""In what a row of a table differs from the suggestion that bears its number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from luoshi.documents.imports.suggestions import PROCESS_AXES, Prepared
from luoshi.documents.spreadsheets.cells import delegation_name, shortened
from luoshi.lifecycle.states import (
    AssignmentRole,
    CongressBody,
    Grade,
    ItemKind,
    ProposerKind,
    RaisedWhen,
)
from luoshi.suggestions.models import Deputy, ImportedFigures, Session, Suggestion, Unit


@dataclass(frozen=True, slots=True)
class Difference:
    """``key``: the column. ``stored`` and ``given``: as a person reads them."""

    key: str
    stored: str
    given: str


def numbered(session: Session, numbers: Iterable[int]) -> dict[int, Suggestion]:
    """The session's suggestions that bear these numbers, with all that a row can state. Few queries."""
    found = (
        Suggestion.objects.filter(
            session=session,
            item_kind=ItemKind.SUGGESTION,
            congress_body=CongressBody.COUNTY,
            number__in=list(numbers),
        )
        .select_related("lead_deputy__delegation", "delegation")
        .prefetch_related(
            "assignments__unit", "co_signatures__deputy__delegation", "evaluations", "imported_figures"
        )
    )
    return {suggestion.number: suggestion for suggestion in found if suggestion.number is not None}


def figures_of(suggestion: Suggestion) -> ImportedFigures | None:
    """What a past year's table stated of it; ``None`` for a suggestion that was never imported as past."""
    return next(iter(suggestion.imported_figures.all()), None)


def differences(
    suggestion: Suggestion,
    prepared: Prepared,
    units: Mapping[int, Unit],
    deputies: Mapping[int, Deputy],
) -> list[Difference]:
    """Every column in which the row says something else than is stored, in the order of the table."""
    stored = _stored(suggestion)
    given = _given(prepared, units, deputies)
    return [
        Difference(key, shortened(stored[key]) or "空", shortened(value) or "空")
        for key, value in given.items()
        if stored[key] != value
    ]


def differences_told(standing: Suggestion, made: Prepared, found: list[Difference]) -> list[tuple[str, str]]:
    """A sentence for each difference, with its column; just one where it is another suggestion."""
    number = made.row.number
    if {"title", "lead"} <= {difference.key for difference in found}:
        message = (
            f"第{number}号已是《{standing.title}》的编号，与表中的《{made.row.title}》不是同一件；"
            "请核对编号，以及导入的是不是这次会议"
        )
        return [("number", message)]
    return [
        (
            difference.key,
            f"第{number}号已在系统中，这一项不同：系统中为“{difference.stored}”，表中为“{difference.given}”；"
            "导入不会覆盖，请核对后在表中改正或删去这一行",
        )
        for difference in found
    ]


def _stored(suggestion: Suggestion) -> dict[str, str]:
    assigned = [
        (part.role, part.unit.name)
        for part in suggestion.assignments.all()
        if part.round == 1 and part.replaces_id is None
    ]
    grades = {grade.axis: grade.grade for grade in suggestion.evaluations.all() if grade.round == 1}
    figures = figures_of(suggestion)
    lead, delegation = suggestion.lead_deputy, suggestion.delegation
    return {
        "title": suggestion.title,
        "content": suggestion.content,
        "category": suggestion.category,
        "proposer_kind": ProposerKind(suggestion.proposer_kind).label,
        "raised_when": RaisedWhen(suggestion.raised_when).label,
        "lead": _person(lead) if lead else "",
        "co_signers": _joined(
            _person(signature.deputy)
            for signature in suggestion.co_signatures.all()
            if signature.state == "confirmed"
        ),
        "delegation": delegation_name(delegation.name) if delegation is not None and lead is None else "",
        **_roles(assigned),
        "handed_over_on": _text(suggestion.handed_over_on),
        "replied_on": _text(suggestion.replied_on),
        "result_code": suggestion.class_code,
        **_grades(grades),
        "contact_records": _text(figures.contact_records if figures else None),
        "contact_person_times": _text(figures.contact_person_times if figures else None),
        "is_key": _yes(suggestion.is_key),
        "handling_leader": suggestion.handling_leader,
        "supervising_leader": suggestion.supervising_leader,
        "publish": _yes(suggestion.wants_publication),
        "note": suggestion.note,
    }


def _given(prepared: Prepared, units: Mapping[int, Unit], deputies: Mapping[int, Deputy]) -> dict[str, str]:
    row = prepared.row
    return {
        "title": row.title,
        "content": row.content,
        "category": row.category,
        "proposer_kind": row.proposer_kind.label,
        "raised_when": row.raised_when.label,
        "lead": _person(deputies[prepared.lead_id]) if prepared.lead_id else "",
        "co_signers": _joined(_person(deputies[pk]) for pk in prepared.co_signers),
        "delegation": row.delegation if prepared.lead_id is None else "",
        **_roles([(role, units[pk].name) for pk, role in prepared.units]),
        "handed_over_on": _text(row.handed_over_on),
        "replied_on": _text(row.replied_on),
        "result_code": prepared.class_code,
        **_grades(dict(prepared.grades)),
        "contact_records": _text(row.contact_records),
        "contact_person_times": _text(row.contact_person_times),
        "is_key": _yes(row.is_key),
        "handling_leader": row.handling_leader,
        "supervising_leader": row.supervising_leader,
        "publish": _yes(row.publish),
        "note": row.note,
    }


def _person(deputy: Deputy) -> str:
    return f"{deputy.name}（{delegation_name(deputy.delegation.name)}）"


def _roles(parts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names by column. Leads that answer separately stand together, in whichever column they were written."""
    parts = list(parts)
    return {
        "lead_units": _joined(name for role, name in parts if role == AssignmentRole.LEAD),
        "separate_units": _joined(name for role, name in parts if role == AssignmentRole.SEPARATE),
        "co_units": _joined(name for role, name in parts if role == AssignmentRole.CO),
    }


def _grades(grades: Mapping[str, str]) -> dict[str, str]:
    """Labels by column."""
    process = _joined(Grade(grade).label for axis, grade in grades.items() if axis in PROCESS_AXES)
    result = _joined(Grade(grade).label for axis, grade in grades.items() if axis not in PROCESS_AXES)
    return {"grade_process": process, "grade_result": result}


def _joined(names: Iterable[str]) -> str:
    return "、".join(sorted(names))


def _yes(value: bool | None) -> str:
    return "" if value is None else ("是" if value else "否")


def _text(value: object) -> str:
    return "" if value is None else str(value)
