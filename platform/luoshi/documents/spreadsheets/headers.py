"""Finding the header row of a table and matching it against the columns of its kind."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from luoshi.documents.spreadsheets.cells import CellError, cell_plain, half_width, shortened
from luoshi.documents.spreadsheets.columns import COLUMNS, Column, SheetKind
from luoshi.documents.spreadsheets.safety import RawCell

HEADER_WITHIN_ROWS = 10
_REMARK = re.compile(r"\((必填|选填|可选|没有可不填|大会[|/、]闭会|是[|/、]否|件|次|人次|单位|盖章)\)$")


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One thing wrong in one place. ``column`` is the letter; both are empty where the whole row is meant."""

    sheet: str
    row: int
    column: str
    header: str
    message: str

    @property
    def text(self) -> str:
        """The whole sentence, with its place."""
        place = f"第 {self.row} 行" if self.row else ""
        if self.column:
            place += f" {self.column} 列"
        if self.header:
            place += f"（{self.header}）"
        return f"工作表“{self.sheet}”{place}：{self.message}"


@dataclass(frozen=True, slots=True)
class MatchedHeader:
    """Where each column stands (index from 0) in the row that was found to be the header."""

    row: int
    positions: dict[str, int]
    problems: tuple[CellProblem, ...]
    ignored: frozenset[int] = frozenset()


def header_normal(text: str) -> str:
    """A header as compared: half-width, without blanks, line breaks, star and usual remarks in brackets."""
    plain = re.sub(r"\s", "", half_width(text)).strip("*:").removeprefix("是否必填")
    return _REMARK.sub("", plain).strip("*:")


def header_find(
    rows: Sequence[tuple[int, tuple[RawCell, ...]]], *, kind: SheetKind, sheet: str
) -> MatchedHeader:
    """Find the header among the first rows (a title may stand above it) and match it.

    :param rows: the first :data:`HEADER_WITHIN_ROWS` filled rows with their numbers.
    :returns: the positions, with a problem for each unknown, duplicate or missing header. ``row`` is 0 where
        no row looks like a header.
    """
    known = _known(COLUMNS[kind])
    best_row, best_score = 0, 0
    best_cells: tuple[RawCell, ...] = ()
    for number, cells in rows:
        found = {known[text][0] for text in map(_header_text, cells) if text in known}
        if len(found) > best_score:
            best_row, best_score, best_cells = number, len(found), cells
    required = [column.header for column in COLUMNS[kind] if column.required]
    if best_score < min(2, len(required)):
        message = f"没有找到表头。前 {HEADER_WITHIN_ROWS} 行里要有一行写着列名，至少有：{'、'.join(required)}"
        return MatchedHeader(0, {}, (CellProblem(sheet, rows[0][0] if rows else 1, "", "", message),))
    return _matched(best_row, best_cells, kind, sheet)


def _matched(row: int, cells: tuple[RawCell, ...], kind: SheetKind, sheet: str) -> MatchedHeader:
    columns = COLUMNS[kind]
    known = _known(columns)
    positions: dict[str, int] = {}
    weak: dict[str, int] = {}
    problems: list[CellProblem] = []
    ignored: set[int] = set()
    for index, cell in enumerate(cells):
        letter = get_column_letter(index + 1)
        try:
            shown = shortened(cell_plain(cell).replace("\n", ""))
        except CellError as error:
            problems.append(CellProblem(sheet, row, letter, "表头", f"这个表头{error}"))
            ignored.add(index)
            continue
        if not shown:
            continue
        text = header_normal(shown)
        if text not in known:
            ignored.add(index)
            problems.append(CellProblem(sheet, row, letter, shown, _unknown(text, known, columns)))
            continue
        key, is_weak = known[text]
        if is_weak:
            ignored.add(index)
            weak.setdefault(key, index)
        elif key in positions:
            first = get_column_letter(positions[key] + 1)
            message = f"与 {first} 列是同一项内容（{_header_of(columns, key)}），请只保留一列"
            problems.append(CellProblem(sheet, row, letter, shown, message))
            ignored.add(index)
        else:
            positions[key] = index
    for key, index in weak.items():
        if key not in positions:
            positions[key] = index
            ignored.discard(index)
    missing = [column.header for column in columns if column.required and column.key not in positions]
    if missing:
        problems.append(CellProblem(sheet, row, "", "表头", f"缺少必填的列：{'、'.join(missing)}"))
    return MatchedHeader(row, positions, tuple(problems), frozenset(ignored))


def _known(columns: Sequence[Column]) -> dict[str, tuple[str, bool]]:
    """Every accepted header, normalised, with its column's key and whether it is weak."""
    known: dict[str, tuple[str, bool]] = {}
    for column in columns:
        for word in (column.header, *column.synonyms):
            known[header_normal(word)] = (column.key, False)
        for word in column.weak:
            known[header_normal(word)] = (column.key, True)
    return known


def _header_text(cell: RawCell) -> str:
    try:
        return header_normal(cell_plain(cell))
    except CellError:
        return ""


def _header_of(columns: Sequence[Column], key: str) -> str:
    return next(column.header for column in columns if column.key == key)


def _unknown(text: str, known: dict[str, tuple[str, bool]], columns: Sequence[Column]) -> str:
    close = difflib.get_close_matches(text, known, n=1, cutoff=0.3)
    if close:
        nearest = _header_of(columns, known[close[0]][0])
        return f"不认识这个表头，最接近的是“{nearest}”；请改成它，不需要导入的列请删去"
    return (
        f"不认识这个表头；能用的表头：{'、'.join(column.header for column in columns)}。不需要导入的列请删去"
    )
