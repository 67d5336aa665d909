"""The columns of the county's methods as anybody may read them: what is not public is left out here."""

from dataclasses import dataclass

from luoshi.methods.columns import ColumnCases, ColumnContent, ColumnFigures, ColumnTable, ColumnText
from luoshi.methods.facade import county_methods
from luoshi.publication.condition import public_rows
from luoshi.publication.facts import cases_make, facts_read
from luoshi.publication.values import PublicCase
from luoshi.tenancy import tenant_current


@dataclass(frozen=True, slots=True)
class ColumnLink:
    """A column that can be read now. ``method`` and ``slug`` are its address."""

    method: str
    slug: str
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A public case, and what the method says of it."""

    case: PublicCase
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownCases:
    """A list of public cases, without those that are not."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[ShownCase, ...]


ShownPart = ColumnText | ColumnFigures | ColumnTable | ShownCases


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """One page of a column. Where it ``failed`` it has no parts, and perhaps not even its title and
    ``about``; ``title`` is then the method's name."""

    title: str
    about: str
    parts: tuple[ShownPart, ...]
    page: int
    pages: int
    failed: bool


def column_links() -> tuple[ColumnLink, ...]:
    """The columns of this county's methods; without those of a method that fails. One query, and none for
    a method."""
    return tuple(
        ColumnLink(method.slug, column.slug, column.title, column.about)
        for method in county_methods(tenant_current()).public_columns()
        for column in method.columns
    )


def column_shown(*, method: str, slug: str, page: int) -> ShownColumn | None:
    """One page of a method's column; ``None`` where there is none, or the method is off.

    :param page: counted from 1.
    """
    found = county_methods(tenant_current()).public_column(method=method, slug=slug, page=page)
    if found is None:
        return None
    title = found.name if found.column is None else found.column.title
    about = "" if found.column is None else found.column.about
    if found.content is None:
        return ShownColumn(title, about, (), 1, 1, failed=True)
    return ShownColumn(title, about, _shown(found.content), page, found.content.pages, failed=False)


def _shown(content: ColumnContent) -> tuple[ShownPart, ...]:
    """The parts with their cases, read through the one condition of being public. At most one query."""
    lists = [part for part in content.parts if isinstance(part, ColumnCases)]
    wanted = {row.publication_id for part in lists for row in part.rows}
    read = cases_make(facts_read(public_rows().filter(pk__in=wanted))) if wanted else []
    cases = {case.publication_id: case for case in read}
    return tuple(_resolved(part, cases) if isinstance(part, ColumnCases) else part for part in content.parts)


def _resolved(part: ColumnCases, cases: dict[int, PublicCase]) -> ShownCases:
    rows = (
        ShownCase(cases[row.publication_id], row.cells) for row in part.rows if row.publication_id in cases
    )
    return ShownCases(part.title, part.heads, tuple(rows))
