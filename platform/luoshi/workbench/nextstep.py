"""下一步: what this person may do with a case now, in the order in which he would look for it."""

from dataclasses import dataclass

from luoshi.lifecycle.states import AssignmentState, ReplyState, Subject
from luoshi.lifecycle.transition import Guard
from luoshi.suggestions.acts.following import EvaluateInput
from luoshi.suggestions.models import Contact
from luoshi.suggestions.selectors.acts import AvailableAct
from luoshi.workbench.acting.fields import About, Field, form_fields
from luoshi.workbench.case import Case

GRADING = ("evaluate", "evaluate_own", "evaluate_merged")
ANSWERING = ("confirm_contact", "deny_contact")
MAIN = (
    *(
        "submit",
        "co_sign",
        "claim",
        "register",
        "hand_over",
        "accept",
        "start",
        "draft_reply",
        "sign",
        "edit",
    ),
    *("submit_opinion", "submit_review", "approve", "send_back", "issue", "approve_return", "reject_return"),
    *("consent_extension", "refuse_extension", "close", "rehandle", "track", "comment", "record_contact"),
    *("propose_publication", "check_secrecy", "confirm_rendition", "send_to_editor", *GRADING, *ANSWERING),
)
"""Acts that carry a case on, the one that is wanted most first; the others stand below them."""
_NEVER_HERE = frozenset(
    {
        *(Guard.IS_LEAD, Guard.IS_CO, Guard.NO_OPEN_REPLY, Guard.EXTENSION_PENDING, Guard.NOT_YET_HEARD),
        *(Guard.PUBLICATION_ABSENT, Guard.SUGGESTION_TRACKED, Guard.REPLY_OUTSTANDING),
    }
)
"""Gates that this person cannot open by doing anything: the act belongs to another part or another time."""

_ANY_TIME = frozenset({"record_contact", "comment"})
"""Acts for which nothing waits while a letter is with others."""
_LETTER_TURNS = {
    ReplyState.DRAFTED: ("承办单位负责人", "审签答复稿", "sign"),
    ReplyState.UNIT_SIGNED: ("承办单位", "报送审核", "submit_review"),
    ReplyState.UNDER_REVIEW: ("审核机关", "审核答复稿", "approve"),
    ReplyState.SENT_BACK: ("承办单位", "修改答复稿", "edit"),
    ReplyState.APPROVED: ("承办单位", "答复代表", "issue"),
}
"""Whose turn a letter is: who, what, and the act that shows it is this person's own."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """``grading``: the deputy's evaluation, filled in on the spot; ``to_answer``: contacts that wait for his
    word. ``shut``: acts whose gate is shut, with reason and way. ``tells_part``: the acts concern several
    parts, so each says which. ``others_turn``: whose turn the open letter or
    the request to return is, and what he does, where this person may know of it and it is another's."""

    grading: AvailableAct | None
    grades: Field | None
    to_answer: list[Contact]
    main: list[AvailableAct]
    more: list[AvailableAct]
    shut: list[AvailableAct]
    not_now: list[AvailableAct]
    on_behalf: list[AvailableAct]
    tells_part: bool
    others_turn: str

    @property
    def is_idle(self) -> bool:
        """Nothing is this person's turn, though he may be able to do something."""
        wanted = [act for act in self.main if not (self.others_turn and act.name in _ANY_TIME)]
        return not (self.grading or self.to_answer or wanted or self.shut)


def next_step_of(case: Case, acts: tuple[AvailableAct, ...]) -> NextStep:
    """``acts`` in their places on the case page. No query."""
    waiting = [row for row in case.contacts if row.confirmed is None or row.answered_by_proxy]
    sensible = [act for act in acts if _sensible(act, case, waiting)]
    own = [act for act in sensible if not act.on_behalf]
    grading = next((act for act in own if act.name in GRADING and act.is_open), None)
    answerable = {act.subject_id for act in own if act.name == "confirm_contact"}
    elsewhere = [act for act in own if act is not grading and act.name not in ANSWERING]
    opened = [act for act in elsewhere if act.is_open]
    closed = [act for act in elsewhere if not act.is_open]
    return NextStep(
        grading=grading,
        grades=_grades(case) if grading else None,
        to_answer=[row for row in waiting if row.assignment_id in answerable],
        main=sorted((act for act in opened if act.name in MAIN), key=lambda act: MAIN.index(act.name)),
        more=[act for act in opened if act.name not in MAIN],
        shut=[act for act in closed if act.name in MAIN],
        not_now=[act for act in closed if act.name not in MAIN],
        on_behalf=[act for act in sensible if act.on_behalf],
        tells_part=len({act.about for act in sensible if act.about}) > 1,
        others_turn=_others_turn(case, {act.name for act in own}),
    )


def _sensible(act: AvailableAct, case: Case, waiting: list[Contact]) -> bool:
    """Whether there is anything that the act could be done to."""
    if any(not gate.met and gate.code in _NEVER_HERE for gate in act.requirements):
        return False
    if act.subject == Subject.ASSIGNMENT and act.name in ANSWERING:
        return any(row.assignment_id == act.subject_id for row in waiting)
    if act.name == "settle_promise":
        return any(promise.reply_id == act.subject_id for promise in case.promises)
    if act.name == "comment":
        letters = [shown.reply for part in case.parts for shown in part.letters]
        return any(letter.pk == act.subject_id and letter.draft_shared_at for letter in letters)
    return True


def _others_turn(case: Case, names: set[str]) -> str:
    if [part.assignment.state for part in case.parts] == [AssignmentState.RETURN_REQUESTED]:
        return "" if "approve_return" in names else "轮到审核机关：审定退办申请。"
    letters = [shown.reply for part in case.parts for shown in part.letters]
    waiting = [row for row in letters if row.state in _LETTER_TURNS]
    if len(waiting) != 1 or (waiting[0].state == ReplyState.DRAFTED and not waiting[0].body):
        return ""
    who, what, act = _LETTER_TURNS[ReplyState(waiting[0].state)]
    return "" if act in names else f"轮到{who}：{what}。"


def _grades(case: Case) -> Field:
    about = About(case.suggestion, case.suggestion, case.settings)
    return next(row for row in form_fields(EvaluateInput, about, None) if row.kind == "grades")
