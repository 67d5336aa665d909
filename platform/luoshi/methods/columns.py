"""What a method shows the public in a column of its own: plain text in frozen values, never markup.

A case is named by its publication's id alone. Whether it is shown, and what of it, is not the method's to
say: the host leaves out every row whose publication is not public when the page is read.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublicColumn:
    """One column of a method below the county's column 建议办理.

    ``slug``: last part of its address; kept for ever, like any address. ``title``: such as 见面办理.
    ``about``: one sentence of what the column shows.
    """

    slug: str
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class ColumnText:
    """A paragraph of the method's own words: what is counted, and how. Never the text of a case."""

    text: str


@dataclass(frozen=True, slots=True)
class ColumnFigure:
    """One figure in words, such as ``12 件``."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ColumnFigures:
    """Figures side by side."""

    title: str
    figures: tuple[ColumnFigure, ...]


@dataclass(frozen=True, slots=True)
class ColumnTable:
    """A table of figures; the first cell of a row is its heading. Each row has as many cells as ``heads``."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One public reply, by its publication's id, and what the method says of it, one cell for each head."""

    publication_id: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnCases:
    """A list of public replies. The host puts number, title and address before the cells of each row, and
    leaves out whatever is not public. ``heads``: of the method's own cells.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[CaseRow, ...]


ColumnPart = ColumnText | ColumnFigures | ColumnTable | ColumnCases


@dataclass(frozen=True, slots=True)
class ColumnContent:
    """One page of a column. ``pages``: how many it has."""

    parts: tuple[ColumnPart, ...]
    pages: int = 1
