"""What an act is done to, as the database has it: read for every act, so each by a kept statement."""

from luoshi.lifecycle.states import AssignmentRole
from luoshi.statement import Rows, Statement
from luoshi.suggestions.models import Assignment, Publication, Reply, Suggestion

SUGGESTION_LOCKED: Rows[Suggestion] = Rows(
    lambda pk: (
        Suggestion.objects.select_for_update(of=("self",))
        .select_related("session", "lead_deputy")
        .filter(pk=pk)
    ),
    pk=int,
)
"""The case with its session and leading deputy, its own row locked until the transaction ends."""
ASSIGNMENT: Rows[Assignment] = Rows(
    lambda pk: Assignment.objects.select_related("unit").filter(pk=pk), pk=int
)
REPLY: Rows[Reply] = Rows(lambda pk: Reply.objects.select_related("assignment__unit").filter(pk=pk), pk=int)
PUBLICATION: Rows[Publication] = Rows(
    lambda pk: Publication.objects.select_related("reply__assignment__unit").filter(pk=pk), pk=int
)
LEAD_STATES = Statement(
    lambda suggestion, round: Assignment.objects.filter(
        suggestion=suggestion, round=round, role__in=[AssignmentRole.LEAD, AssignmentRole.SEPARATE]
    ).values_list("state"),
    suggestion=int,
    round=int,
)
"""Where the parts stand that answer, from which the stage of the case follows."""
