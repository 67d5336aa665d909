"""The facts by which a suggestion falls under a figure, as columns that the database computes.

A merged suggestion (并案) has no handling of its own: what concerns handing over, replying, class, deadline
and contact follows its main item; each original still counts once (domain.md C1 row 6). Evaluations do not
follow: they are the grades of the deputy who gave them, though in the rounds of the main item.
"""

from typing import Any

from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from luoshi.lifecycle.stage import GONE
from luoshi.lifecycle.states import (
    FACE_TO_FACE,
    AssignmentRole,
    AssignmentState,
    ReplyState,
    SuggestionState,
)
from luoshi.statistics.scope import Scope
from luoshi.suggestions.models import (
    Assignment,
    Contact,
    Evaluation,
    Extension,
    ImportedFigures,
    Publication,
    Reply,
    Suggestion,
)
from luoshi.suggestions.models.assignment import Decision

ENDED = (SuggestionState.CLOSED, SuggestionState.TRACKING)
ANSWERED = (
    SuggestionState.REPLIED,
    SuggestionState.EVALUATED,
    SuggestionState.EVALUATION_LAPSED,
    *ENDED,
)
HANDED_OVER = (SuggestionState.ASSIGNED, SuggestionState.IN_HANDLING, *ANSWERED)
NOT_SUBMITTED = (SuggestionState.DRAFT, SuggestionState.CO_SIGNING)
LEAD_ROLES = (AssignmentRole.LEAD, AssignmentRole.SEPARATE)


def _of_main(field: str) -> Coalesce:
    """``field`` of the item that a merged suggestion is handled with, of itself where it is not merged.

    The door lets nothing be merged into a merged one, so that one step is all.
    """
    return Coalesce(f"merged_into__{field}", field)


def _truth(condition: Q) -> Combinable:
    return ExpressionWrapper(condition, output_field=BooleanField())


def late(scope: Scope) -> Q:
    """Whether an assignment was done, or is still open on the report's day, after its due day."""
    return Q(done_on__gt=F("due_on")) | (~Q(state=AssignmentState.DONE) & Q(due_on__lt=scope.as_of))


def heard_later(**among: Any) -> Exists:
    """Whether the deputy graded the same axis of a suggestion again in a later round than an evaluation's.

    Silence in a later round replaces nothing: the grade that was given stands. ``among``: counts only such
    later grades.
    """
    return Exists(
        Evaluation.objects.filter(
            suggestion_id=OuterRef("suggestion_id"),
            axis=OuterRef("axis"),
            round__gt=OuterRef("round"),
            **among,
        )
    )


def with_asked_round(grades: QuerySet[Evaluation]) -> QuerySet[Evaluation]:
    """``grades`` with ``asked_round``, the last round in which the deputy could evaluate.

    That is the present round once it is replied to, until then the round before. A merged suggestion goes by
    the rounds of its main item.
    """
    state = Coalesce("suggestion__merged_into__state", "suggestion__state")
    present = Coalesce("suggestion__merged_into__round", "suggestion__round")
    return grades.annotate(main_state=state, main_round=present).annotate(
        asked_round=Case(When(main_state__in=ANSWERED, then=F("main_round")), default=F("main_round") - 1)
    )


def facts(scope: Scope) -> QuerySet[Suggestion]:
    """Every submitted suggestion of the scope with its facts. Lazy; one query however it is used."""
    return session_facts(scope).filter(scope.of_suggestion())


def session_facts(scope: Scope) -> QuerySet[Suggestion]:
    """The same for every kind of item and every congress of the session.

    ``main_*``: of the main item. ``has_grade_of_asked_round``: the deputy graded in the last round in which
    he could.
    ``has_trigger_grade``: a grade that stands asks for a re-handling by the county's rule, be it that of the
    main item's deputy or of one whose suggestion is handled with it, as the door judges it too. A grade of an
    imported year does not: what followed belongs to that year.
    A contact that the deputy denied is a record (``has_own_contact``) and nothing else.
    """
    leads = Assignment.objects.filter(role__in=LEAD_ROLES).exclude(state__in=GONE)
    undated = Q(due_on__isnull=True) | Q(state=AssignmentState.DONE, done_on__isnull=True)
    contacts = Contact.objects.all()
    standing = contacts.exclude(confirmed=False)
    contacted = Q(contact_records__gte=1) | Q(contact_person_times__gte=1)
    confirmed = contacts.filter(confirmed=True)

    def among(rows: QuerySet[Any], column: str = "main_pk", via: str = "") -> Q:
        """Whether ``rows`` has one of this suggestion.

        Asked as a set that the database reads once, not row by row: that stays quick in a county that has
        just imported its year and whose tables have no statistics yet.
        """
        of_session = rows.filter(**{f"{via}suggestion__session": scope.session})
        return Q(**{f"{column}__in": of_session.values(f"{via}suggestion_id")})

    issued = Reply.objects.filter(kind=Reply.Kind.REPLY, state=ReplyState.ISSUED)
    triggers = sorted(grade.value for grade in scope.settings.trigger_grades)
    triggered = Evaluation.objects.filter(grade__in=triggers, is_imported=False).exclude(heard_later())
    triggered_main = triggered.filter(suggestion__session=scope.session).values(
        main=Coalesce("suggestion__merged_into", "suggestion")
    )
    of_asked_round = with_asked_round(Evaluation.objects.all()).filter(round__gte=F("asked_round"))
    extended = Extension.objects.filter(decision=Decision.APPROVED)
    return (
        Suggestion.objects.filter(session=scope.session)
        .exclude(state__in=NOT_SUBMITTED)
        .annotate(
            counted=_truth(scope.in_total()),
            main_pk=_of_main("pk"),
            main_state=_of_main("state"),
            main_round=_of_main("round"),
            main_code=_of_main("class_code"),
            main_class=_of_main("result_class"),
            main_exit=_of_main("tracking_exit"),
        )
        .annotate(
            has_reply=_truth(among(issued)),
            has_lead=_truth(among(leads)),
            has_late=_truth(among(leads.filter(late(scope)))),
            has_undated=_truth(among(leads.filter(undated))),
            has_extension=_truth(among(extended, via="assignment__")),
            has_contact=_truth(among(standing) | among(ImportedFigures.objects.filter(contacted))),
            has_own_contact=_truth(among(contacts, "pk")),
            has_face_to_face=_truth(among(standing.filter(mode__in=FACE_TO_FACE), "pk")),
            has_answered_contact=_truth(among(contacts.filter(confirmed__isnull=False), "pk")),
            has_confirmed=_truth(among(confirmed.filter(answered_by_proxy=False), "pk")),
            has_proxy_confirmed=_truth(among(confirmed.filter(answered_by_proxy=True), "pk")),
            has_grade_of_asked_round=_truth(among(of_asked_round, "pk")),
            has_grade=_truth(among(Evaluation.objects.all(), "pk")),
            has_trigger_grade=_truth(Q(main_pk__in=triggered_main)),
            has_publication=_truth(among(Publication.objects.all(), "pk")),
        )
    )
