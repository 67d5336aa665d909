"""A method that crashes in every hook that a county's work calls."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from luoshi.methods.markers import hookimpl
from luoshi.methods.types import (
    Actor,
    CaseView,
    ColumnContent,
    Data,
    EventView,
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
    return MethodInfo(slug="crashing", name="处处出错", summary="总是出错的样例", source="样例")


class CrashError(Exception):
    """What the host must catch."""


@hookimpl
def obligations(options: BaseModel) -> Iterable[Obligation]:
    raise CrashError("obligations")


@hookimpl
def check_method(tenant: TenantView) -> Iterable[HealthNote]:
    raise CrashError("check_method")


@hookimpl
def method_enabled(tenant: TenantView, actor: Actor) -> None:
    raise CrashError("method_enabled")


@hookimpl
def method_disabled(tenant: TenantView, actor: Actor) -> None:
    raise CrashError("method_disabled")


@hookimpl
def transition_requirements(
    case: CaseView, transition: TransitionView, actor: Actor
) -> Iterable[Requirement]:
    raise CrashError("transition_requirements")


@hookimpl
def validate_transition(case: CaseView, transition: TransitionView, data: Data) -> Iterable[Problem]:
    raise CrashError("validate_transition")


@hookimpl
def record_transition(case: CaseView, transition: TransitionView, data: Data) -> None:
    raise CrashError("record_transition")


@hookimpl
def transition_done(event: EventView) -> None:
    raise CrashError("transition_done")


@hookimpl
def navigation() -> Iterable[NavigationItem]:
    raise CrashError("navigation")


@hookimpl
def case_panels(case: CaseView, actor: Actor) -> Iterable[Panel]:
    raise CrashError("case_panels")


@hookimpl
def statistics(tenant: TenantView, scope: StatisticScope) -> Iterable[Statistic]:
    raise CrashError("statistics")


@hookimpl
def public_columns() -> Iterable[PublicColumn]:
    raise CrashError("public_columns")


@hookimpl
def public_column(tenant: TenantView, slug: str, page: int) -> ColumnContent | None:
    raise CrashError("public_column")


@hookimpl
def export_case_data(case: CaseView) -> Mapping[str, Any]:
    raise CrashError("export_case_data")


@hookimpl
def erase_case_data(case: CaseView) -> None:
    raise CrashError("erase_case_data")
