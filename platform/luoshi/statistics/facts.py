"""The facts by which a suggestion falls under a figure, as columns that the database computes.

A merged suggestion (并案) has no handling of its own: what concerns handing over, replying, class, deadline
and contact follows its main item; each original still counts once (domain.md C1 row 6). Evaluations do not
follow: they are the grades of the deputy who gave them.
"""

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


def facts(scope: Scope) -> QuerySet[Suggestion]:
    """Every submitted suggestion of the scope with its facts. Lazy; one query however it is used."""
    return session_facts(scope).filter(scope.of_suggestion())


def session_facts(scope: Scope) -> QuerySet[Suggestion]:
    """The same for every kind of item and every congress of the session.

    ``main_*``: of the main item. ``judged_round``: the last round in which the deputy could evaluate; a round
    that is still being handled does not wipe out the grade of the one before.
    """
    main = OuterRef("main_pk")
    leads = Assignment.objects.filter(suggestion_id=main, role__in=LEAD_ROLES).exclude(state__in=GONE)
    open_part = ~Q(state=AssignmentState.DONE)
    late = Q(done_on__gt=F("due_on")) | (open_part & Q(due_on__lt=scope.as_of))
    contacts = Contact.objects.filter(suggestion_id=OuterRef("pk"))
    contacted = Q(contact_records__gte=1) | Q(contact_person_times__gte=1)
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
            judged_round=Case(When(state__in=ANSWERED, then=F("round")), default=F("round") - 1),
        )
        .annotate(
            has_reply=Exists(
                Reply.objects.filter(suggestion_id=main, kind=Reply.Kind.REPLY, state=ReplyState.ISSUED)
            ),
            has_lead=Exists(leads),
            has_late=Exists(leads.filter(late)),
            has_undated=Exists(
                leads.filter(Q(due_on__isnull=True) | Q(state=AssignmentState.DONE, done_on__isnull=True))
            ),
            has_extension=Exists(
                Extension.objects.filter(assignment__suggestion_id=main, decision=Decision.APPROVED)
            ),
            has_contact=Exists(Contact.objects.filter(suggestion_id=main))
            | Exists(ImportedFigures.objects.filter(contacted, suggestion_id=main)),
            has_own_contact=Exists(contacts),
            has_face_to_face=Exists(contacts.filter(mode__in=FACE_TO_FACE)),
            has_answered_contact=Exists(contacts.filter(confirmed__isnull=False)),
            has_confirmed=Exists(contacts.filter(confirmed=True, answered_by_proxy=False)),
            has_proxy_confirmed=Exists(contacts.filter(confirmed=True, answered_by_proxy=True)),
            has_evaluation=Exists(
                Evaluation.objects.filter(suggestion_id=OuterRef("pk"), round=OuterRef("judged_round"))
            ),
            has_publication=Exists(Publication.objects.filter(suggestion_id=OuterRef("pk"))),
        )
    )
