"""The kinds of workbook: what each is for, whose it is, and how one is read and taken in."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from luoshi.accounts.actor import Actor, Role
from luoshi.accounts.rules import may
from luoshi.documents.imports import (
    ImportReport,
    accounts_import,
    current_import,
    deputies_import,
    past_import,
    units_import,
)
from luoshi.documents.imports.totals import printed_parse
from luoshi.documents.spreadsheets import (
    READERS,
    CellProblem,
    Parsed,
    SheetKind,
    example_row,
    template_workbook,
)
from luoshi.suggestions.services.register import MAY_KEEP_DEPUTIES, MAY_KEEP_UNITS
from luoshi.workbench.importing.records import ImportJob

Kind = ImportJob.Kind
MAY_IMPORT_CURRENT = (Role.CONGRESS_OFFICE,)
MAY_IMPORT_PAST = (Role.CONGRESS_OFFICE, Role.SECRETARIAT)
LATER_COLUMNS = (
    "replied_on",
    "result_code",
    "grade_process",
    "grade_result",
    "contact_records",
    "contact_person_times",
)
"""Columns of suggestions that one in handling cannot fill yet."""
EXAMPLE_LEFT = "这一行还是模板里的示例，请删去这一行，或者改成真实内容"


@dataclass(frozen=True, slots=True)
class KindInfo:
    """One kind. ``asks``: names of the form's fields that it needs besides the file."""

    kind: ImportJob.Kind
    sheet: SheetKind
    purpose: str
    allowed: Callable[[Actor], bool]
    asks: tuple[str, ...]
    without: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Its name."""
        return str(self.kind.label)

    @property
    def file_name(self) -> str:
        """Name of its template when it is downloaded."""
        return f"{self.label}-模板.xlsx"

    def template(self) -> bytes:
        """The workbook to fill in: headers, one example row, and a sheet that explains each column."""
        return template_workbook(self.sheet, without=self.without, with_example=True)


def _role(*roles: Role) -> Callable[[Actor], bool]:
    return lambda actor: actor.has(*roles)


KINDS: dict[str, KindInfo] = {
    info.kind.value: info
    for info in (
        KindInfo(
            Kind.CURRENT,
            SheetKind.SUGGESTIONS,
            "一次会议的建议：逐件登记编号，写了承办单位和交办日期的同时交办",
            _role(*MAY_IMPORT_CURRENT),
            ("session", "year", "create_missing"),
            LATER_COLUMNS,
        ),
        KindInfo(
            Kind.PAST,
            SheetKind.SUGGESTIONS,
            "往年已经办结的建议：补录到系统，没有解决的转入跟踪",
            _role(*MAY_IMPORT_PAST),
            ("session", "year", "create_missing", "printed"),
        ),
        KindInfo(
            Kind.UNITS,
            SheetKind.UNITS,
            "承办单位的全称、简称、职责和三级责任人",
            _role(*MAY_KEEP_UNITS),
            ("update",),
        ),
        KindInfo(
            Kind.DEPUTIES,
            SheetKind.DEPUTIES,
            "代表的姓名、代表团和证号",
            _role(*MAY_KEEP_DEPUTIES),
            ("update",),
        ),
        KindInfo(
            Kind.ACCOUNTS,
            SheetKind.ACCOUNTS,
            "登录名、姓名、角色和所在单位；密码由本人凭邀请设置",
            lambda actor: may("person_create", actor),
            (),
        ),
    )
}


def kinds_of(actor: Actor) -> list[KindInfo]:
    """The kinds that this person may import."""
    return [info for info in KINDS.values() if info.allowed(actor)]


def workbook_read(info: KindInfo, body: bytes) -> Parsed[Any]:
    """The rows of a workbook. An example row that was left in is a problem, never a row.

    :raises Invalid: where the file cannot be accepted at all.
    """
    parsed = READERS[info.sheet](body)
    example = replace(example_row(info.sheet, info.without), row=0)
    left = [row.row for row in parsed.rows if replace(row, row=0) == example]
    if not left:
        return parsed
    told = tuple(CellProblem(parsed.sheet, row, "", "", EXAMPLE_LEFT) for row in left)
    return replace(parsed, problems=(*told, *parsed.problems))


def workbook_import(
    info: KindInfo, parsed: Parsed[Any], *, actor: Actor, options: dict[str, Any], dry_run: bool
) -> ImportReport:
    """Take in what was read, or try it.

    :param options: as the form gave them: session, year, create_missing, update, printed.
    :raises ImportRefused: with every problem; nothing is written then.
    """
    if info.kind == Kind.UNITS:
        return units_import(parsed=parsed, actor=actor, update=bool(options.get("update")), dry_run=dry_run)
    if info.kind == Kind.DEPUTIES:
        return deputies_import(
            parsed=parsed, actor=actor, update=bool(options.get("update")), dry_run=dry_run
        )
    if info.kind == Kind.ACCOUNTS:
        return accounts_import(parsed=parsed, actor=actor, dry_run=dry_run)
    session, year = str(options.get("session", "")), options.get("year")
    create_missing = bool(options.get("create_missing"))
    if info.kind == Kind.CURRENT:
        return current_import(
            parsed=parsed,
            session_code=session,
            year=year,
            actor=actor,
            create_missing=create_missing,
            dry_run=dry_run,
        )
    printed = str(options.get("printed") or "")
    return past_import(
        parsed=parsed,
        session_code=session,
        year=year,
        actor=actor,
        create_missing=create_missing,
        dry_run=dry_run,
        printed=printed_parse(printed) if printed else None,
    )
