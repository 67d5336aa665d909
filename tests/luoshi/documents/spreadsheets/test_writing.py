"""Workbooks out: read back, safe against formulas, and the same bytes each time."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from luoshi.documents.spreadsheets import (
    COLUMNS,
    CellProblem,
    SheetData,
    SheetKind,
    problems_workbook,
    read_suggestions,
    template_workbook,
    workbook_bytes,
)

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A1", "'=1"]


def test_no_text_becomes_a_formula() -> None:
    body = workbook_bytes([SheetData("表", ("列",), [[value] for value in DANGEROUS])])
    sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
    cells = [sheet.cell(row, 1) for row in range(2, len(DANGEROUS) + 2)]
    assert [(cell.value, cell.data_type, cell.number_format) for cell in cells] == [
        (value, "s", "@") for value in DANGEROUS
    ]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_values_come_back_typed() -> None:
    body = workbook_bytes(
        [SheetData("表", ("数", "日", "文", "空"), [[7, date(2019, 5, 23), "甲\n乙", None]])]
    )
    row = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0][2]
    assert [(cell.value if cell.column != 2 else cell.value.date()) for cell in row[:3]] == [
        7,
        date(2019, 5, 23),
        "甲\n乙",
    ]
    assert row[1].number_format == "yyyy-mm-dd"


def test_characters_that_no_xml_carries_and_texts_that_no_cell_holds() -> None:
    body = workbook_bytes([SheetData("表", ("列",), [["甲\x07\ud800乙"], ["长" * 40_000]])])
    sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
    assert sheet["A2"].value == "甲□□乙"
    assert sheet["A3"].value == "长" * 32_766 + "…"


def test_the_same_input_gives_the_same_bytes() -> None:
    data = [SheetData("表", ("列",), [["甲"], [1]])]
    body = workbook_bytes(data)
    assert workbook_bytes(data) == body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"


@pytest.mark.parametrize("kind", SheetKind)
def test_a_template_carries_every_column_its_choices_and_the_explanation(kind: SheetKind) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template_workbook(kind)))
    data, notes = book.worksheets
    columns = COLUMNS[kind]
    assert [cell.value for cell in data[1]] == [column.header for column in columns]
    assert [row[0].value for row in notes.iter_rows(min_row=2)] == [column.header for column in columns]
    lists = [validation.formula1 for validation in data.data_validations.dataValidation]
    assert lists == [f'"{",".join(column.choices)}"' for column in columns if column.choices]


def test_a_filled_template_goes_in() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template_workbook(SheetKind.SUGGESTIONS)))
    for index, column in enumerate(COLUMNS[SheetKind.SUGGESTIONS], start=1):
        book.worksheets[0].cell(2, index, column.example or None)
    out = io.BytesIO()
    book.save(out)
    parsed = read_suggestions(out)
    assert parsed.problems == ()
    assert [row.title for row in parsed.rows] == ["关于改善村级饮水设施的建议"]


def test_an_error_report() -> None:
    body = problems_workbook([CellProblem("代表建议", 5, "C", "标题", "不能为空，请填写")])
    sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["工作表", "行", "列", "列名", "问题"],
        ["代表建议", 5, "C", "标题", "不能为空，请填写"],
    ]
