"""The tables are closed: they name only what exists, and everything that exists can be reached."""

from dataclasses import FrozenInstanceError

import pytest

from luoshi.lifecycle.states import (
    AssignmentState,
    PublicationState,
    ReplyState,
    Subject,
    SuggestionState,
)
from luoshi.lifecycle.tables import ALL_TRANSITIONS, transition_find, transitions_from
from luoshi.lifecycle.transition import Guard, Who
from luoshi.suggestions.acts import ACTS
from luoshi.suggestions.rules import WHO

STATES = {
    Subject.SUGGESTION: set(SuggestionState.values),
    Subject.ASSIGNMENT: set(AssignmentState.values),
    Subject.REPLY: set(ReplyState.values),
    Subject.PUBLICATION: set(PublicationState.values),
}
# Where each subject begins, and which states follow from acts on another subject (named in the same event):
# a suggestion's stage follows from its leads; an issued reply makes its assignment done; what ends, ends all.
BEGINS = {
    Subject.SUGGESTION: {"draft"},
    Subject.ASSIGNMENT: {"pending"},
    Subject.REPLY: {"drafted"},
    Subject.PUBLICATION: {"proposed"},
}
FOLLOWS = {
    Subject.SUGGESTION: {
        ("assigned", "in_handling"),
        ("in_handling", "replied"),
        ("assigned", "pre_assigned"),
    },
    Subject.ASSIGNMENT: {("handling", "done"), ("accepted", "ended"), ("pending", "ended")},
    Subject.REPLY: {("drafted", "ended")},
    Subject.PUBLICATION: set[tuple[str, str]](),
}
# Nothing leads out of these; where one was merged, its own deputy still evaluates.
FINAL = {
    Subject.SUGGESTION: {"not_accepted", "withdrawn"},
    Subject.ASSIGNMENT: {"reassigned", "ended"},
    Subject.REPLY: {"ended"},
    Subject.PUBLICATION: set[str](),
}


def test_names_are_unique_and_every_row_can_be_found() -> None:
    names = [(row.subject, row.name) for row in ALL_TRANSITIONS]
    assert len(set(names)) == len(names)
    assert [transition_find(row.subject, row.name) for row in ALL_TRANSITIONS] == list(ALL_TRANSITIONS)
    assert transition_find(Subject.REPLY, "register") is None


def test_every_row_has_an_act_and_every_act_a_row() -> None:
    assert set(ACTS) == {(row.subject, row.name) for row in ALL_TRANSITIONS}


def test_sources_and_targets_are_states_of_the_subject() -> None:
    wrong = [
        (row.permission, state)
        for row in ALL_TRANSITIONS
        for state in {*row.sources, *([row.target] if row.target else [])}
        if state not in STATES[row.subject]
    ]
    assert wrong == []


def test_every_row_says_who_where_and_by_which_row_of_the_rules() -> None:
    assert [
        row.permission for row in ALL_TRANSITIONS if not (row.who and row.sources and row.row and row.label)
    ] == []
    assert set(WHO) == set(Who)
    assert {guard for row in ALL_TRANSITIONS for guard in row.guards} == set(Guard)


@pytest.mark.parametrize("subject", list(Subject))
def test_every_row_and_every_state_is_reached_from_the_beginning(subject: Subject) -> None:
    reached = set(BEGINS[subject])
    while True:
        further = {row.target for state in reached for row in transitions_from(subject, state) if row.target}
        further |= {target for source, target in FOLLOWS[subject] if source in reached}
        if further <= reached:
            break
        reached |= further
    assert reached == STATES[subject]
    rows = [row for row in ALL_TRANSITIONS if row.subject == subject]
    assert [row.name for row in rows if not row.sources & reached] == []


@pytest.mark.parametrize("subject", list(Subject))
def test_only_final_states_have_no_way_out(subject: Subject) -> None:
    assert {state for state in STATES[subject] if not transitions_from(subject, state)} == FINAL[subject]


def test_rows_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        ALL_TRANSITIONS[0].target = "closed"  # type: ignore[misc]


def test_the_way_from_register_to_close_is_the_one_of_the_rules() -> None:
    """domain.md C1, written down again: act, from, to."""
    written = {
        (row.row, row.name, source, row.target)
        for row in ALL_TRANSITIONS
        if row.subject == Subject.SUGGESTION and row.target
        for source in row.sources
        if source != row.target
    }
    handled = ("submitted", "registered", "pre_assigned", "assigned", "in_handling")
    assert written == {
        ("2", "invite_co_signers", "draft", "co_signing"),
        ("2", "submit", "draft", "submitted"),
        ("2", "submit", "co_signing", "submitted"),
        ("3", "send_back", "submitted", "draft"),
        ("3", "not_accept", "submitted", "not_accepted"),
        ("4", "register", "submitted", "registered"),
        *(("5", "withdraw", source, "withdrawn") for source in handled),
        ("6", "merge", "registered", "merged"),
        ("6", "merge", "pre_assigned", "merged"),
        ("7", "pre_assign", "registered", "pre_assigned"),
        ("8", "hand_over", "registered", "assigned"),
        ("8", "hand_over", "pre_assigned", "assigned"),
        ("16", "evaluate", "replied", "evaluated"),
        ("16", "evaluate", "evaluation_lapsed", "evaluated"),
        ("16", "lapse_evaluation", "replied", "evaluation_lapsed"),
        ("17", "close", "evaluated", "closed"),
        ("17", "close", "evaluation_lapsed", "closed"),
        ("17", "track", "evaluated", "tracking"),
        ("17", "track", "evaluation_lapsed", "tracking"),
        ("17", "track", "closed", "tracking"),
        *(
            ("18", "rehandle", source, "assigned")
            for source in ("evaluated", "evaluation_lapsed", "tracking", "closed")
        ),
        ("20", "end_tracking", "tracking", "closed"),
        ("import", "import_closed", "draft", "closed"),
    }
