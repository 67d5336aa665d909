"""What belongs to one transition beside its row in the table: the typed input and the effect."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from luoshi.lifecycle.states import AssignmentRole
from luoshi.suggestions.services.context import ActContext
from luoshi.validation import Input


@dataclass(frozen=True, slots=True)
class Act:
    """``apply`` changes what the context holds; it runs under the row lock, after every gate is open."""

    input: type[Input]
    apply: Callable[[ActContext, Any], None]


class NoInput(Input):
    """An act that needs nothing said."""


class Reason(Input):
    """An act that needs a reason."""

    reason: Annotated[str, Field(title="理由", min_length=1, max_length=2000)]


class UnitPart(Input):
    """One unit's role in a hand-over. ``part``: what it answers for, where several answer separately."""

    unit: Annotated[int, Field(title="单位", ge=1)]
    role: Annotated[AssignmentRole, Field(title="角色")]
    part: Annotated[str, Field(title="承办部分", max_length=500)] = ""


def nothing_more(ctx: ActContext, data: Any) -> None:
    """The change of state is the whole effect."""


def parts_problem(parts: tuple[UnitPart, ...]) -> str:
    """Why these parts cannot stand together, in Chinese; empty where they can (HN-07, domain.md B4)."""
    leads = [part for part in parts if part.role == AssignmentRole.LEAD]
    separate = [part for part in parts if part.role == AssignmentRole.SEPARATE]
    if len({part.unit for part in parts}) != len(parts):
        return "同一单位只能选一次"
    if len(leads) > 1:
        return "只能有一个主办单位；由几个单位各自答复的，请都选为分办"
    if leads and separate:
        return "主办与分办不能并用；由几个单位各自答复的，请都选为分办"
    if len(separate) == 1:
        return "分办至少要有两个单位；只有一个单位答复的，请选为主办"
    if not leads and not separate:
        return "请选择一个主办单位，或两个以上分办单位"
    return ""
