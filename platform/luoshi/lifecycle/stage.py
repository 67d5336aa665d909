"""The named rule by which a suggestion's stage follows from its leads (architecture.md §3)."""

from collections.abc import Iterable

from luoshi.lifecycle.states import AssignmentState, SuggestionState

FOLLOWS_LEADS = frozenset({SuggestionState.ASSIGNED, SuggestionState.IN_HANDLING})
GONE = frozenset({AssignmentState.REASSIGNED, AssignmentState.ENDED})


def stage_from_leads(lead_states: Iterable[str]) -> SuggestionState:
    """Stage of a handed-over suggestion whose active leads of this round stand in ``lead_states``.

    No lead left: it went back to the pre-assignment. Every lead has replied: replied. One of them works on it
    or is done: in handling. Otherwise assigned.
    """
    active = [state for state in lead_states if state not in GONE]
    if not active:
        return SuggestionState.PRE_ASSIGNED
    if all(state == AssignmentState.DONE for state in active):
        return SuggestionState.REPLIED
    if any(state in (AssignmentState.HANDLING, AssignmentState.DONE) for state in active):
        return SuggestionState.IN_HANDLING
    return SuggestionState.ASSIGNED
