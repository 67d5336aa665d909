"""The whole year's figures as a report makes them public (办理情况报告, 代表法 art. 51).

They count every suggestion of a session, published or not, so that nobody judges a year by the replies that
were chosen for publication. Taken once and kept with the report's page: what was approved does not change
when a case does.
"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from luoshi.errors import NotFound
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.validation import Input

if TYPE_CHECKING:
    from luoshi.statistics.report import SessionReport


class YearClass(Input):
    """One class: the county's letter and words, its canonical meaning, suggestions and percent."""

    code: str
    label: str
    result_class: str
    count: int
    percent: str | None


class YearGrade(Input):
    """One grade on one axis (满意, 基本满意, …): suggestions and percent of those graded on it."""

    axis: str
    grade: str
    count: int
    percent: str | None


class YearFigures(Input):
    """A session's figures. Percents are strings with two decimals, ``None`` where nothing was recorded.

    ``grades`` are empty where the county does not publish them for a whole year.
    ``closed`` is what the units reported as handled, ``resolved`` what has a result on record (办结, 办成).
    """

    session_code: str
    session_name: str
    as_of: date
    total: int
    handed_over: int
    replied: int
    reply_rate: str | None
    closed: int
    resolved: int
    resolved_rate: str | None
    classes: tuple[YearClass, ...]
    grades: tuple[YearGrade, ...]
    promises: int
    promises_kept: int
    promises_overdue: int


def year_figures_take(session_code: str) -> dict[str, Any] | None:
    """The figures of a session as they stand now, as plain JSON; ``None`` where there is no such session.

    Grades only where the county's ``publish_year_grades`` says so.

    :param session_code: such as ``17-4``.
    """
    # A page type of the site holds these values; the statistics can be loaded after all models only.
    from luoshi.statistics.report import session_report

    try:
        report = session_report(session_code=session_code)
    except NotFound:
        return None
    return _figures(report).model_dump(mode="json")


def year_figures_read(kept: Mapping[str, Any] | None) -> YearFigures | None:
    """What :func:`year_figures_take` gave, as a value; ``None`` where nothing was kept."""
    return YearFigures.model_validate(kept) if kept else None


def _figures(report: "SessionReport") -> YearFigures:
    is_graded = county_settings().publish_year_grades
    grades = [
        YearGrade(axis=block.label, grade=item.label, count=item.count, percent=item.percent)
        for block in report.evaluations.values()
        for item in block.items
        if block.base and is_graded
    ]
    return YearFigures(
        session_code=report.session,
        session_name=report.session_name,
        as_of=report.as_of,
        total=report.total,
        handed_over=report.handed_over,
        replied=report.replied,
        reply_rate=report.reply_rate,
        closed=report.closed,
        resolved=report.resolved,
        resolved_rate=report.resolved_rate,
        classes=tuple(
            YearClass(
                code=item.code,
                label=item.label,
                result_class=item.result_class,
                count=item.count,
                percent=item.percent,
            )
            for item in report.classes.items
        ),
        grades=tuple(grades),
        promises=report.promises.total,
        promises_kept=report.promises.kept,
        promises_overdue=report.promises.overdue,
    )
