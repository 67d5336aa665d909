"""This year's table: each row is drafted, submitted, registered and handed over, by the door."""

from typing import Any

from django.utils import timezone

from luoshi.accounts.actor import Actor
from luoshi.documents.imports.differences import differences, differences_told, figures_of, numbered
from luoshi.documents.imports.report import Findings, ImportReport, import_run
from luoshi.documents.imports.suggestions import KEYS, Prepared, Preparer, session_ensure
from luoshi.documents.imports.totals import totals_of
from luoshi.documents.spreadsheets import Parsed, SheetKind, SuggestionRow
from luoshi.errors import Refusal
from luoshi.suggestions.models import PerformedAct, Session, Suggestion
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.suggestions.services.batch import Batch, batch_begin
from luoshi.suggestions.services.door import transition_perform
from luoshi.suggestions.services.drafts import suggestion_draft

_LATER = (
    ("replied_on", "答复"),
    ("result_code", "办理结果"),
    ("grade_process", "评价"),
    ("grade_result", "评价"),
    ("contact_records", "沟通情况"),
    ("contact_person_times", "沟通情况"),
)
_SHOWN = ("总数", "重点", "承办单位", "主办单位")


def current_import(
    *,
    parsed: Parsed[SuggestionRow],
    session_code: str,
    actor: Actor,
    year: int | None = None,
    create_missing: bool = False,
    dry_run: bool = False,
) -> ImportReport:
    """Take in suggestions that are being handled. The same table twice changes nothing, whatever happened
    since.

    A row with units and a hand-over date is handed over from that day; a row with neither is registered only.
    A suggestion that was handed over is registered, at the latest, on that day.

    :param actor: somebody of the congress's office: the acts are theirs.
    :raises ImportRefused: with every problem; nothing is written then.
    """

    def work() -> ImportReport:
        return _import(parsed, session_code, actor, year, create_missing)

    return import_run(work, dry_run=dry_run)


def _import(
    parsed: Parsed[SuggestionRow], session_code: str, actor: Actor, year: int | None, create_missing: bool
) -> ImportReport:
    findings = Findings(parsed, SheetKind.SUGGESTIONS)
    session, notes = session_ensure(session_code, year, parsed.rows, actor)
    Session.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)
    settings = county_settings()
    preparer = Preparer(
        session=session, settings=settings, actor=actor, create_missing=create_missing, findings=findings
    )
    prepared = []
    for row in parsed.rows:
        _check(row, findings)
        made = preparer.prepare(row)
        if made is not None:
            prepared.append(made)
    batch = batch_begin()
    known = numbered(session, (made.row.number for made in prepared))
    keys = _keys(known.values())
    entered: list[str] = []
    unchanged = 0
    for made in prepared:
        standing = known.get(made.row.number)
        if standing is not None:
            unchanged += _is_unchanged(standing, made, keys, batch, findings)
            continue
        try:
            _enter(made, session_code, actor, batch)
            entered.append(made.label)
        except Refusal as refusal:
            findings.refusal(made.row.row, refusal, KEYS)
    findings.require_none()
    totals = totals_of(prepared, settings)
    return ImportReport(
        parsed.sheet,
        created=len(entered),
        unchanged=unchanged,
        new_units=tuple(preparer.units.made),
        new_deputies=tuple(preparer.deputies.made),
        made=tuple(entered),
        notes=(*notes, *preparer.units.notes, *preparer.deputies.notes),
        totals={name: totals[name] for name in _SHOWN},
    )


def _check(row: SuggestionRow, findings: Findings) -> None:
    """What a suggestion in handling cannot have in a table, and what a hand-over needs."""
    for key, what in _LATER:
        if getattr(row, key) not in (None, ""):
            message = (
                f"在办件不能直接填{what}，请清空这一格，由承办单位和代表在系统中办理；"
                "已经办结的，请放到另一个文件用 import past 导入"
            )
            findings.add(row.row, key, message)
    has_units = bool(row.lead_units or row.separate_units)
    if has_units and row.handed_over_on is None:
        findings.add(row.row, "handed_over_on", "写了承办单位，请填写交办日期；尚未交办的请清空承办单位")
    if row.handed_over_on is not None and not has_units:
        findings.add(row.row, "lead_units", "写了交办日期，请填写主办单位；尚未交办的请清空交办日期")


def _key(digest: str) -> str:
    return f"import:{digest}"


def _keys(standing: Any) -> dict[int, set[str]]:
    """The rows that brought these suggestions in, by suggestion."""
    keys: dict[int, set[str]] = {}
    acts = PerformedAct.objects.filter(suggestion__in=[suggestion.pk for suggestion in standing])
    for suggestion_id, key in acts.filter(key__startswith="import:").values_list("suggestion_id", "key"):
        keys.setdefault(suggestion_id, set()).add(key)
    return keys


def _is_unchanged(
    standing: Suggestion, made: Prepared, keys: dict[int, set[str]], batch: Batch, findings: Findings
) -> bool:
    """True where the row is in already. Anything else is said, never overwritten."""
    if _key(made.digest) in keys.get(standing.pk, ()):
        return True
    if figures_of(standing) is not None:
        message = f"第{made.row.number}号是历年办结件《{standing.title}》，不能作为在办件再导入，请核对编号"
        findings.add(made.row.row, "number", message)
        return False
    found = [
        difference
        for difference in differences(standing, made, batch.units, batch.deputies)
        if difference.key not in {key for key, _ in _LATER}
    ]
    for key, message in differences_told(standing, made, found):
        findings.add(made.row.row, key, message)
    return not found


def _enter(made: Prepared, session_code: str, actor: Actor, batch: Batch) -> None:
    row = made.row
    suggestion = suggestion_draft(data=made.draft(session_code), actor=actor, batch=batch)

    def act(transition: str, key: str = "", **data: Any) -> None:
        transition_perform(
            subject=suggestion,
            transition=transition,
            actor=actor,
            data=data,
            idempotency_key=key,
            batch=batch,
        )

    # The office has the signed paper before it: what a deputy declares at submitting is declared there.
    act("submit", one_matter=True, exclusions_acknowledged=True)
    today = timezone.localdate()
    registered_on = min(row.handed_over_on or today, today)
    act("register", _key(made.digest), number=row.number, registered_on=registered_on)
    if made.units:
        act("hand_over", units=made.parts(), handed_over_on=row.handed_over_on)
