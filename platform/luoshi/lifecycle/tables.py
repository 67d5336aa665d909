"""All transitions, findable by subject and name."""

from types import MappingProxyType

from luoshi.lifecycle.handling_tables import ASSIGNMENT_TABLE, PUBLICATION_TABLE, REPLY_TABLE
from luoshi.lifecycle.states import Subject
from luoshi.lifecycle.suggestion_table import SUGGESTION_TABLE
from luoshi.lifecycle.transition import Transition

ALL_TRANSITIONS = (*SUGGESTION_TABLE, *ASSIGNMENT_TABLE, *REPLY_TABLE, *PUBLICATION_TABLE)
_BY_NAME = MappingProxyType({(row.subject, row.name): row for row in ALL_TRANSITIONS})


def transition_find(subject: Subject, name: str) -> Transition | None:
    """The transition ``name`` of ``subject``, or ``None`` where no such act exists."""
    return _BY_NAME.get((subject, name))


def transitions_from(subject: Subject, state: str) -> tuple[Transition, ...]:
    """Every act that exists for ``subject`` in ``state``, in the order of the table."""
    return tuple(row for row in ALL_TRANSITIONS if row.subject == subject and state in row.sources)
