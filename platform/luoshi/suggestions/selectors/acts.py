"""What a person may do with a case now: each act with its gates, before anything has been entered."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from luoshi import moment
from luoshi.accounts.actor import Actor
from luoshi.lifecycle.states import Subject
from luoshi.lifecycle.tables import transitions_from
from luoshi.lifecycle.transition import Guard, Transition, Who
from luoshi.methods.facade import CountyMethods, county_methods
from luoshi.methods.types import CaseView, Requirement, TransitionView
from luoshi.suggestions.acts import ACTS
from luoshi.suggestions.county_settings import CountySettings
from luoshi.suggestions.guards import GUARDS
from luoshi.suggestions.models import Assignment, Publication, Reply, Suggestion
from luoshi.suggestions.rules import Target, may
from luoshi.suggestions.selectors.cases import CaseRows, case_rows, case_view
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.suggestions.services.context import ActContext, Moving
from luoshi.tenancy import tenant_current

ASKED_IN_THE_FORM = frozenset(
    {
        Guard.ONE_MATTER,
        Guard.EXCLUSIONS_ACKNOWLEDGED,
        Guard.UNITS_VALID,
        Guard.TRACKING_EXIT,
        Guard.REHANDLING_GROUND,
    }
)
"""Guards of what is entered with the act: they are met or not only once the form is filled in."""


@dataclass(frozen=True, slots=True)
class AvailableAct:
    """An act that exists now and that this person may do. ``about``: which part it concerns, in Chinese.

    ``requirements``: the gates that do not depend on what will be entered, met and unmet. ``on_behalf``: the
    deputy's own act, which this person can only enter for him from paper.
    """

    subject: Subject
    subject_id: int
    name: str
    label: str
    about: str
    requirements: tuple[Requirement, ...]
    on_behalf: bool

    @property
    def is_open(self) -> bool:
        """True where no gate is known to be shut."""
        return all(requirement.met for requirement in self.requirements)


def acts_available(
    *,
    suggestion: Suggestion,
    actor: Actor,
    methods: CountyMethods | None = None,
    case: CaseView | None = None,
    rows: CaseRows | None = None,
    settings: CountySettings | None = None,
) -> tuple[AvailableAct, ...]:
    """Every act on the case or its parts that ``actor`` may do in the present states, in the tables' order.

    ``methods``, ``case``, ``rows``, ``settings``: the county's methods and the case as they see it, what
    hangs on the case and the county's settings, where the caller has them.

    Nothing is locked and nothing is written; between the look and the act somebody may be faster, and then
    the door says so.
    """
    if methods is None:
        methods = county_methods(tenant_current())
    if rows is None:
        rows = case_rows(suggestion)
    if case is None and methods.enabled:
        case = case_view(suggestion, rows)
    return tuple(_acts(suggestion, actor, methods, case, rows, settings or county_settings()))


def _acts(
    suggestion: Suggestion,
    actor: Actor,
    methods: CountyMethods,
    case: CaseView | None,
    rows: CaseRows,
    settings: CountySettings,
) -> Iterator[AvailableAct]:
    now = moment.now()
    for kind, subject, assignment in _subjects(suggestion, rows):
        for transition in transitions_from(kind, subject.state):
            if not may(actor, transition.permission, Target(suggestion, assignment)):
                continue
            ctx = ActContext(
                transition=transition,
                subject=subject,
                suggestion=suggestion,
                actor=actor,
                settings=settings,
                now=now,
                today=moment.today(),
                assignment=assignment,
                reply=subject if isinstance(subject, Reply) else getattr(subject, "reply", None),
                publication=subject if isinstance(subject, Publication) else None,
            )
            asked = _requirements(ctx)
            if case is not None:
                view = TransitionView(
                    kind.value, transition.name, subject.pk, subject.state, transition.target
                )
                asked += methods.requirements(case, view, actor)
            yield AvailableAct(
                subject=kind,
                subject_id=subject.pk,
                name=transition.name,
                label=transition.label,
                about=_about(assignment),
                requirements=asked,
                on_behalf=Who.LEAD_DEPUTY in transition.who and not ctx.speaks_for_himself,
            )


def _requirements(ctx: ActContext) -> tuple[Requirement, ...]:
    """The core's gates, asked with an empty form."""
    empty = ACTS[(ctx.transition.subject, ctx.transition.name)].input.model_construct()
    return tuple(GUARDS[guard](replace(ctx), empty) for guard in _state_guards(ctx.transition))


def _state_guards(transition: Transition) -> tuple[Guard, ...]:
    return tuple(guard for guard in transition.guards if guard not in ASKED_IN_THE_FORM)


def _subjects(suggestion: Suggestion, rows: CaseRows) -> Iterator[tuple[Subject, Moving, Assignment | None]]:
    """The case itself, then each part with its letters and their publication."""
    yield Subject.SUGGESTION, suggestion, None
    parts = {row.pk: row for row in rows.assignments}
    for part in parts.values():
        part.suggestion = suggestion
        yield Subject.ASSIGNMENT, part, part
    for reply in rows.replies:
        reply.assignment = parts[reply.assignment_id]
        reply.suggestion = suggestion
        yield Subject.REPLY, reply, reply.assignment
    for row in suggestion.publications.select_related("reply").order_by("pk"):
        row.suggestion = suggestion
        row.reply.assignment = parts[row.reply.assignment_id]
        yield Subject.PUBLICATION, row, row.reply.assignment


def _about(assignment: Assignment | None) -> str:
    return "" if assignment is None else f"{assignment.unit.name}（{assignment.get_role_display()}）"
