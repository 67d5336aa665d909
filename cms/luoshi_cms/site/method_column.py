"""The columns that the county's methods (工作法) contribute, below the column 建议办理."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from luoshi.methods.columns import ColumnFigures, ColumnTable
from luoshi.publication.columns import (
    ShownCases,
    ShownColumn,
    ShownPart,
    column_links,
    column_shown,
)
from luoshi_cms.models import ColumnPage
from luoshi_cms.pages.column import METHODS
from luoshi_cms.site.frame import (
    Crumb,
    column_address,
    column_tags,
    frame,
    page_of,
    query,
    reply_links,
    view_of,
)

RETRY_AFTER = 300
"""Seconds after which a reader or a program may ask again for a column that cannot be shown."""


@dataclass(frozen=True, slots=True)
class MethodLink:
    """A link to a method's column."""

    title: str
    about: str
    address: str


def method_links(request: HttpRequest, address: str) -> list[MethodLink]:
    """Links to the columns of the county's methods, below the column at ``address``. One query."""
    return [
        MethodLink(link.title, link.about, f"{address}{METHODS}/{link.method}/{link.slug}/")
        for link in column_links()
    ]


def method_column(request: HttpRequest, column: ColumnPage, method: str, slug: str) -> HttpResponse:
    """One page of a method's column; with 503 that it cannot be shown now, where the method fails.

    :raises Http404: where this county has no such column now, or it has no such page.
    """
    number = page_of(request)
    shown = column_shown(method=method, slug=slug, page=number) if number >= 1 else None
    if shown is None:
        raise Http404
    address = column_address(request, column)
    context = frame(
        request,
        crumbs=[Crumb(column.title, address), Crumb(shown.title)],
        tags=column_tags(column, title=shown.title, about=shown.about),
        title=f"{shown.title} - 第{number}页" if number > 1 else shown.title,
    )
    cases = [row.case for part in shown.parts if isinstance(part, ShownCases) for row in part.rows]
    context |= {
        "page": column,
        "column_address": address,
        "shown": shown,
        "parts": [(_kind(part), part) for part in shown.parts],
        "links": reply_links(address, [case.publication_id for case in cases]) if cases else {},
        "pager": _pager(request, shown),
    }
    response = render(request, "luoshi_cms/method_column.html", context, status=503 if shown.failed else 200)
    if shown.failed:
        response["Retry-After"] = str(RETRY_AFTER)
        response["Cache-Control"] = "no-store"
    return response


def _kind(part: ShownPart) -> str:
    if isinstance(part, ShownCases):
        return "cases"
    if isinstance(part, ColumnTable):
        return "table"
    return "figures" if isinstance(part, ColumnFigures) else "text"


def _pager(request: HttpRequest, shown: ShownColumn) -> dict[str, Any]:
    def link(number: int) -> str:
        return query({"view": view_of(request), "page": str(number) if number > 1 else ""}) or "."

    return {
        "previous": link(shown.page - 1) if shown.page > 1 else "",
        "next": link(shown.page + 1) if shown.page < shown.pages else "",
    }
