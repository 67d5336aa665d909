"""What the method says to the host. Each function is one hook; docs/hooks/ has a page for each."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from luoshi import moment
from luoshi.accounts.actor import Role
from luoshi.lifecycle.states import ContactPhase
from luoshi.methods.markers import hookimpl
from luoshi.methods.selectors import method_options_asked
from luoshi.methods.types import (
    Actor,
    CaseView,
    ColumnContent,
    Data,
    HealthNote,
    MethodInfo,
    NavigationItem,
    Obligation,
    Panel,
    PublicColumn,
    Requirement,
    Statistic,
    StatisticScope,
    TenantView,
    TransitionView,
)
from luoshi_three_meetings import column, figures, meetings, panel, selectors, services
from luoshi_three_meetings.options import PhaseRule, ThreeMeetingsOptions

_DEPUTY = frozenset({Role.DEPUTY.value})
_STAFF = frozenset(
    {
        Role.UNIT_HEAD.value,
        Role.UNIT_HANDLER.value,
        Role.CONGRESS_OFFICE.value,
        Role.SECRETARIAT.value,
        Role.GOVERNMENT_OFFICE.value,
    }
)
LONG_UNANSWERED = timedelta(days=30)


@hookimpl
def describe_method() -> MethodInfo:
    return MethodInfo(
        slug=selectors.SLUG,
        name="三见面",
        summary="办理前、办理中、办理后都与代表见面，代表自己说见过了才算数",
        source="新化县“三见面”、衡南县“三访”、嘉峪关市“三反馈”",
    )


@hookimpl
def options_model() -> type[BaseModel]:
    return ThreeMeetingsOptions


@hookimpl
def obligations(options: ThreeMeetingsOptions) -> Iterable[Obligation]:
    yield from _unit_obligations(options)
    if options.confirmation:
        yield Obligation("领衔代表", f"说一说每次{options.meeting}是否属实；不属实的写明理由", "单位登记之后")
        yield Obligation(
            "人大代表工委",
            f"为不用手机的代表打印确认单（{options.slip_days} 天有效）；收回纸质件的，注明依据代录",
            f"{options.meeting}登记之后",
        )
    yield Obligation("人大代表工委", f"查看不属实的{options.meeting}和办结时{options.name}不齐的件", "随时")


def _unit_obligations(options: ThreeMeetingsOptions) -> Iterator[Obligation]:
    when = {ContactPhase.BEFORE: "单位审签答复之前", ContactPhase.DURING: "单位审签答复之前"}
    for phase in ContactPhase:
        rule = options.rule(phase)
        if rule == PhaseRule.OFF:
            continue
        strict = "，没有就不能往下办" if rule == PhaseRule.GATE else "，没有时提醒"
        yield Obligation(
            "主办、分办单位",
            f"与代表完成“{options.word(phase)}”并登记{strict}",
            when.get(phase, "办结之前"),
        )
    if options.face_to_face:
        yield Obligation("主办、分办单位", f"至少当面沟通 {options.face_to_face} 次", "单位审签答复之前")
    if options.place_wanted or options.photo_wanted:
        details = (("地点", options.place_wanted), ("照片", options.photo_wanted))
        what = "和".join(word for word, wanted in details if wanted)
        yield Obligation("主办、分办单位", f"登记时附上{what}", f"每次{options.meeting}之后")


@hookimpl
def check_method(tenant: TenantView) -> Iterable[HealthNote]:
    options = selectors.options()
    if all(options.rule(phase) == PhaseRule.OFF for phase in ContactPhase):
        yield HealthNote("warning", f"三个阶段都设为不要求，“{options.name}”不起作用")
    waiting = selectors.unanswered_before(moment.now() - LONG_UNANSWERED)
    if waiting and options.confirmation:
        yield HealthNote(
            "warning", f"有 {waiting} 次登记超过 30 天没有代表的答复，请县人大打印确认单或与代表联系"
        )


@hookimpl
def method_enabled(tenant: TenantView, actor: Actor) -> None:
    services.county_refresh(options=selectors.options())


@hookimpl
def transition_requirements(
    case: CaseView, transition: TransitionView, actor: Actor
) -> Iterable[Requirement]:
    if not meetings.cares_about(transition):
        return ()
    return meetings.requirements(case, transition, selectors.options())


@hookimpl
def record_transition(case: CaseView, transition: TransitionView, data: Data) -> None:
    services.case_refresh(case=case, options=selectors.options())
    if transition.name in ("confirm_contact", "deny_contact"):
        services.answered(case=case, contact_id=int(data["contact"]))


@hookimpl
def navigation() -> Iterable[NavigationItem]:
    options = method_options_asked(slug=selectors.SLUG, model=ThreeMeetingsOptions)
    return [
        NavigationItem(label=options.owed_title, url_name="home", roles=_STAFF),
        NavigationItem(label=f"{options.meeting}确认", url_name="mine", roles=_DEPUTY),
    ]


@hookimpl
def case_panels(case: CaseView, actor: Actor) -> Iterable[Panel]:
    return panel.panels(case, actor, selectors.options())


@hookimpl
def statistics(tenant: TenantView, scope: StatisticScope) -> Iterable[Statistic]:
    return figures.figures(scope, selectors.options())


@hookimpl
def public_columns() -> Iterable[PublicColumn]:
    options = method_options_asked(slug=selectors.SLUG, model=ThreeMeetingsOptions)
    return [column.described(options)] if options.public_column else []


@hookimpl
def public_column(tenant: TenantView, slug: str, page: int) -> ColumnContent | None:
    return column.content(page, selectors.options())


@hookimpl
def export_case_data(case: CaseView) -> Mapping[str, Any]:
    slips = selectors.slips_export(case_id=case.id)
    return {"slips": slips} if slips else {}


@hookimpl
def erase_case_data(case: CaseView) -> None:
    services.case_erase(case_id=case.id)
