"""A method that breaks the database's transaction in every hook."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

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
    return MethodInfo(slug="database-breaker", name="破坏事务", summary="数据库出错的样例", source="样例")


def bad_sql() -> Any:
    """Never returns: PostgreSQL then refuses everything until a rollback."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM no_such_table")


@hookimpl
def check_method(tenant: TenantView) -> Iterable[HealthNote]:
    return bad_sql()


@hookimpl
def method_disabled(tenant: TenantView, actor: Actor) -> None:
    return bad_sql()


@hookimpl
def transition_requirements(
    case: CaseView, transition: TransitionView, actor: Actor
) -> Iterable[Requirement]:
    return bad_sql()


@hookimpl
def validate_transition(case: CaseView, transition: TransitionView, data: Data) -> Iterable[Problem]:
    return bad_sql()


@hookimpl
def record_transition(case: CaseView, transition: TransitionView, data: Data) -> None:
    return bad_sql()


@hookimpl
def transition_done(event: EventView) -> None:
    return bad_sql()


@hookimpl
def navigation() -> Iterable[NavigationItem]:
    return bad_sql()


@hookimpl
def case_panels(case: CaseView, actor: Actor) -> Iterable[Panel]:
    return bad_sql()


@hookimpl
def statistics(tenant: TenantView, scope: StatisticScope) -> Iterable[Statistic]:
    return bad_sql()


@hookimpl
def public_columns() -> Iterable[PublicColumn]:
    return bad_sql()


@hookimpl
def public_column(tenant: TenantView, slug: str, page: int) -> ColumnContent | None:
    return bad_sql()


@hookimpl
def export_case_data(case: CaseView) -> Mapping[str, Any]:
    return bad_sql()


@hookimpl
def erase_case_data(case: CaseView) -> None:
    return bad_sql()
