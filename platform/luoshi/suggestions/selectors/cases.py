"""A suggestion as the frozen value that methods see, and which suggestions a person may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Count, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from luoshi.accounts.actor import Actor, Role
from luoshi.lifecycle.states import PublicationState, SuggestionState
from luoshi.methods.types import AssignmentView, CaseView, ContactView, EvaluationView, ReplyView
from luoshi.statement import Statement
from luoshi.suggestions.models import Assignment, Contact, Evaluation, Reply, Suggestion
from luoshi.suggestions.rules import SEES_EVERYTHING

RowT = TypeVar("RowT", Assignment, Contact, Reply, Evaluation)

_FOR_THE_EDITOR = (
    PublicationState.APPROVED,
    PublicationState.IN_EDITORIAL_REVIEW,
    PublicationState.PUBLISHED,
    PublicationState.REVOKED,
)
_UNSUBMITTED = (SuggestionState.DRAFT, SuggestionState.CO_SIGNING)


@dataclass(frozen=True, slots=True)
class CaseRows:
    """What hangs on one suggestion, read once for all who ask on one page: its parts with unit and
    extensions, its contacts with the number of their ``photos``, its letters, its grades."""

    assignments: Sequence[Assignment]
    contacts: Sequence[Contact]
    replies: Sequence[Reply]
    evaluations: Sequence[Evaluation]


def case_rows(suggestion: Suggestion) -> CaseRows:
    """The rows as they are now. Five queries. Not to be kept over a write: nobody reads them anew."""
    (rows,) = _rows([suggestion])
    prefetch_related_objects(list(rows.assignments), "extensions")
    return rows


def case_view(suggestion: Suggestion, rows: CaseRows | None = None) -> CaseView:
    """The suggestion with its assignments, contacts, replies and evaluations. Four queries, none where the
    caller has its ``rows``.
    """
    if rows is not None:
        return _case_view(suggestion, rows)
    of_case = {"suggestion_id": suggestion.pk}
    return _view(
        suggestion,
        tuple(AssignmentView(*(*row[:-1], _local_day(row[-1]))) for row in _ASSIGNMENTS.tuples(of_case)),
        tuple(ContactView(*row) for row in _CONTACTS.tuples(of_case)),
        tuple(ReplyView(*row) for row in _REPLIES.tuples(of_case)),
        tuple(EvaluationView(*row) for row in _EVALUATIONS.tuples(of_case)),
    )


def case_views(suggestions: Sequence[Suggestion]) -> tuple[CaseView, ...]:
    """Many suggestions as methods see them, in their order. Four queries for all of them together.

    :param suggestions: with their sessions loaded; else there is one query more for each.
    """
    found = _rows(suggestions)
    return tuple(_case_view(row, rows) for row, rows in zip(suggestions, found, strict=True))


def _assignments() -> QuerySet[Assignment]:
    return Assignment.objects.order_by("round", "pk")


_PICTURES = Count("attachments", filter=Q(attachments__media_type__startswith="image/"))


def _contacts() -> QuerySet[Contact]:
    return Contact.objects.order_by("held_on", "pk")


def _replies() -> QuerySet[Reply]:
    return Reply.objects.order_by("round", "pk")


def _evaluations() -> QuerySet[Evaluation]:
    return Evaluation.objects.order_by("round", "axis")


# Read for every act where a method is enabled, twice; so they are written once, and no letter's text is read.
# The columns are in the order of the views' fields.
_ASSIGNMENTS = Statement(
    lambda suggestion_id: (
        _assignments()
        .filter(suggestion_id=suggestion_id)
        .values_list(
            "pk",
            "unit_id",
            "unit__name",
            "role",
            "round",
            "state",
            "due_on",
            "handed_over_on",
            "accepted_at",
        )
    ),
    suggestion_id=int,
)
_CONTACTS = Statement(
    lambda suggestion_id: (
        _contacts()
        .filter(suggestion_id=suggestion_id)
        .annotate(photos=_PICTURES)
        .values_list(
            "pk",
            "assignment_id",
            "round",
            "phase",
            "mode",
            "held_on",
            "person_times",
            "confirmed",
            "answered_by_proxy",
            "place",
            "recorded_at",
            "photos",
        )
    ),
    suggestion_id=int,
)
_REPLIES = Statement(
    lambda suggestion_id: (
        _replies()
        .filter(suggestion_id=suggestion_id)
        .values_list("pk", "assignment_id", "round", "state", "result_class", "kind", "issued_on")
    ),
    suggestion_id=int,
)
_EVALUATIONS = Statement(
    lambda suggestion_id: (
        _evaluations().filter(suggestion_id=suggestion_id).values_list("round", "axis", "grade", "by_proxy")
    ),
    suggestion_id=int,
)


def _rows(suggestions: Sequence[Suggestion]) -> list[CaseRows]:
    ids = [suggestion.pk for suggestion in suggestions]
    assignments = _by_case(_assignments().filter(suggestion_id__in=ids).select_related("unit"))
    contacts = _by_case(_contacts().filter(suggestion_id__in=ids).annotate(photos=_PICTURES))
    replies = _by_case(_replies().filter(suggestion_id__in=ids))
    evaluations = _by_case(_evaluations().filter(suggestion_id__in=ids))
    return [
        CaseRows(
            assignments=assignments.get(pk, []),
            contacts=contacts.get(pk, []),
            replies=replies.get(pk, []),
            evaluations=evaluations.get(pk, []),
        )
        for pk in ids
    ]


def _case_view(row: Suggestion, rows: CaseRows) -> CaseView:
    return _view(
        row,
        tuple(_assignment_view(part) for part in rows.assignments),
        tuple(_contact_view(contact) for contact in rows.contacts),
        tuple(
            ReplyView(
                reply.pk,
                reply.assignment_id,
                reply.round,
                reply.state,
                reply.result_class,
                reply.kind,
                reply.issued_on,
            )
            for reply in rows.replies
        ),
        tuple(
            EvaluationView(grade.round, grade.axis, grade.grade, grade.by_proxy) for grade in rows.evaluations
        ),
    )


def _view(
    row: Suggestion,
    assignments: tuple[AssignmentView, ...],
    contacts: tuple[ContactView, ...],
    replies: tuple[ReplyView, ...],
    evaluations: tuple[EvaluationView, ...],
) -> CaseView:
    return CaseView(
        id=row.pk,
        number=row.number,
        title=row.title,
        session=row.session.code,
        item_kind=row.item_kind,
        recipient_system=row.recipient_system,
        state=row.state,
        round=row.round,
        is_key=row.is_key,
        imported=row.is_imported,
        handed_over_on=row.handed_over_on,
        lead_deputy_id=row.lead_deputy_id,
        assignments=assignments,
        contacts=contacts,
        replies=replies,
        evaluations=evaluations,
    )


def _assignment_view(row: Assignment) -> AssignmentView:
    return AssignmentView(
        row.pk,
        row.unit_id,
        row.unit.name,
        row.role,
        row.round,
        row.state,
        row.due_on,
        row.handed_over_on,
        _local_day(row.accepted_at),
    )


def _local_day(at: datetime | None) -> date | None:
    return None if at is None else timezone.localdate(at)


def _contact_view(row: Contact) -> ContactView:
    return ContactView(
        row.pk,
        row.assignment_id,
        row.round,
        row.phase,
        row.mode,
        row.held_on,
        row.person_times,
        row.confirmed,
        row.answered_by_proxy,
        row.place,
        row.recorded_at,
        getattr(row, "photos", 0),  # counted in the query above
    )


def _by_case(rows: "QuerySet[RowT]") -> dict[int, list[RowT]]:
    found: dict[int, list[RowT]] = {}
    for row in rows:
        found.setdefault(row.suggestion_id, []).append(row)
    return found


def sees_every_suggestion(actor: Actor) -> bool:
    """The congress's offices help to write drafts and so see those as well; the system sees all."""
    return actor.has(Role.CONGRESS_OFFICE, Role.SECRETARIAT, Role.SYSTEM)


def suggestions_visible(actor: Actor) -> QuerySet[Suggestion]:
    """The suggestions this person may know of.

    A deputy sees those of his own and what they were merged into; a unit those it has or had a part in, or is
    proposed for; the offices all that are submitted, and the congress's offices drafts as well, since they
    help to write them. Nobody else sees any.
    """
    every = Suggestion.objects.all()
    if sees_every_suggestion(actor):
        return every
    if actor.has(*SEES_EVERYTHING):
        return every.exclude(state__in=_UNSUBMITTED)
    allowed = Q(pk__in=[])
    if actor.has(Role.PRESIDIUM):
        allowed |= Q(congress_body="township")
    if actor.has(Role.DEPUTY) and actor.deputy_ids:
        signed = Suggestion.objects.filter(
            co_signatures__deputy_id__in=actor.deputy_ids, co_signatures__state__in=["invited", "confirmed"]
        )
        own = Q(lead_deputy_id__in=actor.deputy_ids)
        # Whose suggestion was merged reads the reply in the one it was merged into.
        merged = Suggestion.objects.filter(own, merged_into__isnull=False)
        allowed |= own | Q(pk__in=signed.values("pk")) | Q(pk__in=merged.values("merged_into_id"))
    if actor.has(Role.SITE_EDITOR):
        sent = Suggestion.objects.filter(publications__state__in=_FOR_THE_EDITOR)
        allowed |= Q(pk__in=sent.values("pk"))
    if actor.has(Role.UNIT_HEAD, Role.UNIT_HANDLER) and actor.unit_ids:
        assigned = Suggestion.objects.filter(assignments__unit_id__in=actor.unit_ids)
        proposed = Suggestion.objects.filter(
            proposals__unit_id__in=actor.unit_ids, state=SuggestionState.PRE_ASSIGNED
        )
        allowed |= Q(pk__in=assigned.values("pk")) | Q(pk__in=proposed.values("pk"))
    return every.filter(allowed)
