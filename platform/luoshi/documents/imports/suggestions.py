"""What past and current tables of suggestions have in common: reading rows against the county's own data.

Everything is checked before anything is written, so that one run tells all that is wrong.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from luoshi.accounts.actor import Actor
from luoshi.documents.imports.names import DeputyNames, UnitNames
from luoshi.documents.imports.report import Findings
from luoshi.documents.spreadsheets import SuggestionRow
from luoshi.documents.spreadsheets.cells import half_width
from luoshi.documents.spreadsheets.rows import session_parse
from luoshi.errors import Invalid, Problem
from luoshi.lifecycle.states import AssignmentRole, Grade, ProposerKind, RecipientSystem
from luoshi.suggestions.county_settings import CountySettings, ResultLetter
from luoshi.suggestions.models import Session, Unit
from luoshi.suggestions.services.register import term_session_ensure

KEYS = {
    "number": "number",
    "title": "title",
    "content": "content",
    "asks": "content",
    "category": "category",
    "lead_deputy": "lead",
    "co_signers": "co_signers",
    "delegation": "delegation",
    "units": "lead_units",
    "handed_over_on": "handed_over_on",
    "replied_on": "replied_on",
    "class_code": "result_code",
    "grades": "grade_result",
    "contact_records": "contact_records",
    "contact_person_times": "contact_person_times",
    "note": "note",
}
PROCESS_AXES = ("process", "reply")
_ASK = re.compile(r"^\s*([一二三四五六七八九十]{1,3})、\s*(.+)$")
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A row whose every name has been found: what the door needs, and what tells it from other rows.

    ``units``: ids with their roles; ``grades``: axis and grade; ``digest``: of everything the row says.
    """

    row: SuggestionRow
    lead_id: int | None
    delegation_id: int | None
    co_signers: tuple[int, ...]
    units: tuple[tuple[int, AssignmentRole], ...]
    class_code: str
    grades: tuple[tuple[str, Grade], ...]
    system: RecipientSystem
    digest: str

    @property
    def label(self) -> str:
        """The row as a person names it."""
        return f"第{self.row.number}号 {self.row.title}"

    def draft(self, session_code: str) -> dict[str, Any]:
        """Input of the draft."""
        row = self.row
        return {
            "session": session_code,
            "title": row.title,
            "content": row.content,
            "asks": asks_of(row.content),
            "lead_deputy": self.lead_id,
            "delegation": self.delegation_id,
            "co_signers": self.co_signers,
            "category": row.category,
            "proposer_kind": row.proposer_kind,
            "raised_when": row.raised_when,
            "recipient_system": self.system,
            "wants_publication": row.publish,
            "is_key": row.is_key,
            "handling_leader": row.handling_leader,
            "supervising_leader": row.supervising_leader,
            "note": row.note,
        }

    def parts(self) -> list[dict[str, Any]]:
        """The units as a hand-over names them."""
        return [{"unit": unit_id, "role": role} for unit_id, role in self.units]


def session_ensure(
    code: str, year: int | None, rows: Sequence[SuggestionRow], actor: Actor
) -> tuple[Session, tuple[str, ...]]:
    """The session of a table, made where the county has none of this code, and what to say of it.

    :param year: year of handling for a new session; where left out, the year of most hand-overs in the table.
    :raises Invalid: for a malformed code, or a new session whose year nothing tells.
    """
    session_parse(code)
    known = Session.objects.filter(code=code).select_related("term").first()
    if known is not None and year in (None, known.year):
        return known, ()
    inferred = "" if year is not None else "（按交办日期推定，不对的请用 --year 指定后重来）"
    if year is None:
        years = Counter(row.handed_over_on.year for row in rows if row.handed_over_on is not None)
        if not years:
            message = f"本县还没有 {code} 这次会议，表中也没有交办日期；请用 --year 写明办理年度"
            raise Invalid([Problem("year", message)])
        year = years.most_common(1)[0][0]
    session, _ = term_session_ensure(code=code, year=year, actor=actor)
    return session, (f"新建了会议 {code}，办理年度 {year}{inferred}",)


class Preparer:
    """Reads rows against one county: its units, its deputies of the session's term, its settings."""

    def __init__(
        self,
        *,
        session: Session,
        settings: CountySettings,
        actor: Actor,
        create_missing: bool,
        findings: Findings,
    ) -> None:
        self._settings = settings
        self._findings = findings
        self._today = timezone.localdate()
        self._axes = {axis.code for axis in settings.axes}
        self._letters = _letters(settings)
        self.units = UnitNames(actor=actor, create_missing=create_missing)
        self.deputies = DeputyNames(session.term, actor=actor, create_missing=create_missing)

    def prepare(self, row: SuggestionRow) -> Prepared | None:
        """The row with every name found; ``None`` after its problems have been added."""
        lead_id, delegation_id, co_signers = self._proposers(row)
        units = self._units(row)
        letter = self._letter(row)
        grades = self._grades(row)
        for key, day in (("handed_over_on", row.handed_over_on), ("replied_on", row.replied_on)):
            if day is not None and day > self._today:
                self._findings.add(row.row, key, f"日期 {day} 晚于今天，请核对")
        if self._findings.has(row.row):
            return None
        first_lead = next((unit for unit, role in units if role != AssignmentRole.CO), None)
        return Prepared(
            row=row,
            lead_id=lead_id,
            delegation_id=delegation_id,
            co_signers=co_signers,
            units=tuple((unit.pk, role) for unit, role in units),
            class_code=letter.code if letter else "",
            grades=grades,
            system=RecipientSystem(first_lead.system) if first_lead else RecipientSystem.GOVERNMENT,
            digest=row_digest(row),
        )

    def _proposers(self, row: SuggestionRow) -> tuple[int | None, int | None, tuple[int, ...]]:
        lead = None if row.lead is None else self.deputies.find(row.lead, self._at(row, "lead"))
        delegation = None
        if row.delegation and (row.lead is None or row.proposer_kind == ProposerKind.DELEGATION):
            delegation = self.deputies.delegation(row.delegation, self._at(row, "delegation"))
        co_signers: list[int] = []
        for person in row.co_signers:
            found = self.deputies.find(person, self._at(row, "co_signers"))
            if found is None:
                continue
            if found.pk in co_signers or (lead is not None and found.pk == lead.pk):
                message = f"“{person.name}”与领衔代表或另一位附议代表是同一人，请删去"
                self._findings.add(row.row, "co_signers", message)
                continue
            co_signers.append(found.pk)
        return (
            lead.pk if lead else None,
            delegation.pk if delegation else None,
            tuple(co_signers),
        )

    def _units(self, row: SuggestionRow) -> list[tuple[Unit, AssignmentRole]]:
        """The units with their roles. Where there is a 分办单位, all that reply do so separately."""
        lead_role = AssignmentRole.SEPARATE if row.separate_units else AssignmentRole.LEAD
        units: list[tuple[Unit, AssignmentRole]] = []
        for key, names, role in (
            ("lead_units", row.lead_units, lead_role),
            ("separate_units", row.separate_units, AssignmentRole.SEPARATE),
            ("co_units", row.co_units, AssignmentRole.CO),
        ):
            for name in names:
                unit = self.units.find(name, row.handed_over_on, self._at(row, key))
                if unit is None:
                    continue
                if any(unit.pk == other.pk for other, _ in units):
                    message = f"“{name}”就是“{unit.name}”，在这一行已经写过，请删去一个"
                    self._findings.add(row.row, key, message)
                    continue
                units.append((unit, role))
        return units

    def _letter(self, row: SuggestionRow) -> ResultLetter | None:
        if not row.result_code:
            return None
        letter = self._letters.get(_letter_key(row.result_code))
        if letter is None:
            known = "、".join(f"{known.code}（{known.label}）" for known in self._settings.result_scheme)
            message = f"本县的结果分类没有“{row.result_code}”，可填：{known}"
            self._findings.add(row.row, "result_code", message)
        return letter

    def _grades(self, row: SuggestionRow) -> tuple[tuple[str, Grade], ...]:
        grades = []
        for key, grade, axis in (
            ("grade_process", row.grade_process, self._axis("grade_process")),
            ("grade_result", row.grade_result, self._axis("grade_result")),
        ):
            if grade is None:
                continue
            if axis is None:
                labels = "、".join(axis.label for axis in self._settings.axes)
                self._findings.add(row.row, key, f"本县只评价：{labels}；请清空这一列，或者换一列填写")
            else:
                grades.append((axis, grade))
        return tuple(grades)

    def _axis(self, key: str) -> str | None:
        """The county's axis that a column fills. A one-axis county fills 办理结果评价 only."""
        if len(self._axes) == 1:
            return next(iter(self._axes)) if key == "grade_result" else None
        codes = ("result",) if key == "grade_result" else PROCESS_AXES
        return next((code for code in codes if code in self._axes), None)

    def _at(self, row: SuggestionRow, key: str) -> Any:
        return lambda message: self._findings.add(row.row, key, message)


def row_digest(row: SuggestionRow) -> str:
    """SHA-256 of all that the row says, whatever its place in the file and the order of names in a cell."""
    says = asdict(row)
    del says["row"]
    for key in ("co_signers", "separate_units", "co_units"):
        says[key] = sorted(json.dumps(item, ensure_ascii=False, sort_keys=True) for item in says[key])
    text = json.dumps(says, ensure_ascii=False, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def asks_of(content: str) -> tuple[str, ...]:
    """The numbered asks of a text: its lines 一、… 二、…, where they count up from 一; else none."""
    found = [match for match in map(_ASK.match, content.splitlines()) if match]
    numbers = [match[1] for match in found]
    if not numbers or len(numbers) > len(_NUMERALS) or numbers != list(_NUMERALS[: len(numbers)]):
        return ()
    return tuple(match[2].strip()[:2000] for match in found)


def _letters(settings: CountySettings) -> dict[str, ResultLetter]:
    """The scheme by code, by wording, and by the code as it is usually written: A, Ａ类."""
    known: dict[str, ResultLetter] = {}
    for letter in settings.result_scheme:
        for word in (letter.label, f"{letter.code}类", letter.code):
            known[_letter_key(word)] = letter
    return known


def _letter_key(text: str) -> str:
    return re.sub(r"[\s“”\"()（）]", "", half_width(text)).upper()


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a row cannot hold {type(value).__name__}")
