"""Every shared read of the method."""

from typing import Any

from django.db.models import Count, F, OuterRef, Subquery

from luoshi.methods.selectors import method_options
from luoshi.publication.public import public_mains
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


PER_PAGE = 50


def replies_visited(*, page: int) -> tuple[list[tuple[int, int]], int]:
    """One page of the public replies to visited cases, newest first, each with its number of visits; and how
    many pages there are. Two queries.

    ``public_mains`` is the one condition of being public: what is withheld or taken down is not counted.
    """
    visits = (
        Visit.objects.filter(case_id=OuterRef("suggestion_id"))
        .order_by()
        .values("case_id")
        .annotate(n=Count("pk"))
    )
    visited = public_mains().annotate(visits=Subquery(visits.values("n"))).filter(visits__gt=0)
    begin = (page - 1) * PER_PAGE
    newest = visited.order_by(F("published_on").desc(nulls_last=True), "-pk").values_list("pk", "visits")
    return list(newest[begin : begin + PER_PAGE]), max(1, -(-visited.count() // PER_PAGE))


def visits_export(*, case_id: int) -> list[dict[str, Any]]:
    """The visits of a case as JSON, oldest first."""
    visits = Visit.objects.filter(case_id=case_id).order_by("visited_on", "id")
    return [{"visited_on": visit.visited_on.isoformat(), "finding": visit.finding} for visit in visits]
