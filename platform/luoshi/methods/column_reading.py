"""Reads what a method gives for the public: exactly the types that were agreed, short plain text, bounded."""

import re

from luoshi.methods.columns import (
    CaseRow,
    ColumnCases,
    ColumnContent,
    ColumnFigure,
    ColumnFigures,
    ColumnPart,
    ColumnTable,
    ColumnText,
    PublicColumn,
)
from luoshi.methods.host import WrongAnswerError, read_items

SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
LONGEST_SLUG = 50
LONGEST_TITLE = 30
LONGEST_ABOUT = 120
LONGEST_TEXT = 400
LONGEST_CELL = 80
MOST_COLUMNS = 10
MOST_PARTS = 20
MOST_HEADS = 8
MOST_ROWS = 200
"""Of one part: a page stays light on a phone; more goes to the next page."""
MOST_PAGES = 100_000


def read_columns(answer: object) -> tuple[PublicColumn, ...]:
    """The columns that a method names.

    :raises WrongAnswerError: for anything else, and where an address would not be one.
    """
    columns = read_items(PublicColumn, "public_columns")(answer)
    for column in columns:
        _text(column.slug, LONGEST_SLUG, "slug")
        if not SLUG.fullmatch(column.slug):
            raise WrongAnswerError(f"public column slug {column.slug!r}")
        _text(column.title, LONGEST_TITLE, "title")
        _text(column.about, LONGEST_ABOUT, "about")
    if len({column.slug for column in columns}) < len(columns) or len(columns) > MOST_COLUMNS:
        raise WrongAnswerError("public columns: two of one slug, or too many")
    return columns


def read_content(answer: object) -> ColumnContent | None:
    """One page of a column; ``None`` where the method says that there is no such page.

    :raises WrongAnswerError: for anything else.
    """
    if answer is None:
        return None
    if not isinstance(answer, ColumnContent):
        raise WrongAnswerError(f"public_column returned {type(answer).__name__}, not a ColumnContent")
    if type(answer.pages) is not int or not 1 <= answer.pages <= MOST_PAGES:
        raise WrongAnswerError(f"public_column: pages {answer.pages!r}")
    for part in _tuple(answer.parts, MOST_PARTS, "parts"):
        _part(part)
    return answer


def _part(part: ColumnPart | object) -> None:
    if isinstance(part, ColumnText):
        _text(part.text, LONGEST_TEXT, "text")
    elif isinstance(part, ColumnFigures):
        _text(part.title, LONGEST_TITLE, "title")
        for figure in _tuple(part.figures, MOST_HEADS, "figures"):
            if not isinstance(figure, ColumnFigure):
                raise WrongAnswerError(f"figures hold a {type(figure).__name__}")
            _cells((figure.label, figure.value), 2)
    elif isinstance(part, ColumnTable):
        _text(part.title, LONGEST_TITLE, "title")
        _cells(part.heads, len(_tuple(part.heads, MOST_HEADS, "heads")))
        for row in _tuple(part.rows, MOST_ROWS, "rows"):
            _cells(row, len(part.heads))
    elif isinstance(part, ColumnCases):
        _text(part.title, LONGEST_TITLE, "title")
        _cells(part.heads, len(_tuple(part.heads, MOST_HEADS, "heads")))
        for case in _tuple(part.rows, MOST_ROWS, "rows"):
            if not isinstance(case, CaseRow) or type(case.publication_id) is not int:
                raise WrongAnswerError("a row of cases is not a CaseRow of a publication's id")
            _cells(case.cells, len(part.heads))
    else:
        raise WrongAnswerError(f"public_column gave a {type(part).__name__}")


def _cells(cells: object, count: int) -> None:
    found = _tuple(cells, MOST_HEADS, "cells")
    if len(found) != count:
        raise WrongAnswerError(f"a row has {len(found)} cells for {count} heads")
    for cell in found:
        _text(cell, LONGEST_CELL, "cell")


def _tuple(given: object, most: int, what: str) -> tuple[object, ...]:
    if not isinstance(given, tuple) or len(given) > most:
        raise WrongAnswerError(f"public_column: {what} is no tuple, or longer than {most}")
    return given


def _text(given: object, longest: int, what: str) -> None:
    # A str and no subclass: a string marked as safe would pass its markup through to the page.
    if type(given) is not str or not given.strip() or len(given) > longest or not given.isprintable():
        raise WrongAnswerError(f"{what} {given!r:.60} is no plain text of 1 to {longest} characters")
