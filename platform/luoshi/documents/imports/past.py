"""A past year's table: each row enters by ``import_closed``; what is not resolved goes on being tracked."""

from collections.abc import Mapping
from dataclasses import replace

from luoshi.accounts.actor import SYSTEM_ACTOR, Actor, Channel, Role
from luoshi.documents.imports.differences import differences, differences_told, figures_of, numbered
from luoshi.documents.imports.report import Findings, ImportReport, import_run
from luoshi.documents.imports.suggestions import KEYS, Prepared, Preparer, session_ensure
from luoshi.documents.imports.totals import printed_check, totals_of
from luoshi.documents.spreadsheets import Parsed, SheetKind, SuggestionRow
from luoshi.errors import NotAllowed, Refusal
from luoshi.lifecycle.states import ResultClass
from luoshi.suggestions.models import Session, Suggestion
from luoshi.suggestions.rules import MAY_DRAFT
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.suggestions.services.batch import Batch, batch_begin
from luoshi.suggestions.services.door import transition_perform
from luoshi.suggestions.services.drafts import suggestion_draft

_MAY_IMPORT = (Role.CONGRESS_OFFICE, Role.SECRETARIAT, Role.SYSTEM)
_TRACKER = replace(SYSTEM_ACTOR, channel=Channel.IMPORT)


def past_import(
    *,
    parsed: Parsed[SuggestionRow],
    session_code: str,
    actor: Actor,
    year: int | None = None,
    create_missing: bool = False,
    dry_run: bool = False,
    printed: Mapping[str, int] | None = None,
) -> ImportReport:
    """Take in a table of a past year (architecture.md §3). The same table twice changes nothing.

    Nothing is invented: contact counts stay figures, a row without a grade is not evaluated. What is not
    resolved enters the follow-up ledger (HN-23).

    :param session_code: such as ``17-4``; a session the county lacks is made and the report says so.
    :param year: year of handling of a new session; else that of most hand-overs.
    :param create_missing: make units and deputies that the table names and the county lacks.
    :param printed: numbers of the printed report by name (see :func:`.totals.totals_of`); a difference is an
        error.
    :raises ImportRefused: with every problem; nothing is written then.
    """

    def work() -> ImportReport:
        return _import(parsed, session_code, actor, year, create_missing, printed or {})

    return import_run(work, dry_run=dry_run)


def _import(
    parsed: Parsed[SuggestionRow],
    session_code: str,
    actor: Actor,
    year: int | None,
    create_missing: bool,
    printed: Mapping[str, int],
) -> ImportReport:
    if not actor.has(*_MAY_IMPORT) and actor.has(*MAY_DRAFT):
        raise NotAllowed("只有人大代表工委或大会秘书处可以导入历年办结件")
    findings = Findings(parsed, SheetKind.SUGGESTIONS)
    session, notes = session_ensure(session_code, year, parsed.rows, actor)
    # Two imports into one session take turns, and registrations wait for them; drafts are written meanwhile.
    Session.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)
    settings = county_settings()
    preparer = Preparer(
        session=session, settings=settings, actor=actor, create_missing=create_missing, findings=findings
    )
    prepared = [made for row in parsed.rows if (made := _prepared(row, preparer, findings))]
    totals = totals_of(prepared, settings)
    if not parsed.problems and len(prepared) == len(parsed.rows):
        for message in printed_check(totals, printed):
            findings.add(0, "", message)
    batch = batch_begin()
    known = numbered(session, (made.row.number for made in prepared))
    entered: list[str] = []
    tracked = unchanged = 0
    for made in prepared:
        standing = known.get(made.row.number)
        if standing is not None:
            unchanged += _is_unchanged(standing, made, batch, findings)
            continue
        try:
            tracked += _enter(made, session_code, actor, batch)
            entered.append(made.label)
        except Refusal as refusal:
            findings.refusal(made.row.row, refusal, KEYS)
    findings.require_none()
    return ImportReport(
        parsed.sheet,
        created=len(entered),
        unchanged=unchanged,
        tracked=tracked,
        new_units=tuple(preparer.units.made),
        new_deputies=tuple(preparer.deputies.made),
        made=tuple(entered),
        notes=(*notes, *preparer.units.notes, *preparer.deputies.notes),
        totals=totals,
    )


def _prepared(row: SuggestionRow, preparer: Preparer, findings: Findings) -> Prepared | None:
    if not row.lead_units and not row.separate_units:
        findings.add(row.row, "lead_units", "历年办结件要写主办单位，几个单位分别答复的写分办单位")
    if row.replied_on is None and row.result_code == "":
        findings.add(row.row, "result_code", "答复日期和办理结果都没有填，看不出已经答复代表；请补填一项")
    return preparer.prepare(row)


def _is_unchanged(standing: Suggestion, made: Prepared, batch: Batch, findings: Findings) -> bool:
    """True where the row is in already. Anything else is said, never overwritten."""
    figures = figures_of(standing)
    if figures is None:
        message = f"第{made.row.number}号是办理中的《{standing.title}》，不能作为历年办结件再导入，请核对编号"
        findings.add(made.row.row, "number", message)
        return False
    if figures.source_digest == made.digest:
        return True
    found = differences(standing, made, batch.units, batch.deputies)
    for key, message in differences_told(standing, made, found):
        findings.add(made.row.row, key, message)
    return not found


def _enter(made: Prepared, session_code: str, actor: Actor, batch: Batch) -> bool:
    """Write one row; whether it went into the follow-up ledger.

    The act itself belongs to the import alone: by no other way does a suggestion reach its end without its
    life. The log names the person who imports.
    """
    row = made.row
    importer = replace(actor, roles=actor.roles | {Role.SYSTEM}, channel=Channel.IMPORT)
    suggestion = suggestion_draft(data=made.draft(session_code), actor=actor, batch=batch)
    transition_perform(
        subject=suggestion,
        transition="import_closed",
        actor=importer,
        data={
            "number": row.number,
            "units": made.parts(),
            "handed_over_on": row.handed_over_on,
            "replied_on": row.replied_on,
            "class_code": made.class_code,
            "grades": [{"axis": axis, "grade": grade} for axis, grade in made.grades],
            "contact_records": row.contact_records,
            "contact_person_times": row.contact_person_times,
            "source_digest": made.digest,
        },
        batch=batch,
    )
    letter = batch.settings.letter(made.class_code) if made.class_code else None
    if letter is None or letter.result_class == ResultClass.RESOLVED:
        return False
    transition_perform(subject=suggestion, transition="track", actor=_TRACKER, batch=batch)
    return True
