"""The list of published replies: search first, filters as links, figures on top; and one for a portal."""

from dataclasses import asdict, dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from luoshi.publication.figures import public_figures
from luoshi.publication.public import PER_PAGE, public_cases
from luoshi.publication.values import Facet, PublicFilter, PublicPage
from luoshi_cms.look import look_of
from luoshi_cms.models import ColumnPage
from luoshi_cms.site.copy import copy_of
from luoshi_cms.site.frame import (
    Crumb,
    column_address,
    column_tags,
    frame,
    home_address,
    page_of,
    query,
    reply_links,
    view_of,
)
from luoshi_cms.site.method_column import method_links

LONGEST = 60
"""Characters of one part of the filter that are read."""
EMBEDDED = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """One link of a filter."""

    label: str
    count: int
    address: str
    is_chosen: bool


def wanted_of(request: HttpRequest) -> PublicFilter:
    """What the address asks for."""
    names = PublicFilter.__dataclass_fields__
    return PublicFilter(**{name: request.GET.get(name, "").strip()[:LONGEST] for name in names})


def listing(request: HttpRequest, column: ColumnPage) -> HttpResponse:
    """The column's list."""
    wanted, address = wanted_of(request), column_address(request, column)
    page = public_cases(wanted, page_of(request), PER_PAGE)
    given = {**asdict(wanted), "view": view_of(request)}
    chosen = _chosen(page.facets, given)
    # A static copy has a folder for each single limit; what would combine two of them leads nowhere there.
    facets = () if chosen and copy_of(request) else page.facets
    context = frame(
        request, crumbs=[Crumb(column.title)], tags=column_tags(column), title=_title(column, wanted, page)
    )
    context |= {
        "page": column,
        "column_address": address,
        "wanted": wanted,
        "kept": {key: value for key, value in given.items() if value and key != "q"},
        "result": page,
        "links": reply_links(address, [row.case.publication_id for row in page.rows]),
        "filters": [_choices(facet, given) for facet in facets if facet.values],
        "chosen": chosen,
        "clear": query({"view": view_of(request)}) or address,
        "figures": public_figures(wanted.session) if not wanted.q else None,
        "pager": _pager(page, given),
        "method_links": method_links(request, address),
    }
    return render(request, "luoshi_cms/column.html", context)


def embed(request: HttpRequest, column: ColumnPage) -> HttpResponse:
    """A list for a frame in the county's own portal, and nothing else of the page."""
    address = column_address(request, column)
    page = public_cases(wanted_of(request), 1, EMBEDDED, facets=False)
    look = look_of(request)
    context = {
        "look": look,
        "view": view_of(request),
        "page": column,
        "column_address": address,
        "home_address": home_address(request),
        "result": page,
        "links": reply_links(address, [row.case.publication_id for row in page.rows]),
    }
    response = render(request, "luoshi_cms/embed.html", context)
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {look.frame_ancestors}"
    )
    response.xframe_options_exempt = True  # the policy above says who may
    return response


def _title(column: ColumnPage, wanted: PublicFilter, page: PublicPage) -> str:
    parts = [f"“{wanted.q}”的检索结果"] if wanted.q else []
    if page.number > 1:
        parts.append(f"第{page.number}页")
    return " - ".join([*parts, column.title])


def _choices(facet: Facet, given: dict[str, str]) -> dict[str, Any]:
    """A filter with a link for each value; the chosen one's link takes it back."""
    links = [
        Choice(
            value.label,
            value.count,
            query({**given, facet.key: "" if value.is_chosen else value.value}) or ".",
            value.is_chosen,
        )
        for value in facet.values
    ]
    return {"label": facet.label, "choices": links, "is_open": any(link.is_chosen for link in links)}


def _chosen(facets: tuple[Facet, ...], given: dict[str, str]) -> list[Choice]:
    """What the list is limited to, each with the link that takes it back."""
    found = []
    for facet in facets:
        if given[facet.key]:
            label = next((value.label for value in facet.values if value.is_chosen), given[facet.key])
            found.append(Choice(f"{facet.label}：{label}", 0, query({**given, facet.key: ""}) or ".", True))
    return found


def _pager(page: PublicPage, given: dict[str, str]) -> dict[str, Any]:
    def link(number: int) -> str:
        return query({**given, "page": str(number) if number > 1 else ""}) or "."

    return {
        "previous": link(page.number - 1) if page.number > 1 else "",
        "next": link(page.number + 1) if page.number < page.pages else "",
    }
