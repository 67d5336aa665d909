"""The statistics page: whole years by their reports, published replies by session; charts and tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from luoshi.publication.figures import figures_by_session, shares
from luoshi.publication.values import ClassFigure, PublicFigures
from luoshi.publication.yearly import YearFigures, YearGrade
from luoshi_cms.models import ColumnPage, ReportPage
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


class Cut(Protocol):
    """A class with its count."""

    @property
    def result_class(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def count(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Year:
    """A whole year's figures, and the report that tells of it."""

    figures: YearFigures
    address: str

    @property
    def cuts(self) -> list[Cut]:
        """The classes, and what has none: together all suggestions of the year."""
        rest = self.figures.total - sum(row.count for row in self.figures.classes)
        without = [ClassFigure("", "无结果类别", rest)] if rest > 0 else []
        return [*self.figures.classes, *without]

    @property
    def satisfied(self) -> list[YearGrade]:
        """The best grade of each axis."""
        best: dict[str, YearGrade] = {}
        for row in self.figures.grades:
            best.setdefault(row.axis, row)
        return list(best.values())


@dataclass(frozen=True, slots=True)
class Line:
    """One session's bar."""

    label: str
    bars: tuple[Bar, ...]


def chart(rows: Iterable[tuple[str, Iterable[Cut]]]) -> tuple[Line, ...]:
    """A bar for each session, as long as its share of the longest, cut by class."""
    given = [(label, list(cuts)) for label, cuts in rows]
    longest = max((sum(cut.count for cut in cuts) for _, cuts in given), default=0) or 1
    lines = []
    for label, cuts in given:
        x, bars = 0.0, []
        for cut in cuts:
            width = WIDTH * cut.count / longest
            bars.append(Bar(cut.result_class or "none", cut.label, cut.count, round(x, 1), round(width, 1)))
            x += width
        lines.append(Line(f"{label}：{sum(cut.count for cut in cuts)} 件", tuple(bars)))
    return tuple(lines)


def years(address: str) -> list[Year]:
    """The whole years that a public report tells of, the newest first; each session by its newest report."""
    found: dict[str, Year] = {}
    for page in ReportPage.objects.live().exclude(figures=None).order_by("-first_published_at"):
        figures = page.year
        if figures is not None and figures.session_code not in found:
            found[figures.session_code] = Year(figures, page.get_url() or address)
    return sorted(found.values(), key=lambda year: _order(year.figures.session_code), reverse=True)


def _order(code: str) -> tuple[int, ...]:
    """17-10 after 17-9."""
    return tuple(int(part) for part in code.split("-") if part.isdigit())


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
    whole = years(address)
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
        "lines": chart((f"{row.session_name}（{row.year}年）", row.classes) for row in sessions),
        "years": whole,
        "year_lines": chart((row.figures.session_name, row.cuts) for row in whole),
        "keys": keys,
        "classes": [(row, [_count(row, key) for key in keys]) for row in sessions],
        "chart_width": WIDTH,
        "chart_height": HEIGHT,
    }
    return render(request, "luoshi_cms/statistics.html", context)


def _count(row: PublicFigures, key: str) -> int:
    return next((figure.count for figure in row.classes if (figure.result_class or "none") == key), 0)
