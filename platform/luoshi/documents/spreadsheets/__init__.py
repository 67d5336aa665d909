"""Spreadsheets in and out. Reading is pure and safe: no database, nothing from the file is trusted."""

from luoshi.documents.spreadsheets.cells import PersonName
from luoshi.documents.spreadsheets.columns import COLUMNS, Column, SheetKind
from luoshi.documents.spreadsheets.headers import CellProblem
from luoshi.documents.spreadsheets.rows import (
    AccountRow,
    DeputyRow,
    SuggestionRow,
    UnitRow,
    read_accounts,
    read_deputies,
    read_suggestions,
    read_units,
)
from luoshi.documents.spreadsheets.safety import Limits, Source
from luoshi.documents.spreadsheets.showing import READERS, cells_shown, example_row, rows_counted
from luoshi.documents.spreadsheets.tables import Parsed
from luoshi.documents.spreadsheets.writing import (
    SheetData,
    problems_workbook,
    template_workbook,
    workbook_bytes,
)

__all__ = [
    "COLUMNS",
    "READERS",
    "AccountRow",
    "CellProblem",
    "Column",
    "DeputyRow",
    "Limits",
    "Parsed",
    "PersonName",
    "SheetData",
    "SheetKind",
    "Source",
    "SuggestionRow",
    "UnitRow",
    "cells_shown",
    "example_row",
    "problems_workbook",
    "read_accounts",
    "read_deputies",
    "read_suggestions",
    "read_units",
    "rows_counted",
    "template_workbook",
    "workbook_bytes",
]
