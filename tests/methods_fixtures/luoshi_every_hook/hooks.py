"""A method that implements every hook there is, each in the plainest way."""

from collections.abc import Iterable, Mapping
from typing import Any

from luoshi_every_hook.api import NoteViewSet
from luoshi_every_hook.models import Note
from luoshi_every_hook.options import EveryHookOptions
from pydantic import BaseModel

from luoshi.methods.markers import hookimpl
from luoshi.methods.selectors import method_options
from luoshi.methods.types import (
    Actor,
    ApiRoute,
    CaseView,
    ColumnContent,
    ColumnText,
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
    Schedule,
    Statistic,
    StatisticScope,
    TenantView,
    TransitionView,
)

SLUG = "every-hook"


@hookimpl
def describe_method() -> MethodInfo:
    return MethodInfo(slug=SLUG, name="全钩子工作法", summary="用到每一个钩子的样例", source="样例")


@hookimpl
def options_model() -> type[BaseModel]:
    return EveryHookOptions


@hookimpl
def obligations(options: EveryHookOptions) -> Iterable[Obligation]:
    yield Obligation("承办单位", f"写至少 {options.notes_needed} 条记录", "提交之前")


@hookimpl
def check_method(tenant: TenantView) -> Iterable[HealthNote]:
    if not Note.objects.exists():
        yield HealthNote("warning", f"{tenant.name}还没有任何记录")


@hookimpl
def method_enabled(tenant: TenantView, actor: Actor) -> None:
    Note.objects.update_or_create(
        case_id=0, kind="enabled", defaults={"text": f"{tenant.name}：{actor.name}"}
    )


@hookimpl
def method_disabled(tenant: TenantView, actor: Actor) -> None:
    Note.objects.update_or_create(
        case_id=0, kind="disabled", defaults={"text": f"{tenant.name}：{actor.name}"}
    )


@hookimpl
def transition_requirements(
    case: CaseView, transition: TransitionView, actor: Actor
) -> Iterable[Requirement]:
    options = method_options(slug=SLUG, model=EveryHookOptions)
    if transition.name == options.transition:
        written = Note.objects.filter(case_id=case.id, kind="record").count()
        yield Requirement(
            code="notes_written",
            met=written >= options.notes_needed,
            reason=f"本县要求至少有 {options.notes_needed} 条记录，现有 {written} 条",
            how_to_meet="请先在建议页补充记录",
        )


@hookimpl
def validate_transition(case: CaseView, transition: TransitionView, data: Data) -> Iterable[Problem]:
    if len(data.get("note", "")) > 200:
        yield Problem("note", "记录不能超过 200 个字")


@hookimpl
def record_transition(case: CaseView, transition: TransitionView, data: Data) -> None:
    if data.get("note"):
        sequence = Note.objects.filter(case_id=case.id, kind="record").count() + 1
        Note.objects.create(case_id=case.id, kind="record", sequence=sequence, text=data["note"])


@hookimpl
def transition_done(event: EventView) -> None:
    Note.objects.get_or_create(
        case_id=event.suggestion_id,
        kind="done",
        sequence=event.sequence,
        defaults={"text": event.transition.name},
    )


@hookimpl
def navigation() -> Iterable[NavigationItem]:
    return [NavigationItem(label="全部记录", url_name="home")]


@hookimpl
def case_panels(case: CaseView, actor: Actor) -> Iterable[Panel]:
    notes = Note.objects.filter(case_id=case.id, kind="record").order_by("id")
    yield Panel(
        "记录", "every-hook/panel.html", {"notes": [note.text for note in notes], "reader": actor.name}
    )


@hookimpl
def api_routes() -> Iterable[ApiRoute]:
    return [ApiRoute(prefix="notes", viewset=NoteViewSet, basename="note")]


@hookimpl
def schedules() -> Iterable[Schedule]:
    return [Schedule(task="luoshi_every_hook.count_notes", every_minutes=60)]


@hookimpl
def statistics(tenant: TenantView, scope: StatisticScope) -> Iterable[Statistic]:
    yield Statistic(code="notes", label="记录数", value=Note.objects.filter(kind="record").count())


@hookimpl
def public_columns() -> Iterable[PublicColumn]:
    yield PublicColumn(slug="notes", title="记录公开", about="写了多少条记录")


@hookimpl
def public_column(tenant: TenantView, slug: str, page: int) -> ColumnContent | None:
    if page > 1:
        return None
    return ColumnContent((ColumnText(f"{tenant.name}共写了 {Note.objects.count()} 条记录。"),))


@hookimpl
def export_case_data(case: CaseView) -> Mapping[str, Any]:
    texts = list(Note.objects.filter(case_id=case.id).order_by("id").values_list("text", flat=True))
    return {"notes": texts} if texts else {}


@hookimpl
def erase_case_data(case: CaseView) -> None:
    Note.objects.filter(case_id=case.id).delete()
