"""What a person is shown of a workbook besides its values: how large it is, and what stands in a cell."""

from collections.abc import Callable, Collection
from typing import Any

from openpyxl.utils import column_index_from_string

from luoshi.documents.spreadsheets.cells import CellError, cell_plain, text_single
from luoshi.documents.spreadsheets.columns import SheetKind
from luoshi.documents.spreadsheets.rows import (
    read_accounts,
    read_deputies,
    read_suggestions,
    read_units,
)
from luoshi.documents.spreadsheets.safety import Limits, RawCell, Source, sheet_opened
from luoshi.documents.spreadsheets.tables import Parsed
from luoshi.documents.spreadsheets.writing import template_workbook

LONGEST_SHOWN = 60
"""Characters of a cell that are shown."""
READERS: dict[SheetKind, Callable[..., Parsed[Any]]] = {
    SheetKind.UNITS: read_units,
    SheetKind.DEPUTIES: read_deputies,
    SheetKind.ACCOUNTS: read_accounts,
    SheetKind.SUGGESTIONS: read_suggestions,
}


def rows_counted(source: Source, *, limits: Limits | None = None) -> int:
    """Rows of the data sheet that hold anything, its header among them. The file is checked on the way.

    :raises Invalid: where the file cannot be accepted at all.
    """
    with sheet_opened(source, limits=limits) as sheet:
        return sheet.scan.rows


def cells_shown(source: Source, places: Collection[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """What stands in the cells at ``places`` (row in the file, letter of the column), shortened to be read.

    A place without a letter, or where nothing stands, is left out.

    :raises Invalid: where the file cannot be accepted at all.
    """
    wanted: dict[int, list[tuple[str, int]]] = {}
    for row, letter in places:
        if row and letter:
            wanted.setdefault(row, []).append((letter, column_index_from_string(letter) - 1))
    found: dict[tuple[int, str], str] = {}
    if not wanted:
        return found
    last = max(wanted)
    with sheet_opened(source) as sheet:
        for number, cells in sheet.rows():
            if number > last:
                break
            for letter, index in wanted.get(number, ()):
                text = _shown(cells[index]) if index < len(cells) else ""
                if text:
                    found[number, letter] = text
    return found


def example_row(kind: SheetKind, without: tuple[str, ...] = ()) -> Any:
    """The value of the example row of a template, so that one left in a table can be told from a real row."""
    (row,) = READERS[kind](template_workbook(kind, without=without, with_example=True)).require()
    return row


def _shown(cell: RawCell) -> str:
    """The cell as text; what cannot be read as a value (a formula, an error) as it is stored."""
    try:
        text = text_single(cell_plain(cell))
    except CellError:
        text = text_single(str(cell.value))
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
