"""A suggestion as the frozen value that methods see, and which suggestions a person may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

from django.db.models import Count, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from luoshi.accounts.actor import Actor, Role
from luoshi.lifecycle.states import PublicationState, SuggestionState
from luoshi.methods.types import AssignmentView, CaseView, ContactView, EvaluationView, ReplyView
from luoshi.statement import Statement, tuples_together
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
    """The suggestion with its assignments, contacts, replies and evaluations. One query, none where the
    caller has its ``rows``.
    """
    if rows is not None:
        return _case_view(suggestion, rows)
    return _view(suggestion, *tuples_together(_OF_CASE, {"suggestion_id": suggestion.pk}))


def case_views(suggestions: Sequence[Suggestion]) -> tuple[CaseView, ...]:
    """Many suggestions as methods see them, in their order. Four queries for all of them together.

    :param suggestions: with their sessions loaded; else there is one query more for each.
    """
    found = _rows(suggestions)
    return tuple(_case_view(row, rows) for row, rows in zip(suggestions, found, strict=True))


def _assignments() -> QuerySet[Assignment]:
    return Assignment.objects.order_by("round", "pk")


def _contacts() -> QuerySet[Contact]:
    pictures = Count("attachments", filter=Q(attachments__media_type__startswith="image/"))
    counted: QuerySet[Contact] = Contact.objects.annotate(photos=pictures).order_by("held_on", "pk")
    return counted


def _replies() -> QuerySet[Reply]:
    return Reply.objects.order_by("round", "pk")


def _evaluations() -> QuerySet[Evaluation]:
    return Evaluation.objects.order_by("round", "axis")


# The columns in the order of the views' fields.
_OF_ASSIGNMENT = (
    *("pk", "unit_id", "unit__name", "role", "round", "state"),
    *("due_on", "handed_over_on", "accepted_at"),
)
_OF_CONTACT = (
    *("pk", "assignment_id", "round", "phase", "mode", "held_on", "person_times"),
    *("confirmed", "answered_by_proxy", "place", "recorded_at", "photos"),
)
_OF_REPLY = ("pk", "assignment_id", "round", "state", "result_class", "kind", "issued_on")
_OF_EVALUATION = ("round", "axis", "grade", "by_proxy")


def _of_case(rows: Callable[[], QuerySet[Any]], columns: tuple[str, ...]) -> Statement:
    """These columns of one case's rows. Read for every act where a method is enabled, twice; so it is written
    once, and no letter's text is read."""
    return Statement(
        lambda suggestion_id: rows().filter(suggestion_id=suggestion_id).values_list(*columns),
        suggestion_id=int,
    )


_OF_CASE = (
    _of_case(_assignments, _OF_ASSIGNMENT),
    _of_case(_contacts, _OF_CONTACT),
    _of_case(_replies, _OF_REPLY),
    _of_case(_evaluations, _OF_EVALUATION),
)


def _rows(suggestions: Sequence[Suggestion]) -> list[CaseRows]:
    ids = [suggestion.pk for suggestion in suggestions]
    assignments = _by_case(_assignments().filter(suggestion_id__in=ids).select_related("unit"))
    contacts = _by_case(_contacts().filter(suggestion_id__in=ids))
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
        _values(rows.assignments, _OF_ASSIGNMENT),
        _values(rows.contacts, _OF_CONTACT),
        _values(rows.replies, _OF_REPLY),
        _values(rows.evaluations, _OF_EVALUATION),
    )


def _values(rows: Sequence[Any], columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """What ``values_list`` would give of rows that have been read."""
    read = attrgetter(*(column.replace("__", ".") for column in columns))
    return [read(row) for row in rows]


Values = Sequence[tuple[Any, ...]]


def _view(
    row: Suggestion, assignments: Values, contacts: Values, replies: Values, evaluations: Values
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
        assignments=tuple(AssignmentView(*(*part[:-1], _local_day(part[-1]))) for part in assignments),
        contacts=tuple(ContactView(*part) for part in contacts),
        replies=tuple(ReplyView(*part) for part in replies),
        evaluations=tuple(EvaluationView(*part) for part in evaluations),
    )


def _local_day(at: datetime | None) -> date | None:
    return None if at is None else timezone.localdate(at)


def _by_case(rows: "QuerySet[RowT]") -> dict[int, list[RowT]]:
    found: dict[int, list[RowT]] = {}
    for row in rows:
        found.setdefault(row.suggestion_id, []).append(row)
    return found


def sees_every_suggestion(actor: Actor) -> bool:
    """The congress's offices help to write drafts and so see those as well; the system sees all."""
    return actor.has(Role.CONGRESS_OFFICE, Role.SECRETARIAT, Role.SYSTEM)


def _speaks_for(actor: Actor) -> tuple[list[int], list[int]]:
    """The deputies and the units for whom he sees cases; none where his office lets him see all anyway."""
    if actor.has(*SEES_EVERYTHING):
        return [], []
    deputies = actor.deputy_ids if actor.has(Role.DEPUTY) else ()
    units = actor.unit_ids if actor.has(Role.UNIT_HEAD, Role.UNIT_HANDLER) else ()
    return sorted(deputies), sorted(units)


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
    deputies, units = _speaks_for(actor)
    if deputies:
        signed = Suggestion.objects.filter(
            co_signatures__deputy_id__in=deputies, co_signatures__state__in=["invited", "confirmed"]
        )
        own = Q(lead_deputy_id__in=deputies)
        # Whose suggestion was merged reads the reply in the one it was merged into.
        merged = Suggestion.objects.filter(own, merged_into__isnull=False)
        allowed |= own | Q(pk__in=signed.values("pk")) | Q(pk__in=merged.values("merged_into_id"))
    if actor.has(Role.SITE_EDITOR):
        sent = Suggestion.objects.filter(publications__state__in=_FOR_THE_EDITOR)
        allowed |= Q(pk__in=sent.values("pk"))
    if units:
        assigned = Suggestion.objects.filter(assignments__unit_id__in=units)
        proposed = Suggestion.objects.filter(proposals__unit_id__in=units, state=SuggestionState.PRE_ASSIGNED)
        allowed |= Q(pk__in=assigned.values("pk")) | Q(pk__in=proposed.values("pk"))
    return every.filter(allowed)


def suggestion_visible(actor: Actor, suggestion_id: int) -> bool:
    """Whether this person may know of one suggestion. One query at most: it is asked for every act."""
    if sees_every_suggestion(actor):
        return True
    deputies, units = _speaks_for(actor)
    ids = {f"deputy_{place}": pk for place, pk in enumerate(deputies)}
    ids |= {f"unit_{place}": pk for place, pk in enumerate(units)}
    statement = _one_visible(actor.roles, len(deputies), len(units))
    return bool(statement.tuples({"suggestion_id": suggestion_id, **ids}))


@lru_cache(maxsize=256)
def _one_visible(roles: frozenset[Role], deputies: int, units: int) -> Statement:
    """For people with these roles who speak for so many deputies and so many units."""

    def write(suggestion_id: int, **ids: int) -> QuerySet[Any, Any]:
        person = Actor(
            user_id=None,
            name="",
            roles=roles,
            earlier_deputy_ids=frozenset(ids[f"deputy_{place}"] for place in range(deputies)),
            unit_ids=frozenset(ids[f"unit_{place}"] for place in range(units)),
        )
        return suggestions_visible(person).filter(pk=suggestion_id).values_list("pk")

    names = [f"deputy_{place}" for place in range(deputies)] + [f"unit_{place}" for place in range(units)]
    return Statement(write, suggestion_id=int, **dict.fromkeys(names, int))
