"""What an import says: its result, or every problem at once; and the one transaction it stands in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection, transaction

from luoshi.documents.spreadsheets import COLUMNS, CellProblem, Parsed, SheetKind
from luoshi.errors import Invalid, Problem, Refusal


class ImportRefused(Invalid):
    """The file was not imported and nothing was written. ``cells``: every problem in the file's order."""

    def __init__(self, cells: Sequence[CellProblem]) -> None:
        self.cells = tuple(cells)
        super().__init__(
            Problem(f"{cell.column}{cell.row or ''}" or "file", cell.text) for cell in self.cells
        )


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do where ``dry_run``.

    ``created``, ``changed``, ``unchanged`` count rows of the file. ``new_units`` and ``new_deputies``: names
    that were made because the file uses them. ``made``: what each created row made, as a person names it.
    ``notes``: what a person should look at. ``totals``: counts over the file's rows, to be held beside a
    printed table.
    """

    sheet: str
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    tracked: int = 0
    new_units: tuple[str, ...] = ()
    new_deputies: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    totals: Mapping[str, int] = field(default_factory=dict)
    dry_run: bool = False


class Findings:
    """Collects the problems of one file: those of its cells, and those that the county's own data show."""

    def __init__(self, parsed: Parsed[Any], kind: SheetKind) -> None:
        self._sheet = parsed.sheet
        self._letters = parsed.columns
        self._headers = {column.key: column.header for column in COLUMNS[kind]}
        self._found = list(parsed.problems)
        if parsed.truncated:
            message = f"问题超过 {len(parsed.problems)} 处，只列出前面这些；请改正后再导入一次"
            self._found.append(CellProblem(parsed.sheet, 0, "", "", message))
        self._rows: set[int] = set()

    def add(self, row: int, key: str, message: str) -> None:
        """Add a problem at the column ``key`` of ``row``; row 0 and key "" where the whole is meant."""
        self._rows.add(row)
        letter, header = self._letters.get(key, ""), self._headers.get(key, "")
        self._found.append(CellProblem(self._sheet, row, letter, header, message))

    def refusal(self, row: int, refusal: Refusal, keys: Mapping[str, str]) -> None:
        """Add what a service refused; ``keys`` leads from its field names to the columns of the table."""
        if isinstance(refusal, Invalid) and refusal.problems:
            for problem in refusal.problems:
                self.add(row, keys.get(problem.field.split(".")[0], ""), problem.message)
        else:
            self.add(row, "", refusal.message)

    def has(self, row: int) -> bool:
        """True where :meth:`add` has been called for ``row``."""
        return row in self._rows

    def require_none(self) -> None:
        """Go on only where nothing was found.

        :raises ImportRefused: with everything, by row and column.
        """
        if self._found:
            ordered = sorted(self._found, key=lambda cell: (cell.row, len(cell.column), cell.column))
            raise ImportRefused(ordered)


class _UndoError(Exception):
    """Takes the transaction of a dry run back."""


def import_run(work: Callable[[], ImportReport], *, dry_run: bool) -> ImportReport:
    """Do ``work`` in one transaction. A dry run really does it and takes it back: it finds what a run finds.

    :raises ImportRefused: from ``work``; nothing is written then.
    """
    report = ImportReport(sheet="")
    try:
        with transaction.atomic():
            report = work()
            connection.check_constraints()  # what the commit would find, a dry run must find as well
            if dry_run:
                raise _UndoError
    except _UndoError:
        return replace(report, dry_run=True)
    return report
