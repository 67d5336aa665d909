"""A method that yields a good answer and then raises, in every hook that can yield."""

from collections.abc import Iterable

from pydantic import BaseModel

from luoshi.methods.markers import hookimpl
from luoshi.methods.types import (
    Actor,
    CaseView,
    Data,
    HealthNote,
    MethodInfo,
    NavigationItem,
    Obligation,
    Panel,
    Problem,
    PublicColumn,
    Requirement,
    Statistic,
    StatisticScope,
    TenantView,
    TransitionView,
)


@hookimpl
def describe_method() -> MethodInfo:
    return MethodInfo(slug="half-way", name="半途而废", summary="先答后错的样例", source="样例")


@hookimpl
def obligations(options: BaseModel) -> Iterable[Obligation]:
    yield Obligation("承办单位", "出错之前", "随时")
    raise LookupError("obligations")


@hookimpl
def check_method(tenant: TenantView) -> Iterable[HealthNote]:
    yield HealthNote("ok", "出错之前")
    raise LookupError("check_method")


@hookimpl
def transition_requirements(
    case: CaseView, transition: TransitionView, actor: Actor
) -> Iterable[Requirement]:
    yield Requirement(code="early", met=True, reason="出错之前", how_to_meet="无需办理")
    raise LookupError("transition_requirements")


@hookimpl
def validate_transition(case: CaseView, transition: TransitionView, data: Data) -> Iterable[Problem]:
    yield Problem("", "出错之前")
    raise LookupError("validate_transition")


@hookimpl
def navigation() -> Iterable[NavigationItem]:
    yield NavigationItem(label="出错之前", url_name="home")
    raise LookupError("navigation")


@hookimpl
def case_panels(case: CaseView, actor: Actor) -> Iterable[Panel]:
    yield Panel("出错之前", "half-way/none.html")
    raise LookupError("case_panels")


@hookimpl
def statistics(tenant: TenantView, scope: StatisticScope) -> Iterable[Statistic]:
    yield Statistic(code="early", label="出错之前", value=1)
    raise LookupError("statistics")


@hookimpl
def public_columns() -> Iterable[PublicColumn]:
    yield PublicColumn(slug="early", title="出错之前", about="出错之前说的话")
    raise LookupError("public_columns")
