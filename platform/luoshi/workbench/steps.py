"""What comes next in a suggestion's life and whose turn it is, in words for a row of a list."""

from types import MappingProxyType

from luoshi.lifecycle.states import SuggestionState

S = SuggestionState
NEXT: MappingProxyType[str, tuple[str, str]] = MappingProxyType(
    {
        S.DRAFT: ("写完并提交", "代表"),
        S.CO_SIGNING: ("附议后提交", "代表"),
        S.SUBMITTED: ("审查受理", "人大"),
        S.REGISTERED: ("分办、交办", "人大、政府办"),
        S.PRE_ASSIGNED: ("认领、交办", "单位、政府办"),
        S.ASSIGNED: ("签收、沟通", "承办单位"),
        S.IN_HANDLING: ("办理、答复", "承办单位"),
        S.REPLIED: ("评价", "代表"),
        S.EVALUATED: ("办结、跟踪或重办", "人大"),
        S.EVALUATION_LAPSED: ("办结、跟踪或催评", "人大"),
        S.TRACKING: ("兑现承诺", "承办单位"),
    }
)


def next_step(state: str) -> tuple[str, str]:
    """The next step and who takes it; empty where the life has ended."""
    return NEXT.get(state, ("", ""))
