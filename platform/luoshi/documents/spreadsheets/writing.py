"""Workbooks out: templates, error reports, tables. Text is always text, so no cell can become a formula."""

import io
import zipfile
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from luoshi.documents.spreadsheets.cells import UNSHOWABLE
from luoshi.documents.spreadsheets.columns import COLUMNS, Column, SheetKind
from luoshi.documents.spreadsheets.headers import CellProblem
from luoshi.documents.spreadsheets.safety import Limits

Value = str | int | date | None

SHEET_NAMES = {
    SheetKind.SUGGESTIONS: "代表建议",
    SheetKind.UNITS: "承办单位",
    SheetKind.DEPUTIES: "代表名册",
    SheetKind.ACCOUNTS: "账号",
}
FIXED_MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001 - the zip and OOXML fields know no zone
_BOLD = Font(bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="F2DCDB")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


@dataclass(frozen=True, slots=True)
class SheetData:
    """A sheet to write: headers, rows, and the width of each column in characters."""

    name: str
    headers: tuple[str, ...]
    rows: Sequence[Sequence[Value]]
    widths: tuple[int, ...] = ()
    choices: tuple[tuple[str, ...], ...] = ()


def workbook_bytes(sheets: Iterable[SheetData]) -> bytes:
    """Write sheets as one .xlsx. The same input gives the same bytes: no clock and no machine is in the file.

    Every text is stored as a string in a cell of text format: ``=1+1`` stays that text, also after
    somebody edits the cell. Characters that XML cannot carry are replaced by ``□``.
    """
    workbook = Workbook(write_only=True)
    for data in sheets:
        sheet: Any = workbook.create_sheet(data.name)
        sheet.freeze_panes = "A2"
        for index, width in enumerate(data.widths, start=1):
            sheet.column_dimensions[get_column_letter(index)].width = width
        for index, words in enumerate(data.choices, start=1):
            if words:
                validation = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
                validation.showErrorMessage = True
                letter = get_column_letter(index)
                validation.add(f"{letter}2:{letter}{Limits().rows + 1}")
                sheet.data_validations.append(validation)
        sheet.append([_cell(sheet, header, head=True) for header in data.headers])
        for row in data.rows:
            sheet.append([_cell(sheet, value) for value in row])
    raw = io.BytesIO()
    workbook.properties.creator = "luoshi"
    workbook.save(raw)
    return _stamped(raw.getvalue())


def template_workbook(kind: SheetKind, *, without: Container[str] = (), with_example: bool = False) -> bytes:
    """A table of one kind with its header, its choices, and a sheet that explains each column.

    :param without: keys of columns to leave out.
    :param with_example: one row to write over; it is never imported (see :func:`.showing.example_row`).
    """
    columns = tuple(column for column in COLUMNS[kind] if column.key not in without)
    notes = SheetData(
        name="填表说明",
        headers=("列名", "是否必填", "填写要求", "示例", "也认识的列名"),
        rows=[_note(column) for column in columns],
        widths=(16, 10, 60, 36, 60),
    )
    data = SheetData(
        name=SHEET_NAMES[kind],
        headers=tuple(column.header for column in columns),
        rows=[[column.example for column in columns]] if with_example else [],
        widths=tuple(column.width for column in columns),
        choices=tuple(column.choices for column in columns),
    )
    return workbook_bytes([data, notes])


def problems_workbook(problems: Sequence[CellProblem]) -> bytes:
    """The problems of an import as a table that a clerk can work through."""
    rows = [
        (problem.sheet, problem.row, problem.column, problem.header, problem.message) for problem in problems
    ]
    headers = ("工作表", "行", "列", "列名", "问题")
    return workbook_bytes([SheetData("导入问题", headers, rows, (16, 8, 8, 16, 80))])


def _note(column: Column) -> tuple[str, str, str, str, str]:
    choices = f"只能填：{'、'.join(column.choices)}" if column.choices else ""
    told = "；".join(part for part in (column.help, choices) if part)
    return (
        column.header,
        "必填" if column.required else "选填",
        told,
        column.example,
        "、".join(column.synonyms),
    )


def _cell(sheet: Any, value: Value, *, head: bool = False) -> Cell:
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=_writable(value))
        cell.data_type = "s"
        cell.number_format = "@"
        cell.alignment = _WRAPPED
    elif isinstance(value, date):
        cell = WriteOnlyCell(sheet, value=datetime.combine(value, time()))
        cell.number_format = "yyyy-mm-dd"
    else:
        cell = WriteOnlyCell(sheet, value=value)
    if head:
        cell.font = _BOLD
        cell.fill = _HEAD_FILL
    return cell


def _writable(text: str) -> str:
    longest = Limits().cell_characters
    kept = UNSHOWABLE.sub("□", text)
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


def _stamped(raw: bytes) -> bytes:
    """The same package with fixed times, in a fixed order."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as archive,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as stamped,
    ):
        for name in sorted(archive.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            body = archive.read(name)
            if name == "docProps/core.xml":
                body = _core_properties()
            member = zipfile.ZipInfo(name, FIXED_MOMENT.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            member.create_system = 3
            stamped.writestr(member, body)
    return out.getvalue()


def _core_properties() -> bytes:
    moment = FIXED_MOMENT.strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:creator>luoshi</dc:creator>'
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified></cp:coreProperties>'
    ).encode()
