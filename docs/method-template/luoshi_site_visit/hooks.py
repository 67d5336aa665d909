"""What the method says to the host. Each function is one hook; docs/hooks/ has a page for each."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from luoshi.methods.markers import hookimpl
from luoshi.methods.selectors import method_options_asked
from luoshi.methods.types import (
    Actor,
    CaseRow,
    CaseView,
    ColumnCases,
    ColumnContent,
    MethodInfo,
    NavigationItem,
    PublicColumn,
    Requirement,
    Statistic,
    StatisticScope,
    TenantView,
    TransitionView,
)
from luoshi_site_visit import selectors, services
from luoshi_site_visit.options import SiteVisitOptions


@hookimpl
def describe_method() -> MethodInfo:
    return MethodInfo(slug=selectors.SLUG, name="实地回访", summary="答复前到现场看一看", source="样例")


@hookimpl
def options_model() -> type[BaseModel]:
    return SiteVisitOptions


@hookimpl
def transition_requirements(
    case: CaseView, transition: TransitionView, actor: Actor
) -> Iterable[Requirement]:
    if (transition.subject, transition.name) != ("reply", "submit_review"):
        return
    needed, made = selectors.options().visits_needed, selectors.visits_count(case_id=case.id)
    yield Requirement(
        code="site_visited",
        met=made >= needed,
        reason=f"本县要求报送审核前至少实地回访 {needed} 次，现有 {made} 次",
        how_to_meet="请到现场回访，并在“实地回访”中登记",
    )


@hookimpl
def navigation() -> Iterable[NavigationItem]:
    return [NavigationItem(label="实地回访", url_name="home")]


@hookimpl
def statistics(tenant: TenantView, scope: StatisticScope) -> Iterable[Statistic]:
    return [Statistic(code="visited", label="已回访件数", value=selectors.cases_visited_count())]


@hookimpl
def public_columns() -> Iterable[PublicColumn]:
    options = method_options_asked(slug=selectors.SLUG, model=SiteVisitOptions)
    if options.public_column:
        yield PublicColumn(slug="visits", title="实地回访", about="已公开答复的建议中，到现场看过的有哪些")


@hookimpl
def public_column(tenant: TenantView, slug: str, page: int) -> ColumnContent | None:
    found, pages = selectors.replies_visited(page=page)
    if page > pages:
        return None
    rows = tuple(CaseRow(publication_id, (f"{visits} 次",)) for publication_id, visits in found)
    return ColumnContent((ColumnCases("到现场看过的", ("实地回访",), rows),), pages)


@hookimpl
def export_case_data(case: CaseView) -> Mapping[str, Any]:
    visits = selectors.visits_export(case_id=case.id)
    return {"visits": visits} if visits else {}


@hookimpl
def erase_case_data(case: CaseView) -> None:
    services.visits_erase(case_id=case.id)
