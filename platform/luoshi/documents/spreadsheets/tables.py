"""A data sheet as rows of named cells, with every problem kept by row and column."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Generic, TypeVar

from openpyxl.utils import get_column_letter

from luoshi.documents.spreadsheets.cells import (
    CellError,
    PersonName,
    cell_plain,
    choice_parse,
    date_parse,
    integer_parse,
    names_parse,
    people_parse,
    text_single,
)
from luoshi.documents.spreadsheets.columns import COLUMNS, SheetKind
from luoshi.documents.spreadsheets.headers import HEADER_WITHIN_ROWS, CellProblem, MatchedHeader, header_find
from luoshi.documents.spreadsheets.safety import EMPTY, Limits, MergedRange, RawCell, Source, sheet_opened
from luoshi.errors import Invalid, Problem

T = TypeVar("T")

MOST_PROBLEMS = 1000
LONGEST_CELL = Limits().cell_characters


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T]):
    """What a workbook holds. All or nothing: rows are to be used only while ``problems`` is empty.

    ``truncated``: more than :data:`MOST_PROBLEMS` were found and reading stopped there. ``columns``: the
    letter of each column by its key, so that whoever uses the rows can point to a cell as well.
    """

    sheet: str
    rows: tuple[T, ...]
    problems: tuple[CellProblem, ...]
    truncated: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)

    def require(self) -> tuple[T, ...]:
        """The rows.

        :raises Invalid: with every problem, where there is one.
        """
        if self.problems:
            found = [Problem(f"{problem.column}{problem.row}", problem.text) for problem in self.problems]
            if self.truncated:
                found.append(
                    Problem("file", f"问题超过 {MOST_PROBLEMS} 处，只列出前面这些；请改正后再导入一次")
                )
            raise Invalid(found)
        return self.rows


class _TooManyError(Exception):
    """Enough problems were found."""


class Cells:
    """The cells of one row by the column's key. A wrong cell adds a problem and reads as empty."""

    def __init__(
        self,
        *,
        row: int,
        cells: tuple[RawCell, ...],
        header: MatchedHeader,
        titles: Mapping[str, str],
        report: Callable[[int, str, str, str], None],
    ) -> None:
        self.row = row
        self._cells = cells
        self._positions = header.positions
        self._titles = titles
        self._report = report
        self._failed: set[str] = set()

    @property
    def failed(self) -> bool:
        """True when a problem was found in this row."""
        return bool(self._failed)

    def problem(self, key: str, message: str) -> None:
        """Add a problem at the column ``key`` (at the row where the workbook lacks that column)."""
        self._failed.add(key)
        position = self._positions.get(key)
        letter = "" if position is None else get_column_letter(position + 1)
        self._report(self.row, letter, self._titles.get(key, ""), message)

    def has(self, key: str) -> bool:
        """True when the cell holds anything but blanks."""
        value = self._cell(key).value
        return value is not None and not (isinstance(value, str) and not value.strip())

    def text(self, key: str, *, longest: int, required: bool = False, lines: bool = False) -> str:
        """Cleaned text of at most ``longest`` characters; ``lines`` keeps line breaks."""
        plain = self._parsed(key, cell_plain) or ""
        if not lines:
            plain = text_single(plain)
        if len(plain) > longest:
            self.problem(key, f"有 {len(plain)} 个字，最多 {longest} 个字，请缩短")
            return ""
        if required and not plain and key not in self._failed:
            self.problem(key, "不能为空，请填写")
        return plain

    def integer(self, key: str, *, least: int, most: int, required: bool = False) -> int | None:
        """A whole number."""
        if self._empty(key):
            if required and key not in self._failed:
                self.problem(key, "不能为空，请填写整数")
            return None
        return self._parsed(key, lambda cell: integer_parse(cell, least=least, most=most))

    def date(self, key: str) -> date | None:
        """A day."""
        return None if self._empty(key) else self._parsed(key, date_parse)

    def choice(self, key: str, choices: Mapping[str, T]) -> T | None:
        """One of a few words."""
        if self._empty(key):
            return None
        return self._parsed(key, lambda cell: choice_parse(cell_plain(cell), choices))

    def names(self, key: str, *, longest: int) -> tuple[str, ...]:
        """Several names separated by 、."""
        return self._parsed(key, lambda cell: names_parse(cell_plain(cell), longest=longest)) or ()

    def people(self, key: str) -> tuple[PersonName, ...]:
        """Several deputies separated by 、."""
        return self._parsed(key, lambda cell: people_parse(cell_plain(cell))) or ()

    def _cell(self, key: str) -> RawCell:
        position = self._positions.get(key)
        return EMPTY if position is None or position >= len(self._cells) else self._cells[position]

    def _empty(self, key: str) -> bool:
        return not self.has(key)

    def _parsed(self, key: str, parse: Callable[[RawCell], T]) -> T | None:
        cell = self._cell(key)
        if isinstance(cell.value, str) and len(cell.value) > LONGEST_CELL:
            self.problem(key, f"有 {len(cell.value)} 个字，一个单元格最多 {LONGEST_CELL} 个字")
            return None
        try:
            return parse(cell)
        except CellError as error:
            self.problem(key, str(error))
            return None


def table_read(
    source: Source, *, kind: SheetKind, row_make: Callable[[Cells], T | None], limits: Limits | None = None
) -> Parsed[T]:
    """Read a workbook of one kind: check the file, find the header, make a value of each filled row.

    :param row_make: makes the row's value; problems it finds go to the given cells.
    :raises Invalid: when the file itself cannot be accepted (see :mod:`.safety`).
    """
    limits = limits or Limits()
    titles = {column.key: column.header for column in COLUMNS[kind]}
    problems: list[CellProblem] = []
    made: list[T] = []
    with sheet_opened(source, limits=limits) as sheet:
        stream = sheet.rows()
        first = list(islice(stream, HEADER_WITHIN_ROWS))
        header = header_find(first, kind=kind, sheet=sheet.name)
        problems.extend(header.problems)
        if not header.row:
            return Parsed(sheet.name, (), tuple(problems))
        problems.extend(_merge_problems(sheet.scan.merged, header, sheet.name))

        def report(row: int, column: str, title: str, message: str) -> None:
            problems.append(CellProblem(sheet.name, row, column, title, message))
            if len(problems) >= MOST_PROBLEMS:
                raise _TooManyError

        headless: set[int] = set()
        filled = 0
        try:
            for number, cells in _after(header.row, first, stream):
                filled += 1
                if filled > limits.rows:
                    report(number, "", "", f"超过 {limits.rows} 行，请分成几个文件导入")
                    break
                _headless_reported(number, cells, header, headless, report)
                row = Cells(row=number, cells=cells, header=header, titles=titles, report=report)
                value = row_make(row)
                if value is not None and not row.failed:
                    made.append(value)
        except _TooManyError:
            return Parsed(sheet.name, (), tuple(problems), truncated=True)
        if not filled:
            problems.append(CellProblem(sheet.name, header.row, "", "", "表头下面没有数据，请填写后再导入"))
    ordered = sorted(problems, key=lambda problem: (problem.row, len(problem.column), problem.column))
    letters = {key: get_column_letter(index + 1) for key, index in header.positions.items()}
    return Parsed(sheet.name, tuple(made), tuple(ordered), columns=letters)


def _after(
    header_row: int,
    first: list[tuple[int, tuple[RawCell, ...]]],
    rest: Iterator[tuple[int, tuple[RawCell, ...]]],
) -> Iterator[tuple[int, tuple[RawCell, ...]]]:
    """The filled rows under the header; a cell of nothing but blanks is no content."""
    for source in (first, rest):
        for number, cells in source:
            if number > header_row and any(
                cell.value is not None and not (isinstance(cell.value, str) and not cell.value.strip())
                for cell in cells
            ):
                yield number, cells


def _headless_reported(
    number: int,
    cells: tuple[RawCell, ...],
    header: MatchedHeader,
    reported: set[int],
    report: Callable[[int, str, str, str], None],
) -> None:
    """A value in a column without a header would be lost in silence; said once a column."""
    named = set(header.positions.values()) | header.ignored
    for index, cell in enumerate(cells):
        if cell.value is not None and index not in named and index not in reported:
            reported.add(index)
            letter = get_column_letter(index + 1)
            report(number, letter, "", "这一列有内容但没有表头，请补上表头，或者清空这一列")


def _merge_problems(
    merged: tuple[MergedRange, ...], header: MatchedHeader, sheet: str
) -> Iterator[CellProblem]:
    """Merged cells under the header hide which row a value belongs to; in a title above they do no harm."""
    for merge in merged[:MOST_PROBLEMS]:
        if merge.last_row > header.row or (merge.last_row == header.row and merge.first_row < header.row):
            first, last = get_column_letter(merge.first_column), get_column_letter(merge.last_column)
            place = f"{first}{merge.first_row}:{last}{merge.last_row}"
            message = f"{place} 是合并单元格，请取消合并，在每一行分别填写"
            yield CellProblem(sheet, merge.first_row, first, "", message)
