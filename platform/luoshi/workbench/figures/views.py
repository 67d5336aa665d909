"""The statistics of a session, the lists behind its figures, and the same as files."""

import json
from typing import Any
from urllib.parse import quote

from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from luoshi.accounts.actor import Actor
from luoshi.errors import NotAllowed, NotFound
from luoshi.lifecycle.states import ItemKind, RecipientSystem
from luoshi.statistics.report import SessionReport
from luoshi.statistics.units import unit_block
from luoshi.suggestions.models import Session, Suggestion
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.workbench.figures.asked import CODES, Wanted, behind
from luoshi.workbench.figures.downloads import UNIT_COLUMNS, report_json, report_workbook
from luoshi.workbench.figures.page import Figures, beside
from luoshi.workbench.figures.rules import (
    bodies_of,
    grades_shown,
    require_statistics,
    sees_grades,
    tells_grades,
)
from luoshi.workbench.people import frame, workbench_page

PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNIT_FIGURES = {
    "units.distinct": ("承办单位", ""),
    "units.lead": ("主办单位", "lead"),
    "units.separate": ("分办单位", "separate"),
    "units.co": ("会办单位", "co"),
}


@require_safe
@workbench_page
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """To the newest session; where there is none yet, what to do."""
    if (refused := _refused(request, actor)) is not None:
        return refused
    newest = Session.objects.order_by("-year", "-term__number", "-number").first()
    if newest is not None:
        return redirect("office-statistics", session=newest.code)
    return render(request, "figures/empty.html", frame(request, actor))


@require_safe
@workbench_page
def statistics(request: HttpRequest, actor: Actor, session: str) -> HttpResponse:
    """All figures of one session, those of another beside them where the address asks for it.

    :raises Http404: there is no such session.
    """
    if (refused := _refused(request, actor)) is not None:
        return refused
    return render(request, "figures/statistics.html", _context(request, actor, session))


@require_safe
@workbench_page
def workbook(request: HttpRequest, actor: Actor, session: str) -> HttpResponse:
    """The page as a workbook.

    :raises Http404: there is no such session.
    """
    if (refused := _refused(request, actor)) is not None:
        return refused
    page = _context(request, actor, session)
    body = report_workbook(page["sections"], page["units"], page["then_name"])
    return _download(body, XLSX, f"统计-{session}.xlsx")


@require_safe
@workbench_page
def as_json(request: HttpRequest, actor: Actor, session: str) -> HttpResponse:
    """The report as ``luoshi report --json`` prints it.

    :raises Http404: there is no such session.
    """
    if (refused := _refused(request, actor)) is not None:
        return refused
    wanted = Wanted.read(session, request.GET, actor)
    report = _report(wanted)
    shown = grades_shown(actor, report, is_part=wanted.system is not None)
    data = report_json(report, grades=shown)
    if not sees_everything(actor):
        data["apart"] = []
    body = json.dumps(data, ensure_ascii=False, indent=2).encode()
    return _download(body, "application/json", f"统计-{session}.json")


@require_safe
@workbench_page
def figure_rows(request: HttpRequest, actor: Actor, session: str) -> HttpResponse:
    """The list behind a figure that counts units, or what suggestions have of something.

    :raises Http404: there is no such figure, or its list is not this person's to read.
    """
    if (refused := _refused(request, actor)) is not None:
        return refused
    wanted = Wanted.read(session, request.GET, actor)
    code = str(request.GET.get("figure") or "")[:CODES]
    context: dict[str, Any] = {**frame(request, actor), "back": wanted.page(), "session": session}
    if code in UNIT_FIGURES:
        return _unit_rows(request, wanted, code, context)
    try:
        found = behind(actor, wanted, code)
    except NotFound as refusal:
        raise Http404(refusal.message) from refusal
    rows: QuerySet[Any] = found.rows.filter(pk__in=suggestions_visible(actor).values("pk"))
    count = rows.count()
    pages = max(1, -(-count // PER_PAGE))
    page = min(_page(request), pages)
    first = (page - 1) * PER_PAGE
    context |= {
        "figure": found,
        "total": found.total(rows) if found.has_amounts else count,
        "count": count,
        "rows": list(_for_display(rows)[first : first + PER_PAGE]),
        "page": page,
        "pages": pages,
        "before": f"{wanted.list(code, '个')}&page={page - 1}" if page > 1 else "",
        "after": f"{wanted.list(code, '个')}&page={page + 1}" if page < pages else "",
    }
    return render(request, "figures/rows.html", context)


def _unit_rows(request: HttpRequest, wanted: Wanted, code: str, context: dict[str, Any]) -> HttpResponse:
    label, role = UNIT_FIGURES[code]
    try:
        block = unit_block(wanted.scope())
    except NotFound as refusal:
        raise Http404(refusal.message) from refusal
    table = [row for row in block.table if not role or getattr(row, role)]
    units = [
        (row.name, row_count, wanted.list(f"units.{row.unit_id}.{role or 'items'}"))
        for row in table
        for row_count in [getattr(row, role or "items")]
    ]
    context |= {"label": label, "total": len(units), "units": units}
    return render(request, "figures/units.html", context)


def _context(request: HttpRequest, actor: Actor, session: str) -> dict[str, Any]:
    """Everything that the page and its workbook show."""
    wanted = Wanted.read(session, request.GET, actor)
    report = _report(wanted)
    sessions = list(Session.objects.order_by("-year", "-term__number", "-number"))
    asked = str(request.GET.get("with") or "")
    compared = next((row for row in sessions if row.code == asked and row.code != session), None)
    grades = sees_grades(actor)
    is_part = wanted.system is not None
    now = Figures(report, wanted.scope(), wanted, grades)
    shown = grades_shown(actor, report, is_part=is_part)
    then = then_report = None
    if compared is not None:
        there = wanted.at(compared.code)
        then_report = _report(there)
        then = Figures(then_report, there.scope(), there, grades)
        shown = shown and grades_shown(actor, then_report, is_part=is_part)
    checks = [check for check in report.checks if shown or not tells_grades(check.code)]
    return {
        **frame(request, actor),
        "report": report,
        "wanted": wanted,
        "sections": beside(now, then, shown=shown),
        "units": now.units(),
        "unit_columns": UNIT_COLUMNS,
        "apart": report.apart if sees_everything(actor) else (),
        "checks": checks,
        "contradictions": [check.problem for check in checks if not check.holds],
        "grades_shown": shown,
        "sessions": sessions,
        "kinds": ItemKind.choices,
        "bodies": [(body.value, body.label) for body in bodies_of(actor)],
        "systems": RecipientSystem.choices,
        "then": then_report,
        "then_name": compared.code if compared is not None else "",
        "query": _query(wanted, compared.code if compared is not None else ""),
    }


def _query(wanted: Wanted, compared: str) -> str:
    _, _, query = wanted.page(**{"with": compared}).partition("?")
    return f"?{query}" if query else ""


def _report(wanted: Wanted) -> SessionReport:
    try:
        return wanted.report()
    except NotFound as refusal:
        raise Http404(refusal.message) from refusal


def sees_everything(actor: Actor) -> bool:
    """Whether this person sees the figures of every congress of the county."""
    return len(bodies_of(actor)) > 1


def _for_display(rows: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
    shown = rows.select_related("session", "lead_deputy", "delegation").defer("content", "note")
    return shown.order_by(F("number").asc(nulls_last=True), "pk")


def _page(request: HttpRequest) -> int:
    text = str(request.GET.get("page") or "")
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 7 else 1


def _refused(request: HttpRequest, actor: Actor) -> HttpResponse | None:
    try:
        require_statistics(actor)
    except NotAllowed as refusal:
        context = {**frame(request, actor), "message": refusal.message}
        return render(request, "figures/shut.html", context, status=refusal.status)
    return None


def _download(body: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename=\"statistics\"; filename*=UTF-8''{quote(name)}"
    return response
