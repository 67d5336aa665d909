"""A method that answers properly and always says no."""

from collections.abc import Iterable

from luoshi.methods.markers import hookimpl
from luoshi.methods.types import Actor, CaseView, Data, MethodInfo, Problem, Requirement, TransitionView


@hookimpl
def describe_method() -> MethodInfo:
    return MethodInfo(slug="refusing", name="一票否决", summary="总是不同意的样例", source="样例")


@hookimpl
def transition_requirements(
    case: CaseView, transition: TransitionView, actor: Actor
) -> Iterable[Requirement]:
    return [
        Requirement(code="never", met=False, reason="此样例从不放行", how_to_meet="停用此样例"),
        Requirement(code="always", met=True, reason="此条总是满足", how_to_meet="无需办理"),
    ]


@hookimpl
def validate_transition(case: CaseView, transition: TransitionView, data: Data) -> Iterable[Problem]:
    return [Problem("note", "此样例认为一切输入都不对")]
