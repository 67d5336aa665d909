"""What switching a method, or changing its options, would do to the open cases: tried, then undone.

The change itself is made by the caller's service inside a transaction that is rolled back, so that what is
shown is what would happen, down to what the method does when it is told. Nothing stays: no row, no event, no
message of the outbox.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count

from luoshi.accounts.actor import Actor, Role
from luoshi.lifecycle.states import AssignmentRole, RecipientSystem, Subject, SuggestionState
from luoshi.lifecycle.tables import transitions_from
from luoshi.lifecycle.transition import Transition, Who
from luoshi.methods.facade import CountyMethods, county_methods
from luoshi.methods.host import MethodFailed
from luoshi.methods.registry import registry_current
from luoshi.methods.types import AssignmentView, CaseView, Requirement, TransitionView
from luoshi.suggestions.models import CaseDuty, Clock, Publication, Suggestion
from luoshi.suggestions.selectors.cases import case_views
from luoshi.tenancy import tenant_current

CHUNK = 200
PATIENCE = 5
"""After so many failures and no answer a method is not asked again; its gates count as shut."""
IMPORT_CLOSED = "import_closed"
ENDED = (
    SuggestionState.CLOSED,
    SuggestionState.NOT_ACCEPTED,
    SuggestionState.WITHDRAWN,
    SuggestionState.MERGED,
)
_ROLES: Mapping[Who, frozenset[Role]] = {
    Who.LEAD_DEPUTY: frozenset({Role.DEPUTY}),
    Who.INVITED_CO_SIGNER: frozenset({Role.DEPUTY}),
    Who.CO_SIGNER: frozenset({Role.DEPUTY}),
    Who.PRESIDIUM: frozenset({Role.PRESIDIUM}),
    Who.SECRETARIAT: frozenset({Role.SECRETARIAT}),
    Who.CONGRESS_OFFICE: frozenset({Role.CONGRESS_OFFICE}),
    Who.GOVERNMENT_OFFICE: frozenset({Role.GOVERNMENT_OFFICE}),
    Who.PROPOSED_UNIT: frozenset({Role.UNIT_HANDLER}),
    Who.UNIT_STAFF: frozenset({Role.UNIT_HEAD, Role.UNIT_HANDLER}),
    Who.UNIT_HEAD: frozenset({Role.UNIT_HEAD}),
    Who.LEAD_UNIT_STAFF: frozenset({Role.UNIT_HEAD, Role.UNIT_HANDLER}),
    Who.SITE_EDITOR: frozenset({Role.SITE_EDITOR}),
    Who.SYSTEM: frozenset({Role.SYSTEM}),
}

ActKey = tuple[str, int, str]
NextAct = tuple[Transition, TransitionView, AssignmentView | None]
_NOT_ASKED = Requirement(
    code="method_broken", met=False, reason="工作法反复出错", how_to_meet="请修复或停用该工作法", broken=True
)


@dataclass(frozen=True, slots=True)
class MovedAct:
    """One next act of one open case that the change shuts or opens.

    ``about``: the unit's part it concerns, if any. ``requirements``: what is not met; of an act that opens,
    what was not met before.
    """

    suggestion_id: int
    number: int | None
    session: str
    state: str
    act: str
    about: str
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition that shuts or opens acts. ``acts`` and ``cases``: how many of them.

    ``varies``: the words differ from case to case, and those given here are of one of them.
    """

    act: str
    reason: str
    how_to_meet: str
    acts: int
    cases: int
    varies: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """All acts that the change moves in one direction, by case."""

    acts: tuple[MovedAct, ...]

    @property
    def cases(self) -> int:
        return len({act.suggestion_id for act in self.acts})

    def by_reason(self) -> list[Reason]:
        """The conditions, those that concern most cases first."""
        found: dict[tuple[str, str], list[tuple[MovedAct, Requirement]]] = {}
        for act in self.acts:
            for requirement in act.requirements:
                found.setdefault((act.act, requirement.code), []).append((act, requirement))
        reasons = [
            Reason(
                act=act,
                reason=rows[0][1].reason,
                how_to_meet=rows[0][1].how_to_meet,
                acts=len(rows),
                cases=len({row.suggestion_id for row, _ in rows}),
                varies=len({requirement.reason for _, requirement in rows}) > 1,
            )
            for (act, _), rows in found.items()
        ]
        return sorted(reasons, key=lambda row: (-row.cases, row.act, row.reason))


@dataclass(frozen=True, slots=True)
class DutyCount:
    """How many open duties of one kind the method has, and who owes them."""

    title: str
    owed_by: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What the change would do. ``cases``: open cases that were looked at. ``kept_shut``: next acts that the
    method shuts before and after alike. ``duties``: open ones of the method, where their number changes.
    ``gave_up``: the method failed so often that it was not asked on.
    """

    cases: int
    shut: Moved
    opened: Moved
    kept_shut: int
    duties: tuple[DutyCount, ...]
    gave_up: bool


@dataclass
class _Look:
    """What the method shuts at one moment."""

    cases: int = 0
    shut: dict[ActKey, MovedAct] = field(default_factory=dict)
    duties: dict[tuple[str, str], int] = field(default_factory=dict)
    asked: int = 0
    failed: int = 0

    @property
    def gave_up(self) -> bool:
        return self.failed >= PATIENCE and self.failed == self.asked


def method_change_rehearse(*, slug: str, change: Callable[[], object]) -> Effect:
    """Make the change, look at the next acts of every open case before and after, and undo it.

    Only the conditions of this one method are asked, each act as a person whose act it is: an act that
    something else shuts as well counts all the same. Some eight queries for each 200 open cases and look,
    and whatever the method itself asks of the database.

    :param slug: the method.
    :param change: a service that switches it or changes its options.
    :raises Refusal: whatever ``change`` raises; nothing stays of it.
    """
    with transaction.atomic():
        before = _look(slug)
        change()
        after = _look(slug)
        transaction.set_rollback(True)
    return Effect(
        cases=after.cases,
        shut=_moved(after, before),
        opened=_moved(before, after),
        kept_shut=len(before.shut.keys() & after.shut.keys()),
        duties=tuple(
            DutyCount(title, str(Clock.Debtor(owed_by).label), had, has)
            for title, owed_by in sorted(before.duties.keys() | after.duties.keys())
            if (had := before.duties.get((title, owed_by), 0))
            != (has := after.duties.get((title, owed_by), 0))
        ),
        gave_up=before.gave_up or after.gave_up,
    )


def _moved(here: _Look, there: _Look) -> Moved:
    acts = [act for key, act in here.shut.items() if key not in there.shut]
    return Moved(tuple(sorted(acts, key=lambda act: (act.session, act.number or 0, act.suggestion_id))))


def _look(slug: str) -> _Look:
    """Every next act of an open case that the method shuts now."""
    tenant = tenant_current()
    every = county_methods(tenant)
    own = CountyMethods(
        tenant, tuple(entry for entry in every.enabled if entry.slug == slug), registry_current()
    )
    look = _Look()
    counted = CaseDuty.objects.filter(owner=slug, state=CaseDuty.State.OPEN).values_list("title", "owed_by")
    for title, owed_by, number in counted.annotate(number=Count("pk")).order_by("title", "owed_by"):
        look.duties[(title, owed_by)] = number
    for chunk in _open_cases():
        look.cases += len(chunk)
        if not own.enabled:
            continue
        acts = [(case, *act) for case, every in chunk for act in every]
        answers = _answers(
            own, look, [(case, view, _somebody(row, case, part)) for case, row, view, part in acts]
        )
        for (case, row, view, part), answer in zip(acts, answers, strict=True):
            unmet = tuple(requirement for requirement in answer if not requirement.met)
            if unmet:
                look.shut[(view.subject, view.subject_id, view.name)] = MovedAct(
                    suggestion_id=case.id,
                    number=case.number,
                    session=case.session,
                    state=str(SuggestionState(case.state).label),
                    act=row.label,
                    about=_about(part),
                    requirements=unmet,
                )
    return look


def _answers(
    methods: CountyMethods, look: _Look, asked: list[tuple[CaseView, TransitionView, Actor]]
) -> Iterable[tuple[Requirement, ...]]:
    """The conditions of each act: all asked in one savepoint, or one by one where the method fails at one."""
    if not look.gave_up:
        try:
            found = methods.requirements_many(asked)
        except MethodFailed:
            return [_one_by_one(methods, look, *act) for act in asked]
        look.asked += len(asked)
        return found
    return [(_NOT_ASKED,)] * len(asked)


def _one_by_one(
    methods: CountyMethods, look: _Look, case: CaseView, view: TransitionView, actor: Actor
) -> tuple[Requirement, ...]:
    if look.gave_up:
        return (_NOT_ASKED,)
    answers = methods.requirements(case, view, actor)
    look.asked += 1
    look.failed += any(answer.broken for answer in answers)
    return answers


def _open_cases() -> Iterator[list[tuple[CaseView, list[NextAct]]]]:
    """The open cases in chunks, each with the acts that exist now; the same queries for every chunk."""
    last = 0
    while True:
        rows = list(
            Suggestion.objects.exclude(state__in=ENDED)
            .filter(pk__gt=last)
            .select_related("session")
            .order_by("pk")[:CHUNK]
        )
        if not rows:
            return
        last = rows[-1].pk
        publications: dict[int, list[tuple[int, str, int]]] = {}
        for found in Publication.objects.filter(suggestion_id__in=[row.pk for row in rows]).order_by("pk"):
            of_case = publications.setdefault(found.suggestion_id, [])
            of_case.append((found.pk, found.state, found.reply_id))
        yield [(case, list(_next_acts(case, publications.get(case.id, [])))) for case in case_views(rows)]


def _next_acts(case: CaseView, publications: list[tuple[int, str, int]]) -> Iterator[NextAct]:
    parts = {part.id: part for part in case.assignments}
    replies = {reply.id: parts[reply.assignment_id] for reply in case.replies}
    subjects: list[tuple[Subject, int, str, AssignmentView | None]] = [
        (Subject.SUGGESTION, case.id, case.state, None),
        *((Subject.ASSIGNMENT, part.id, part.state, part) for part in case.assignments),
        *((Subject.REPLY, reply.id, reply.state, replies[reply.id]) for reply in case.replies),
        *((Subject.PUBLICATION, pk, state, replies.get(reply)) for pk, state, reply in publications),
    ]
    for kind, pk, state, part in subjects:
        for row in transitions_from(kind, state):
            if row.name != IMPORT_CLOSED:
                yield row, TransitionView(kind.value, row.name, pk, state, row.target), part


def _somebody(row: Transition, case: CaseView, part: AssignmentView | None) -> Actor:
    """A person whose act this is, as far as a condition may look at him."""
    who = row.who[0]
    if who is Who.REVIEWING_OFFICE:
        office = case.recipient_system == RecipientSystem.GOVERNMENT
        who = Who.GOVERNMENT_OFFICE if office else Who.CONGRESS_OFFICE
    units = _units(who, case, part)
    return Actor(
        user_id=None,
        name="演练",
        roles=_ROLES.get(who, frozenset()),
        unit_ids=units,
        headed_unit_ids=units if who is Who.UNIT_HEAD else frozenset(),
        deputy_id=case.lead_deputy_id if who is Who.LEAD_DEPUTY else None,
    )


def _units(who: Who, case: CaseView, part: AssignmentView | None) -> frozenset[int]:
    if who in (Who.UNIT_STAFF, Who.UNIT_HEAD) and part is not None:
        return frozenset({part.unit_id})
    if who is Who.LEAD_UNIT_STAFF:
        leads = (AssignmentRole.LEAD, AssignmentRole.SEPARATE)
        return frozenset(
            row.unit_id for row in case.assignments if row.role in leads and row.round == case.round
        )
    return frozenset()


def _about(part: AssignmentView | None) -> str:
    return "" if part is None else f"{part.unit_name}（{AssignmentRole(part.role).label}）"
