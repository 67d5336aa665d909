"""Deputies from a table, by term and delegation."""

from collections.abc import Sequence
from typing import Any

from luoshi.accounts.actor import Actor
from luoshi.documents.imports.names import delegation_full
from luoshi.documents.imports.report import Findings, ImportReport, import_run
from luoshi.documents.spreadsheets import DeputyRow, Parsed, SheetKind
from luoshi.documents.spreadsheets.cells import delegation_name
from luoshi.errors import Refusal
from luoshi.suggestions.models import Delegation, Deputy, Term
from luoshi.suggestions.services.register import delegation_ensure, deputy_create, deputy_update, term_ensure

_KEYS = {
    "name": "name",
    "delegation": "delegation",
    "gender": "gender",
    "position": "position",
    "certificate_no": "certificate",
    "valid_from": "elected_on",
    "term": "term",
}


def deputies_import(
    *, parsed: Parsed[DeputyRow], actor: Actor, update: bool = False, dry_run: bool = False
) -> ImportReport:
    """Take in a table of deputies, making the terms and delegations it names. Twice changes nothing.

    A row without a term belongs to the county's latest one. Blanks are filled; a value that differs is an
    error, or, with ``update``, is changed.

    :raises ImportRefused: with every problem; nothing is written then.
    """
    return import_run(lambda: _import(parsed, actor, update), dry_run=dry_run)


def _import(parsed: Parsed[DeputyRow], actor: Actor, update: bool) -> ImportReport:
    findings = Findings(parsed, SheetKind.DEPUTIES)
    terms = _terms(parsed.rows, actor, findings)
    latest = max(terms.values(), key=lambda term: term.number) if terms else None
    delegations = {
        (delegation.term_id, delegation_name(delegation.name)): delegation
        for delegation in Delegation.objects.select_related("term")
    }
    known = {
        (deputy.delegation_id, deputy.name): deputy for deputy in Deputy.objects.select_related("delegation")
    }
    certificates = {
        (deputy.delegation.term_id, deputy.certificate_no): deputy
        for deputy in known.values()
        if deputy.certificate_no
    }
    made: list[str] = []
    entered: list[str] = []
    changed: list[str] = []
    unchanged = 0
    for row in parsed.rows:
        term = terms.get(row.term) if row.term is not None else latest
        if term is None:
            if row.term is None:
                findings.add(row.row, "term", "本县还没有届次，请在“届次”一列写明，如 17 或 第十七届")
            continue
        key = (term.pk, delegation_name(row.delegation))
        try:
            if key not in delegations:
                full = delegation_full(row.delegation)
                delegations[key], _ = delegation_ensure(term=term, name=full, actor=actor)
                made.append(full)
            delegation = delegations[key]
            deputy = known.get((delegation.pk, row.name))
            holder = certificates.get((term.pk, row.certificate)) if row.certificate else None
            if holder is not None and (deputy is None or holder.pk != deputy.pk):
                message = f"代表证号“{row.certificate}”已是“{holder.name}（{holder.delegation.name}）”的证号"
                findings.add(row.row, "certificate", message)
                continue
            if deputy is None:
                deputy_create(delegation=delegation, name=row.name, actor=actor, **_values(row))
                entered.append(f"{row.name}（{delegation.name}）")
            elif deputy_update(deputy=deputy, changes=_changes(deputy, row, update, findings), actor=actor):
                changed.append(row.name)
            else:
                unchanged += 1
        except Refusal as refusal:
            findings.refusal(row.row, refusal, _KEYS)
    findings.require_none()
    notes = [f"新建了代表团：{'、'.join(made)}"] if made else []
    if changed:
        notes.append(f"补全或修改了：{'、'.join(changed)}")
    return ImportReport(
        parsed.sheet,
        len(entered),
        len(changed),
        unchanged,
        made=tuple(entered),
        notes=tuple(notes),
    )


def _terms(rows: Sequence[DeputyRow], actor: Actor, findings: Findings) -> dict[int, Term]:
    """The county's terms by number, with those that the table names."""
    terms = {term.number: term for term in Term.objects.all()}
    for row in rows:
        if row.term is not None and row.term not in terms:
            try:
                terms[row.term] = term_ensure(number=row.term, actor=actor)
            except Refusal as refusal:
                findings.refusal(row.row, refusal, _KEYS)
    return terms


def _values(row: DeputyRow) -> dict[str, Any]:
    return {
        "gender": row.gender,
        "position": row.position,
        "certificate_no": row.certificate,
        "valid_from": row.elected_on,
    }


def _changes(deputy: Deputy, row: DeputyRow, update: bool, findings: Findings) -> dict[str, Any]:
    changes = {}
    for name, given in _values(row).items():
        stored = getattr(deputy, name)
        if not given or given == stored:
            continue
        if stored and not update:
            message = f"“{deputy.name}”现为“{stored}”，表中为“{given}”；要改成表中的，请加 --update"
            findings.add(row.row, _KEYS[name], message)
        else:
            changes[name] = given
    return changes
