"""What counts as a meeting, what is owed and what a gate asks: pure reading of a case. No database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import TextChoices

from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import (
    FACE_TO_FACE,
    AssignmentRole,
    AssignmentState,
    ContactPhase,
    ReplyState,
    SuggestionState,
)
from luoshi.methods.types import (
    AssignmentView,
    CaseView,
    ContactView,
    ReplyView,
    Requirement,
    TransitionView,
)
from luoshi.suggestions.models import Clock
from luoshi.suggestions.services.duties import DutyAsked
from luoshi_three_meetings.options import PhaseRule, ThreeMeetingsOptions

OWED = "owed"
_LEADS = (AssignmentRole.LEAD, AssignmentRole.SEPARATE)
_BEFORE_THE_REPLY = (ContactPhase.BEFORE, ContactPhase.DURING)
_AT_WORK = (AssignmentState.ACCEPTED, AssignmentState.HANDLING)
_REPLIED = (
    SuggestionState.REPLIED,
    SuggestionState.EVALUATED,
    SuggestionState.EVALUATION_LAPSED,
    SuggestionState.TRACKING,
)
_CLOSING = ("close", "end_tracking")


class Standing(TextChoices):
    """How one phase of one part stands."""

    OWED = "owed", "还没有"
    WAITING = "waiting", "已登记，尚未经代表确认"
    INCOMPLETE = "incomplete", "已登记，但不合要求"
    BY_PROXY = "by_proxy", "工作人员代录的确认"
    CONFIRMED = "confirmed", "代表本人已确认"
    DENIED = "denied", "代表说不属实"


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of one part. ``met``: it counts, by the county's options."""

    phase: ContactPhase
    word: str
    standing: Standing
    met: bool
    asked: bool
    contacts: tuple[ContactView, ...]


def lead_parts(case: CaseView) -> tuple[AssignmentView, ...]:
    """The parts that owe the deputy a reply in the present round."""
    return tuple(
        part
        for part in case.assignments
        if part.role in _LEADS and part.round == case.round and part.state not in GONE
    )


def fits(contact: ContactView, options: ThreeMeetingsOptions) -> bool:
    """Whether a contact is of a kind that counts here, whatever the deputy says of it."""
    return not _lacks(contact, options)


def _lacks(contact: ContactView, options: ThreeMeetingsOptions) -> list[str]:
    """What a contact lacks to be of a kind that counts, each with what is wanted."""
    wanted = (
        (contact.mode in options.modes, f"方式须为{'、'.join(mode.label for mode in options.modes)}"),
        (not options.place_wanted or bool(contact.place), "须写明地点"),
        (not options.photo_wanted or contact.photos > 0, "须附照片"),
    )
    return [words for holds, words in wanted if not holds]


def counts(contact: ContactView, options: ThreeMeetingsOptions, *, recorded_is_enough: bool = False) -> bool:
    """Whether a contact counts as a meeting. One that the deputy denied never does.

    :param recorded_is_enough: for a silent deputy, where the county excuses it.
    """
    if not fits(contact, options) or contact.confirmed is False:
        return False
    if recorded_is_enough or not options.confirmation:
        return True
    return contact.confirmed is True and (options.proxy_counts or not contact.by_proxy)


def contacts_of(case: CaseView, part: AssignmentView, phase: ContactPhase) -> tuple[ContactView, ...]:
    """The contacts of a part in a phase, oldest first."""
    return tuple(row for row in case.contacts if row.assignment_id == part.id and row.phase == phase)


def phases_of(case: CaseView, part: AssignmentView, options: ThreeMeetingsOptions) -> tuple[Phase, ...]:
    """The three phases of a part."""
    found = []
    for phase in ContactPhase:
        contacts = contacts_of(case, part, phase)
        found.append(
            Phase(
                phase=phase,
                word=options.word(phase),
                standing=_standing(contacts, options),
                met=any(counts(row, options) for row in contacts),
                asked=options.rule(phase) != PhaseRule.OFF and not _is_exempt(case, part, options),
                contacts=contacts,
            )
        )
    return tuple(found)


def requirements(
    case: CaseView, transition: TransitionView, options: ThreeMeetingsOptions
) -> Iterator[Requirement]:
    """What is asked before a unit signs its reply, and before a case is closed (XH-02)."""
    if case.imported:
        return
    if (transition.subject, transition.name) == ("reply", "sign"):
        yield from _before_signing(case, transition, options)
    elif transition.subject == "suggestion" and transition.name in _CLOSING:
        yield from _before_closing(case, options)


def cares_about(transition: TransitionView) -> bool:
    """Whether the method asks anything of this act."""
    return (transition.subject, transition.name) == ("reply", "sign") or (
        transition.subject == "suggestion" and transition.name in _CLOSING
    )


def duties(case: CaseView, options: ThreeMeetingsOptions) -> tuple[DutyAsked, ...]:
    """What the units owe in this case now.

    A duty ends when the meeting counts, so that nothing in it tells a unit whether the deputy denied or has
    only not answered yet.
    """
    if case.imported:
        return ()
    return tuple(
        DutyAsked(
            kind=OWED,
            title=options.owed_title,
            label=f"{phase.word}（{_unconfirmed_or(phase)}）",
            owed_by=Clock.Debtor.UNIT,
            key=phase.phase.value,
            assignment_id=part.id,
            due_on=part.due_on if phase.phase in _BEFORE_THE_REPLY else None,
        )
        for part, phase in _owed(case, options)
    )


def missing_at_the_end(case: CaseView, options: ThreeMeetingsOptions) -> tuple[str, ...]:
    """What a closed case lacks of the phases that the county asks for (JY-10), in Chinese."""
    if case.imported or case.state != SuggestionState.CLOSED:
        return ()
    return tuple(
        f"{part.unit_name}：{phase.word}"
        for part in lead_parts(case)
        for phase in phases_of(case, part, options)
        if phase.asked and not phase.met
    )


def _owed(case: CaseView, options: ThreeMeetingsOptions) -> Iterator[tuple[AssignmentView, Phase]]:
    after_reply = case.state in _REPLIED
    for part in lead_parts(case):
        for phase in phases_of(case, part, options):
            if not phase.asked or phase.met:
                continue
            if phase.phase in _BEFORE_THE_REPLY:
                if part.state in _AT_WORK and not _is_signed(case, part):
                    yield part, phase
            elif after_reply and not _silence_excuses(case, phase, options):
                yield part, phase


def _before_signing(
    case: CaseView, transition: TransitionView, options: ThreeMeetingsOptions
) -> Iterator[Requirement]:
    reply = next((row for row in case.replies if row.id == transition.subject_id), None)
    part = _part_of(case, reply)
    if reply is None or part is None or reply.kind != "reply" or reply.result_class in options.exempt:
        return
    for phase in phases_of(case, part, options):
        if phase.phase in _BEFORE_THE_REPLY and options.rule(phase.phase) == PhaseRule.GATE:
            yield _requirement(part, phase, "审签答复", options, met=phase.met)
    wanted = options.face_to_face
    if wanted:
        made = sum(
            row.mode in FACE_TO_FACE and counts(row, options)
            for row in case.contacts
            if row.assignment_id == part.id
        )
        yield Requirement(
            code="face_to_face",
            met=made >= wanted,
            reason=f"本县要求{part.unit_name}审签答复前至少与代表当面沟通 {wanted} 次，算数的有 {made} 次",
            how_to_meet=f"登门走访、座谈、邀请考察都是当面；请登记后{_then(options)}",
        )


def _before_closing(case: CaseView, options: ThreeMeetingsOptions) -> Iterator[Requirement]:
    if options.after != PhaseRule.GATE:
        return
    for part in lead_parts(case):
        if _is_exempt(case, part, options):
            continue
        phase = phases_of(case, part, options)[-1]
        met = phase.met or _silence_excuses(case, phase, options)
        yield _requirement(part, phase, "办结", options, met=met)


def _requirement(
    part: AssignmentView, phase: Phase, act: str, options: ThreeMeetingsOptions, *, met: bool
) -> Requirement:
    if not phase.contacts:
        how = f"请{part.unit_name}与代表沟通，登记一次“{phase.word}”，然后{_then(options)}"
    else:
        how = f"“{phase.word}”已登记，但还不算数：{_wanted(phase.contacts, options)}"
    return Requirement(
        code=f"met_{phase.phase.value}",
        met=met,
        reason=f"本县要求{part.unit_name}在{act}前完成“{phase.word}”",
        how_to_meet=how,
    )


def _then(options: ThreeMeetingsOptions) -> str:
    return "请代表确认" if options.confirmation else "再继续"


def _wanted(contacts: tuple[ContactView, ...], options: ThreeMeetingsOptions) -> str:
    """What the contact that lacks least still lacks, without a word of what the deputy has answered."""
    asked = min((_lacks(row, options) for row in contacts), key=len)
    if options.confirmation:
        asked.append("须经代表确认，可请代表在其页面、确认单上确认")
    else:
        asked.append("代表没有否认")
    return "；".join(asked)


def _standing(contacts: tuple[ContactView, ...], options: ThreeMeetingsOptions) -> Standing:
    """The best of what was recorded: a meeting that stands is not undone by another that was denied."""
    if not contacts:
        return Standing.OWED
    fitting = [row for row in contacts if fits(row, options)]
    for standing, holds in (
        (Standing.CONFIRMED, any(row.confirmed is True and not row.by_proxy for row in fitting)),
        (Standing.BY_PROXY, any(row.confirmed is True for row in fitting)),
        (Standing.WAITING, any(row.confirmed is None for row in fitting)),
        (Standing.DENIED, all(row.confirmed is False for row in contacts)),
    ):
        if holds:
            return standing
    return Standing.INCOMPLETE


def _unconfirmed_or(phase: Phase) -> str:
    """Denied and unanswered read alike: what the deputy said is not for the unit."""
    return "未登记" if not phase.contacts else "已登记，尚不算数"


def _is_exempt(case: CaseView, part: AssignmentView, options: ThreeMeetingsOptions) -> bool:
    letters = [row for row in case.replies if row.assignment_id == part.id and row.kind == "reply"]
    return bool(letters) and letters[-1].result_class in options.exempt


def _is_signed(case: CaseView, part: AssignmentView) -> bool:
    """The reply has passed the gate: nothing before it is owed any more."""
    signed = (ReplyState.UNIT_SIGNED, ReplyState.UNDER_REVIEW, ReplyState.APPROVED, ReplyState.ISSUED)
    return any(row.assignment_id == part.id and row.state in signed for row in case.replies)


def _silence_excuses(case: CaseView, phase: Phase, options: ThreeMeetingsOptions) -> bool:
    """The deputy let his evaluation lapse: a recorded meeting is all that can be had of him."""
    return (
        options.silent_excused
        and case.state == SuggestionState.EVALUATION_LAPSED
        and any(counts(row, options, recorded_is_enough=True) for row in phase.contacts)
    )


def _part_of(case: CaseView, reply: ReplyView | None) -> AssignmentView | None:
    parts: Iterable[AssignmentView] = () if reply is None else case.assignments
    return next((part for part in parts if reply is not None and part.id == reply.assignment_id), None)
