"""Every shared read of the method."""

from typing import Any

from luoshi.methods.selectors import method_options
from luoshi_site_visit.models import Visit
from luoshi_site_visit.options import SiteVisitOptions

SLUG = "site-visit"


def options() -> SiteVisitOptions:
    """What this county has chosen."""
    return method_options(slug=SLUG, model=SiteVisitOptions)


def visits_count(*, case_id: int) -> int:
    """How often the place of a case was visited."""
    return Visit.objects.filter(case_id=case_id).count()


def cases_visited_count() -> int:
    """How many cases were visited at least once."""
    return Visit.objects.values("case_id").distinct().count()


def visits_export(*, case_id: int) -> list[dict[str, Any]]:
    """The visits of a case as JSON, oldest first."""
    visits = Visit.objects.filter(case_id=case_id).order_by("visited_on", "id")
    return [{"visited_on": visit.visited_on.isoformat(), "finding": visit.finding} for visit in visits]
