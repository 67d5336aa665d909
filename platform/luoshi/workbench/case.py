"""One case as this person may read it: text, people, units with their clocks, letters, the story so far."""

from dataclasses import dataclass
from datetime import date

from luoshi.accounts.actor import Actor, Role
from luoshi.audit.models import Event
from luoshi.errors import NotFound
from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import PublicationState, ReplyState
from luoshi.publication.feedback import feedback_of
from luoshi.publication.values import FeedbackCount
from luoshi.suggestions.county_settings import CountySettings, Windows
from luoshi.suggestions.models import (
    Ask,
    Assignment,
    Attachment,
    Clock,
    Contact,
    CoSignature,
    DraftComment,
    Evaluation,
    Promise,
    Publication,
    Reply,
    Review,
    Suggestion,
)
from luoshi.suggestions.rules import sees_evaluations
from luoshi.suggestions.selectors.attachments import attachments_of
from luoshi.suggestions.selectors.cases import CaseRows, case_rows, suggestions_visible
from luoshi.suggestions.selectors.replies import replies_readable
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.suggestions.services.log import HIDDEN_FROM_UNITS, stream_key
from luoshi.workbench.story import Happened, Names, story_of

SEES_DETAIL = (Role.CONGRESS_OFFICE, Role.SECRETARIAT)
SEES_FEEDBACK = (*SEES_DETAIL, Role.GOVERNMENT_OFFICE)
RECENT = 8
"""Events that are shown at once; older ones unfold."""


@dataclass(frozen=True, slots=True)
class Part:
    """One unit's part with its clocks and letters as far as they may be read."""

    assignment: Assignment
    clocks: list[Clock]
    letters: list["Shown"]
    is_live: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One letter as the page shows it. ``result``: its class in words. ``answers``: the passage that answers
    each numbered ask, where the unit has said so. ``sent_back``: why it came back last, while it is open.
    ``feedback``: what readers of its public page say, for the offices and the unit itself."""

    reply: Reply
    result: str
    answers: list[tuple[int, str, str]]
    comments: list[DraftComment]
    files: list[Attachment]
    sent_back: Review | None
    feedback: FeedbackCount | None


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that the case page shows. ``running`` and ``ended``: clocks by who owes them.

    ``seen``: place of the newest event in the log. ``files``: those of the suggestion itself; ``proofs``:
    those of its contacts. ``rows``: what was read of it, for whoever else asks on the same page; never shown
    as it is, for not everybody may see all of it.
    """

    suggestion: Suggestion
    asks: list[Ask]
    co_signers: list[CoSignature]
    parts: list[Part]
    earlier_parts: list[Part]
    running: list[tuple[str, list[Clock]]]
    ended: list[tuple[str, list[Clock]]]
    contacts: list[Contact]
    evaluations: list[Evaluation] | None
    promises: list[Promise]
    story: list[Happened]
    older: list[Happened]
    seen: int
    files: list[Attachment]
    proofs: list[Attachment]
    settings: CountySettings
    rows: CaseRows
    sees_detail: bool
    today: date
    due: date | None


def case_page(actor: Actor, suggestion_id: int, today: date) -> Case:
    """The case as ``actor`` may read it. Some twelve queries, whatever the length of its story.

    :raises NotFound: where there is none, or this person may not know of it.
    """
    suggestion = (
        suggestions_visible(actor)
        .select_related("session", "lead_deputy__delegation", "delegation", "merged_into")
        .filter(pk=suggestion_id)
        .first()
    )
    if suggestion is None:
        raise NotFound("没有这件建议，或您无权查看")
    clocks = list(suggestion.clocks.order_by("due_on", "pk"))
    settings = county_settings()
    sees_detail = actor.has(*SEES_DETAIL)
    rows = case_rows(suggestion)
    units = {row.pk: row for row in rows.assignments}
    own = {row.pk for row in rows.assignments if row.unit_id in actor.unit_ids}
    asks = list(suggestion.asks.all())
    replies = replies_readable(actor, suggestion).prefetch_related("reviews", "comments")
    files = attachments_of(actor, suggestion)
    said = _feedback(actor, suggestion)
    letters = [_shown(row, asks, files, settings, said) for row in replies]
    parts = _parts(suggestion, rows, clocks, letters)
    contacts = list(rows.contacts)
    for contact in contacts:
        contact.assignment = units[contact.assignment_id]
    promises = list(suggestion.promises.select_related("unit", "reply").order_by("due_on", "pk"))
    names = Names(
        settings=settings,
        parts={part.assignment.pk: part.assignment for part in parts},
        letters={reply.pk: reply.assignment_id for reply in rows.replies},
        contacts={contact.pk: contact for contact in contacts},
        promises={promise.pk: promise for promise in promises},
    )
    hidden = () if sees_evaluations(actor, suggestion) else HIDDEN_FROM_UNITS
    events = list(
        Event.objects.filter(stream__key=stream_key(suggestion.pk)).exclude(kind__in=hidden).order_by("-seq")
    )
    story = story_of(events, names, sees_detail=sees_detail)
    return Case(
        suggestion=suggestion,
        asks=asks,
        co_signers=list(suggestion.co_signatures.select_related("deputy__delegation").order_by("pk")),
        parts=[part for part in parts if part.is_live],
        earlier_parts=[part for part in parts if not part.is_live],
        running=_by_debtor(parts, [clock for clock in clocks if clock.state == Clock.State.RUNNING]),
        ended=_by_debtor(parts, [clock for clock in clocks if clock.state != Clock.State.RUNNING]),
        contacts=contacts,
        evaluations=_evaluations(actor, suggestion, rows),
        promises=[promise for promise in promises if promise.reply.state == ReplyState.ISSUED],
        story=story[:RECENT],
        older=story[RECENT:],
        files=[file for file in files if file.reply_id is None and file.contact_id is None],
        proofs=[file for file in files if file.contact_id is not None],
        seen=max((event.seq for event in events), default=0),
        settings=settings,
        rows=rows,
        sees_detail=sees_detail,
        today=today,
        due=_due(clocks, own),
    )


def clock_label(kind: str) -> str:
    """Chinese name of a clock, as the county's settings call its window."""
    window = Windows.model_fields.get(kind)
    return window.title or kind if window else kind


def _by_debtor(parts: list[Part], clocks: list[Clock]) -> list[tuple[str, list[Clock]]]:
    """The clocks under the words for whose they are: each unit with its role, then deputy and offices."""
    names = {
        part.assignment.pk: f"{part.assignment.get_role_display()} {part.assignment.unit.name}"
        for part in parts
    }
    found: dict[str, list[Clock]] = {}
    for clock in sorted(clocks, key=lambda clock: clock.assignment_id is None):
        who = names.get(clock.assignment_id or 0) or str(clock.get_owed_by_display())
        found.setdefault(who, []).append(clock)
    return list(found.items())


def _parts(suggestion: Suggestion, rows: CaseRows, clocks: list[Clock], letters: list[Shown]) -> list[Part]:
    """The newest round first, in it separate leads, the lead, co-units."""
    by_role = sorted(rows.assignments, key=lambda row: row.role, reverse=True)
    return [
        Part(
            assignment=row,
            clocks=[clock for clock in clocks if clock.assignment_id == row.pk],
            letters=[letter for letter in letters if letter.reply.assignment_id == row.pk],
            is_live=row.state not in GONE and row.round == suggestion.round,
        )
        for row in sorted(by_role, key=lambda row: -row.round)
    ]


def _feedback(actor: Actor, suggestion: Suggestion) -> dict[int, FeedbackCount]:
    """What readers say of the public replies that are this person's concern, by the reply's id."""
    public = Publication.objects.filter(suggestion=suggestion, state=PublicationState.PUBLISHED)
    if not actor.has(*SEES_FEEDBACK):
        public = public.filter(reply__assignment__unit_id__in=actor.unit_ids)
    replies = dict(public.values_list("pk", "reply_id"))
    return {replies[pk]: said for pk, said in feedback_of(replies).items()} if replies else {}


def _shown(
    reply: Reply,
    asks: list[Ask],
    files: list[Attachment],
    settings: CountySettings,
    said: dict[int, FeedbackCount],
) -> Shown:
    quotes = {row["ask"]: row["quote"] for row in reply.asks_answered}
    letter = settings.letter(reply.class_code) if reply.class_code else None
    label = letter.label if letter else reply.get_result_class_display()
    reviews = list(reply.reviews.all())
    last = reviews[-1] if reviews else None
    is_back = reply.state == ReplyState.SENT_BACK and last is not None
    return Shown(
        reply=reply,
        result=f"{reply.class_code} 类：{label}" if reply.class_code else "",
        answers=[(ask.position, ask.text, quotes[ask.pk]) for ask in asks if quotes.get(ask.pk)],
        comments=list(reply.comments.all()),
        files=[file for file in files if file.reply_id == reply.pk],
        sent_back=last if is_back else None,
        feedback=said.get(reply.pk),
    )


def _evaluations(actor: Actor, suggestion: Suggestion, rows: CaseRows) -> list[Evaluation] | None:
    """The newest round first."""
    if not sees_evaluations(actor, suggestion):
        return None
    return sorted(rows.evaluations, key=lambda row: (-row.round, row.axis))


def _due(clocks: list[Clock], own: set[int]) -> date | None:
    running = [clock for clock in clocks if clock.state == Clock.State.RUNNING]
    mine = [clock for clock in running if clock.assignment_id in own] or running
    return min((clock.due_on for clock in mine), default=None)
