"""The statistics page: published replies by year, as charts drawn on the server and as tables."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from luoshi.publication.figures import figures_by_session, shares
from luoshi.publication.values import PublicFigures
from luoshi_cms.models import ColumnPage
from luoshi_cms.site.frame import Crumb, column_address, column_tags, frame, query, view_of

WIDTH, HEIGHT = 600, 28
"""Of one bar's drawing, in its own units."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of a bar, in units of the drawing."""

    key: str
    label: str
    count: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """One session's bar."""

    label: str
    bars: tuple[Bar, ...]


def chart(sessions: tuple[PublicFigures, ...]) -> tuple[Line, ...]:
    """A bar for each session, as long as its share of the longest, cut by class."""
    longest = max((row.replies for row in sessions), default=0) or 1
    lines = []
    for row in sessions:
        x, bars = 0.0, []
        for figure in row.classes:
            width = WIDTH * figure.count / longest
            key = figure.result_class or "none"
            bars.append(Bar(key, figure.label, figure.count, round(x, 1), round(width, 1)))
            x += width
        lines.append(Line(f"{row.session_name}（{row.year}年）：{row.replies} 件", tuple(bars)))
    return tuple(lines)


def statistics(request: HttpRequest, column: ColumnPage) -> HttpResponse:
    """By session; units and categories of one of them.

    :raises Http404: for a session of which nothing is public.
    """
    sessions = figures_by_session()
    wanted = request.GET.get("session", "")[:16]
    shown = next((row for row in sessions if row.session_code == wanted or not wanted), None)
    if wanted and shown is None:
        raise Http404
    address = column_address(request, column)
    keys = {figure.result_class or "none": figure.label for row in sessions for figure in row.classes}
    lines = chart(sessions)
    crumbs = [Crumb(column.title, address), Crumb("办理统计")]
    context = frame(request, crumbs=crumbs, tags=column_tags(column), title=f"办理统计 - {column.title}")
    view = view_of(request)
    context |= {
        "page": column,
        "column_address": address,
        "sessions": sessions,
        "session_links": [
            (row, query({"session": row.session_code, "view": view}), row is shown) for row in sessions
        ],
        "shown": shown,
        "units": shares("unit", shown.session_code) if shown else (),
        "categories": shares("category", shown.session_code) if shown else (),
        "lines": lines,
        "keys": keys,
        "classes": [(row, [_count(row, key) for key in keys]) for row in sessions],
        "chart_width": WIDTH,
        "chart_height": HEIGHT,
    }
    return render(request, "luoshi_cms/statistics.html", context)


def _count(row: PublicFigures, key: str) -> int:
    return next((figure.count for figure in row.classes if (figure.result_class or "none") == key), 0)
