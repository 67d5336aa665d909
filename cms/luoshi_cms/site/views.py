"""Which page is answered by what."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.models import Page

from luoshi.publication.figures import public_figures
from luoshi.publication.public import public_cases
from luoshi.publication.values import PublicFilter
from luoshi_cms.models import ColumnPage, HomePage, ReportPage
from luoshi_cms.site.data import feed, register_csv, register_json
from luoshi_cms.site.frame import Crumb, article_tags, column_address, column_tags, frame, reply_links
from luoshi_cms.site.listing import embed, listing
from luoshi_cms.site.method_column import method_column
from luoshi_cms.site.reply import reply_file, reply_preview, reply_serve
from luoshi_cms.site.statistics import statistics

__all__ = ["article_context", "column_serve", "home_context", "reply_file", "reply_preview", "reply_serve"]

NEWEST = 6


def column_serve(
    request: HttpRequest, column: ColumnPage, part: str, place: tuple[str, ...] = ()
) -> HttpResponseBase:
    """The column, or the part of it that was asked for; ``place``: method and slug of a method's column."""
    if place:
        return method_column(request, column, *place)
    parts = {
        "": listing,
        "statistics": statistics,
        "embed": embed,
        "register.json": register_json,
        "register.csv": register_csv,
        "feed.atom": feed,
    }
    return parts[part](request, column)


def home_context(request: HttpRequest, home: HomePage) -> dict[str, Any]:
    """Figures, the newest replies, and the pages below."""
    column = ColumnPage.objects.child_of(home).live().first()
    context = frame(request, crumbs=[])
    if column is None:
        return context
    address = column_address(request, column)
    page = public_cases(PublicFilter(), 1, NEWEST, facets=False)
    return context | {
        "column": column,
        "column_address": address,
        "figures": public_figures(),
        "rows": page.rows,
        "links": reply_links(address, [row.case.publication_id for row in page.rows]),
        "articles": articles(request, home, column),
    }


def articles(request: HttpRequest, *parents: Page) -> list[Crumb]:
    """Links to the editors' own pages below ``parents``, the newest first."""
    found: list[Crumb] = []
    for parent in parents:
        rows = parent.get_children().live().filter(content_type__model__in=["reportpage", "textpage"])
        newest = rows.order_by("-first_published_at")[:20]
        found += [Crumb(row.title, f"{parent.get_url(request)}{row.slug}/") for row in newest]
    return found


def article_context(request: HttpRequest, page: Any) -> dict[str, Any]:
    """The frame of an editor's page, with its kind in words."""
    column = page.get_parent().specific
    crumbs, tags = [Crumb(page.title)], []
    if isinstance(column, ColumnPage):
        crumbs.insert(0, Crumb(column.title, column_address(request, column)))
        tags += column_tags(column)
    tags += article_tags(
        request,
        title=page.title,
        since=page.first_published_at,
        source=page.source,
        about=page.search_description,
    )
    is_report = isinstance(page, ReportPage)
    return frame(request, crumbs=crumbs, tags=tags, title=page.title) | {"is_report": is_report}
