"""Units from a table: new ones are made, blanks of known ones filled, and what differs is said."""

from typing import Any

from luoshi.accounts.actor import Actor
from luoshi.documents.imports.report import Findings, ImportReport, import_run
from luoshi.documents.spreadsheets import Parsed, SheetKind, UnitRow
from luoshi.errors import Refusal
from luoshi.lifecycle.states import RecipientSystem
from luoshi.suggestions.models import Unit
from luoshi.suggestions.services.units import unit_create, unit_update

_KEYS = {"portfolio_leader": "county_leader"}
_FIELDS = ("short_name", "portfolio_leader", "principal", "in_charge", "handler", "valid_from")


def units_import(
    *, parsed: Parsed[UnitRow], actor: Actor, update: bool = False, dry_run: bool = False
) -> ImportReport:
    """Take in a table of units. The same table twice changes nothing.

    A known unit's blanks are filled and duties it lacks are added. A value that differs is an error, or, with
    ``update``, is changed. Nothing is ever taken away.

    :raises ImportRefused: with every problem; nothing is written then.
    """
    return import_run(lambda: _import(parsed, actor, update), dry_run=dry_run)


def _import(parsed: Parsed[UnitRow], actor: Actor, update: bool) -> ImportReport:
    findings = Findings(parsed, SheetKind.UNITS)
    known = {unit.name: unit for unit in Unit.objects.all()}
    made: list[str] = []
    unchanged = 0
    changed: list[str] = []
    for row in parsed.rows:
        unit = known.get(row.name)
        values = _values(row)
        try:
            if unit is None:
                unit_create(name=row.name, system=row.system, duties=row.duties, actor=actor, **values)
                made.append(row.name)
                continue
            changes = _changes(unit, row, values, update, findings)
            if unit_update(unit=unit, changes=changes, duties=row.duties, actor=actor):
                changed.append(row.name)
            else:
                unchanged += 1
        except Refusal as refusal:
            findings.refusal(row.row, refusal, {**{name: name for name in ("name", *_FIELDS)}, **_KEYS})
    findings.require_none()
    notes = (f"补全或修改了：{'、'.join(changed)}",) if changed else ()
    return ImportReport(parsed.sheet, len(made), len(changed), unchanged, made=tuple(made), notes=notes)


def _values(row: UnitRow) -> dict[str, Any]:
    return {
        "short_name": row.short_name,
        "portfolio_leader": row.county_leader,
        "principal": row.principal,
        "in_charge": row.in_charge,
        "handler": row.handler,
        "valid_from": row.valid_from,
    }


def _changes(
    unit: Unit, row: UnitRow, values: dict[str, Any], update: bool, findings: Findings
) -> dict[str, Any]:
    """What to write: blanks that the table fills, and with ``update`` also what it says otherwise."""
    changes = {}
    for name, given in values.items():
        stored = getattr(unit, name)
        if not given or given == stored:
            continue
        if stored and not update:
            message = f"“{unit.name}”现为“{stored}”，表中为“{given}”；要改成表中的，请加 --update"
            findings.add(row.row, _KEYS.get(name, name), message)
        else:
            changes[name] = given
    # An empty cell reads as government, so only another system is known to be meant.
    if row.system not in (RecipientSystem.GOVERNMENT, unit.system):
        if update:
            changes["system"] = row.system
        else:
            label = RecipientSystem(unit.system).label
            message = f"“{unit.name}”现为“{label}”，表中为“{row.system.label}”；要改成表中的，请加 --update"
            findings.add(row.row, "system", message)
    return changes
