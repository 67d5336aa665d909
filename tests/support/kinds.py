"""A method whose options are of every kind that a form of typed settings draws; they move its gate."""

from collections.abc import Iterable
from datetime import date
from enum import Enum, StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from luoshi.calendar.types import Start, Unit, Window
from luoshi.methods.markers import hookimpl
from luoshi.methods.selectors import method_options
from luoshi.methods.types import (
    Actor,
    CaseView,
    HealthNote,
    MethodInfo,
    Obligation,
    Requirement,
    TenantView,
    TransitionView,
)
from luoshi.suggestions.models import Clock, Suggestion
from luoshi.suggestions.services.duties import DutyAsked, cases_duties_set
from luoshi.validation import Input


class Phase(StrEnum):
    """When."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"

    @property
    def label(self) -> str:
        return {"before": "办前", "during": "办中", "after": "办后"}[self.value]


class Size(Enum):
    """A choice that is no text."""

    SMALL = 1
    LARGE = 2


class Step(Input):
    """One entry of a list."""

    code: Annotated[str, Field(title="代号", pattern=r"^[a-z]{1,9}$")]
    label: Annotated[str, Field(title="名称", min_length=1, max_length=20)]
    weight: Annotated[int, Field(title="分量", ge=1, le=9)] = 2
    strict: Annotated[bool, Field(title="必经")] = False


class Words(Input):
    """A group."""

    title: Annotated[str, Field(title="栏目名", max_length=20)] = "三见面"
    short: Annotated[str, Field(title="简称", max_length=8)] = "见面"


class Kinds(Input):
    """One field of each kind."""

    contacts_needed: int = Field(
        default=1,
        ge=0,
        le=9,
        title="登记前须沟通几次",
        description="不足的不能登记。",
        json_schema_extra={"basis": "《办理办法》第九条"},
    )
    photo: bool = Field(default=False, title="须有照片")
    share: float = Field(default=0.5, gt=0, lt=1, title="比例")
    phases: frozenset[Phase] = Field(default=frozenset(Phase), title="哪些阶段", min_length=1)
    mode: Literal["strict", "loose"] = Field(
        default="strict", title="宽严", json_schema_extra={"labels": {"strict": "从严", "loose": "从宽"}}
    )
    size: Size = Field(default=Size.SMALL, title="大小")
    weekday: Literal[1, 2, 3, 4, 5, 6, 7] = Field(default=1, title="星期")
    name: str = Field(default="三见面", min_length=1, max_length=20, title="名称")
    notice: str = Field(default="", max_length=500, title="说明")
    until: date | None = Field(default=None, title="截止")
    limit: int | None = Field(default=None, ge=1, title="上限")
    checked: bool | None = Field(default=None, title="是否核对")
    places: list[str] = Field(default=["村部"], title="地点", max_length=3)
    days: tuple[int, ...] = Field(default=(7, 3), title="提前几天提醒")
    words: Words = Field(default=Words(), title="用语")
    window: Window = Field(default=Window(3, Unit.MONTH, Start.HAND_OVER), title="期限")
    steps: tuple[Step, ...] = Field(default=(Step(code="a", label="走访"),), title="步骤", max_length=4)
    extra: dict[str, int] = Field(default={}, title="其他")


SLUG = "kinds"


class KindsMethod:
    """Asks for as many contacts before a case is registered as its options say. ``broken``: crashes."""

    def __init__(self) -> None:
        self.broken = False
        self.notes: list[HealthNote] = []

    @hookimpl
    def describe_method(self) -> MethodInfo:
        return MethodInfo(slug=SLUG, name="各式选项", summary="登记前先沟通", source="某县做法")

    @hookimpl
    def options_model(self) -> type[Kinds]:
        return Kinds

    @hookimpl
    def obligations(self, options: Any) -> Iterable[Obligation]:
        yield Obligation("承办单位", f"与代表沟通 {options.contacts_needed} 次", "登记前")

    @hookimpl
    def check_method(self, tenant: TenantView) -> Iterable[HealthNote]:
        return self.notes

    @hookimpl
    def method_enabled(self, tenant: TenantView, actor: Actor) -> None:
        """Something that stays only where the change does: a duty for every registered case."""
        owed = DutyAsked(
            kind="talk", title="欠沟通", label="与代表沟通", owed_by=Clock.Debtor.CONGRESS_OFFICE
        )
        cases = Suggestion.objects.filter(state="registered").values_list("pk", flat=True)
        cases_duties_set(owner=SLUG, duties=dict.fromkeys(cases, (owed,)), on=date(2026, 3, 2))

    @hookimpl
    def transition_requirements(
        self, case: CaseView, transition: TransitionView, actor: Actor
    ) -> Iterable[Requirement]:
        if self.broken:
            raise RuntimeError("broken")
        if transition.name == "register":
            needed = method_options(slug=SLUG, model=Kinds).contacts_needed
            yield Requirement(
                code="contacts",
                met=len(case.contacts) >= needed,
                reason=f"登记前须沟通 {needed} 次",
                how_to_meet="请先沟通",
            )
