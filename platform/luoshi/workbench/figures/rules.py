"""Who may see the statistics, and which of them tell a deputy's grade or his denial of a contact.

Figures of grades are the congress's. Whoever watched them change from one reply to the next could read off
how one deputy graded, so others see them only when all of the session has been handled to its end.
"""

from luoshi.accounts.actor import Actor, Role
from luoshi.errors import NotAllowed
from luoshi.lifecycle.states import CongressBody
from luoshi.statistics.methods import METHODS
from luoshi.statistics.report import SessionReport
from luoshi.suggestions.rules import SEES_EVALUATIONS

SEES_STATISTICS = (
    Role.CONGRESS_OFFICE,
    Role.SECRETARIAT,
    Role.GOVERNMENT_OFFICE,
    Role.LEADER,
    Role.COMMITTEE,
)
LEAST_GRADES = 5
"""Grades of which an axis must have as many before others than the congress see how they fell."""
_GRADES = (
    "evaluations.",
    "true_satisfaction.",
    "resolved",
    "closed_unheard",
    "merged_delivery.evaluated",
    "reopened.unheard_after_rehandling",
)
_ANSWERS = (
    "contacts.answered",
    "contacts.only_denied",
    "contacts.denied",
    "contacts.unanswered_records",
)
# Beside the list of all that has records, these show what is missing: what a deputy denied.
_BESIDE_ANSWERS = ("contacts.contacted", "contacts.face_to_face", "contacts.records", "contacts.person_times")
_OPEN_TO_ALL = ("evaluations.due", "resolved_base")


def may_see_statistics(actor: Actor) -> bool:
    """The offices, the leaders and the committees; a township's presidium sees its own."""
    return actor.has(*SEES_STATISTICS, Role.PRESIDIUM)


def require_statistics(actor: Actor) -> None:
    """Refuse whoever has no part in it.

    :raises NotAllowed: with whose page it is.
    """
    if not may_see_statistics(actor):
        raise NotAllowed("统计由人大、政府办、县领导和专工委查看；您自己的件请看“建议”列表")


def bodies_of(actor: Actor) -> tuple[CongressBody, ...]:
    """The congresses whose figures this person sees."""
    return tuple(CongressBody) if actor.has(*SEES_STATISTICS) else (CongressBody.TOWNSHIP,)


def sees_grades(actor: Actor) -> bool:
    """Whether grades and denials are this person's to read, each by itself."""
    return actor.has(*SEES_EVALUATIONS)


def tells_grades(code: str) -> bool:
    """Whether the figure, as it changes, tells how a deputy graded or answered."""
    if code in _OPEN_TO_ALL:
        return False
    return code.startswith(_GRADES) or code in _ANSWERS


def list_tells_grades(code: str) -> bool:
    """Whether the list behind the figure tells it. What a method's list tells, nobody here knows."""
    return tells_grades(code) or code in _BESIDE_ANSWERS or code.startswith(METHODS)


def grades_shown(actor: Actor, report: SessionReport, *, is_part: bool) -> bool:
    """Whether this person sees the figures of :func:`tells_grades`.

    :param is_part: the report is of one system only, so that few grades can stand alone.
    """
    if sees_grades(actor):
        return True
    is_over = report.handed_over > 0 and report.closed == report.handed_over
    bases = [axis.base for axis in report.evaluations.values()]
    return is_over and not is_part and all(base == 0 or base >= LEAST_GRADES for base in bases)
