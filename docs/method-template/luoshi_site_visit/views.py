"""Two pages. Each asks for its permission; the switch of the county is the host's business."""

from datetime import date

import rules
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from luoshi.errors import Invalid, Problem
from luoshi_site_visit import selectors, services
from luoshi_site_visit.models import Visit
from luoshi_site_visit.rules import SEE_AND_RECORD


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The latest visits of the county."""
    _permit(request)
    return render(
        request, "site-visit/home.html", {"visits": Visit.objects.order_by("-visited_on", "-id")[:50]}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def visits(request: HttpRequest, case_id: int) -> HttpResponse:
    """The visits of one case, and the form that notes another."""
    _permit(request)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            services.visit_record(
                case_id=case_id,
                visited_on=_date(request.POST.get("visited_on", "")),
                finding=request.POST.get("finding", ""),
                recorded_by_id=request.user.pk,
            )
        except Invalid as invalid:
            problems = invalid.problems
        else:
            return redirect("site-visit:visits", case_id=case_id)
    context = {"case_id": case_id, "visits": selectors.visits_export(case_id=case_id), "problems": problems}
    return render(request, "site-visit/visits.html", context, status=400 if problems else 200)


def _permit(request: HttpRequest) -> None:
    if not rules.has_perm(SEE_AND_RECORD, request.user):
        raise PermissionDenied


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid([Problem("visited_on", "回访日期应写作 2025-04-28")]) from error
