"""Every act, findable by subject and name. A row of the tables without an act is a start-up error."""

from types import MappingProxyType

from luoshi.lifecycle.states import Subject
from luoshi.lifecycle.tables import ALL_TRANSITIONS
from luoshi.suggestions.acts.act import Act
from luoshi.suggestions.acts.following import FOLLOWING_ACTS
from luoshi.suggestions.acts.hand_over import HAND_OVER_ACTS
from luoshi.suggestions.acts.handling import HANDLING_ACTS
from luoshi.suggestions.acts.importing import IMPORT_ACTS
from luoshi.suggestions.acts.intake import INTAKE_ACTS
from luoshi.suggestions.acts.publishing import PUBLICATION_ACTS
from luoshi.suggestions.acts.replying import REPLY_ACTS

_SUGGESTION_ACTS = {**INTAKE_ACTS, **HAND_OVER_ACTS, **FOLLOWING_ACTS, **IMPORT_ACTS}
_ACTS = {
    Subject.SUGGESTION: _SUGGESTION_ACTS,
    Subject.ASSIGNMENT: HANDLING_ACTS,
    Subject.REPLY: REPLY_ACTS,
    Subject.PUBLICATION: PUBLICATION_ACTS,
}
ACTS: MappingProxyType[tuple[Subject, str], Act] = MappingProxyType(
    {(row.subject, row.name): _ACTS[row.subject][row.name] for row in ALL_TRANSITIONS}
)
