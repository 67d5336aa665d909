"""The facts by which a suggestion falls under a figure, as columns that the database computes.

A merged suggestion (并案) has no handling of its own: what concerns handing over, replying, class, deadline
and contact follows its main item; each original still counts once (domain.md C1 row 6). Evaluations do not
follow: they are the grades of the deputy who gave them, though in the rounds of the main item.
"""

from collections.abc import Callable, Mapping
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
LATE = "has_late"
"""The fact that depends on the day up to which lateness is judged."""
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


def facts(scope: Scope, *conditions: Q) -> QuerySet[Suggestion]:
    """Every submitted suggestion of the scope with its facts. Lazy; one query however it is used.

    :param conditions: by which the rows will be filtered or counted: only the facts they name are computed.
        All where left out.
    """
    return session_facts(scope, *conditions).filter(scope.of_suggestion())


def session_facts(scope: Scope, *conditions: Q) -> QuerySet[Suggestion]:
    """The same for every kind of item and every congress of the session.

    ``main_*``: of the main item. ``has_grade_of_asked_round``: the deputy graded in the last round in which
    he could.
    ``has_trigger_grade``: a grade that stands asks for a re-handling by the county's rule, be it that of the
    main item's deputy or of one whose suggestion is handled with it, as the door judges it too. A grade of an
    imported year does not: what followed belongs to that year.
    A contact that the deputy denied is a record (``has_own_contact``) and nothing else.
    """
    wanted = facts_named(*conditions) if conditions else _CONDITIONS.keys()
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
        .annotate(**{name: _truth(make(scope)) for name, make in _CONDITIONS.items() if name in wanted})
    )


def facts_named(*conditions: Q) -> set[str]:
    """Columns by which ``conditions`` ask; all facts where one is an expression, which may ask for all."""
    found: set[str] = set()
    for condition in conditions:
        for part in condition.children:
            if isinstance(part, Q):
                found |= facts_named(part)
            elif isinstance(part, tuple):
                found.add(part[0].partition("__")[0])
            else:
                found |= _CONDITIONS.keys()
    return found


def _among(scope: Scope, rows: QuerySet[Any], column: str = "main_pk", via: str = "") -> Q:
    """Whether ``rows`` has one of this suggestion.

    Asked as a set that the database reads once, not row by row: that stays quick in a county that has just
    imported its year and whose tables have no statistics yet.
    """
    of_session = rows.filter(**{f"{via}suggestion__session": scope.session})
    return Q(**{f"{column}__in": of_session.values(f"{via}suggestion_id")})


def _leads() -> QuerySet[Assignment]:
    return Assignment.objects.filter(role__in=LEAD_ROLES).exclude(state__in=GONE)


def _has_reply(scope: Scope) -> Q:
    return _among(scope, Reply.objects.filter(kind=Reply.Kind.REPLY, state=ReplyState.ISSUED))


def _has_undated(scope: Scope) -> Q:
    undated = Q(due_on__isnull=True) | Q(state=AssignmentState.DONE, done_on__isnull=True)
    return _among(scope, _leads().filter(undated))


def _has_extension(scope: Scope) -> Q:
    return _among(scope, Extension.objects.filter(decision=Decision.APPROVED), via="assignment__")


def _standing() -> QuerySet[Contact]:
    return Contact.objects.exclude(confirmed=False)


def _has_contact(scope: Scope) -> Q:
    contacted = Q(contact_records__gte=1) | Q(contact_person_times__gte=1)
    return _among(scope, _standing()) | _among(scope, ImportedFigures.objects.filter(contacted))


def _confirmed(scope: Scope, *, by_proxy: bool) -> Q:
    return _among(scope, Contact.objects.filter(confirmed=True, answered_by_proxy=by_proxy), "pk")


def _has_grade_of_asked_round(scope: Scope) -> Q:
    grades = with_asked_round(Evaluation.objects.all()).filter(round__gte=F("asked_round"))
    return _among(scope, grades, "pk")


def _has_trigger_grade(scope: Scope) -> Q:
    triggers = sorted(grade.value for grade in scope.settings.trigger_grades)
    triggered = Evaluation.objects.filter(grade__in=triggers, is_imported=False).exclude(heard_later())
    of_session = triggered.filter(suggestion__session=scope.session)
    return Q(main_pk__in=of_session.values(main=Coalesce("suggestion__merged_into", "suggestion")))


_CONDITIONS: Mapping[str, Callable[[Scope], Q]] = {
    "has_reply": _has_reply,
    "has_lead": lambda scope: _among(scope, _leads()),
    LATE: lambda scope: _among(scope, _leads().filter(late(scope))),
    "has_undated": _has_undated,
    "has_extension": _has_extension,
    "has_contact": _has_contact,
    "has_own_contact": lambda scope: _among(scope, Contact.objects.all(), "pk"),
    "has_face_to_face": lambda scope: _among(scope, _standing().filter(mode__in=FACE_TO_FACE), "pk"),
    "has_answered_contact": lambda scope: _among(
        scope, Contact.objects.filter(confirmed__isnull=False), "pk"
    ),
    "has_confirmed": lambda scope: _confirmed(scope, by_proxy=False),
    "has_proxy_confirmed": lambda scope: _confirmed(scope, by_proxy=True),
    "has_grade_of_asked_round": _has_grade_of_asked_round,
    "has_grade": lambda scope: _among(scope, Evaluation.objects.all(), "pk"),
    "has_trigger_grade": _has_trigger_grade,
    "has_publication": lambda scope: _among(scope, Publication.objects.all(), "pk"),
}
"""The facts that are asked of other tables, by column."""
