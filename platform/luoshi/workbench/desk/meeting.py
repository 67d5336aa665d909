"""交办会: everything that is pre-assigned, what it would mean to hand it over on a day, and what cannot go.

A look ahead: the door asks everything again, of each case, when it is done.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Min, OuterRef, Subquery

from luoshi import moment
from luoshi.accounts.actor import Actor
from luoshi.calendar.arithmetic import deadline
from luoshi.calendar.selectors import day_table
from luoshi.calendar.types import DayTable
from luoshi.lifecycle.states import AssignmentRole, Subject, SuggestionState
from luoshi.lifecycle.tables import transition_find
from luoshi.methods.facade import county_methods
from luoshi.methods.types import TransitionView
from luoshi.suggestions.acts.act import UnitPart, parts_problem
from luoshi.suggestions.county_settings import CountySettings
from luoshi.suggestions.models import Assignment, Proposal, Suggestion, Unit
from luoshi.suggestions.rules import Target, may
from luoshi.suggestions.selectors.cases import case_views
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.tenancy import tenant_current
from luoshi.workbench.desk.board import cases_on_the_board, seen_words
from luoshi.workbench.desk.common import HAND_OVER


@dataclass(frozen=True, slots=True)
class Going:
    """One suggestion with its units and deadlines. ``problems``: why it cannot go; empty: it can.
    ``objections``: units that object, which does not stop it."""

    suggestion: Suggestion
    leads: list[Proposal]
    helpers: list[Proposal]
    reply_due: date | None
    opinion_due: date | None
    leader: str
    seen: str
    problems: tuple[str, ...]
    objections: tuple[Proposal, ...]


@dataclass(slots=True)
class Share:
    """What one unit gets."""

    unit: Unit
    roles: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """Suggestions."""
        return self.roles.total()

    @property
    def lead(self) -> int:
        """As 主办."""
        return self.roles[AssignmentRole.LEAD]

    @property
    def separate(self) -> int:
        """As 分办."""
        return self.roles[AssignmentRole.SEPARATE]

    @property
    def co(self) -> int:
        """As 会办."""
        return self.roles[AssignmentRole.CO]


@dataclass(frozen=True, slots=True)
class Plan:
    """A hand-over on ``on``: what can go and what cannot. ``accept_due``: by when the units accept;
    ``unseeded``: years whose holidays are not known yet, so that deadlines may move."""

    on: date
    going: list[Going]
    staying: list[Going]
    accept_due: date
    unseeded: str

    @property
    def shares(self) -> list[Share]:
        """What each unit gets, the most first."""
        shares: dict[int, Share] = {}
        for row in self.going:
            for part in (*row.leads, *row.helpers):
                shares.setdefault(part.unit_id, Share(part.unit)).roles[part.role] += 1
        return sorted(shares.values(), key=lambda share: (-share.total, share.unit.name))

    @property
    def dues(self) -> list[tuple[str, date, int]]:
        """Each deadline that will be set, with how many clocks: replies first, then opinions."""
        counts: Counter[tuple[str, date]] = Counter()
        for row in self.going:
            if row.reply_due:
                counts["主办、分办答复", row.reply_due] += len(row.leads)
            if row.opinion_due:
                counts["会办意见", row.opinion_due] += len(row.helpers)
        return [(label, due, count) for (label, due), count in sorted(counts.items(), reverse=True)]


@dataclass(slots=True)
class _Counting:
    """What all rows are counted with."""

    on: date
    today: date
    settings: CountySettings
    days: DayTable
    unseeded: set[int] = field(default_factory=set)

    def due(self, start: date, window: Any) -> date:
        found = deadline(start, window, self.days, self.settings.roll_over_holidays)
        self.unseeded |= set(found.unseeded_years)
        return found.due_on


def plan_of(actor: Actor, on: date, *, ids: Sequence[int] | None = None, ask_methods: bool = False) -> Plan:
    """What handing over on ``on`` would mean. Four queries, however many; with ``ask_methods`` five more, and
    those of the county's methods, which are asked of each case.

    :param ids: only these; everything that is pre-assigned where left out.
    """
    first = (
        Assignment.objects.filter(suggestion=OuterRef("pk"), round=OuterRef("round"))
        .order_by()
        .values("suggestion")
        .annotate(first=Min("handed_over_on"))
        .values("first")
    )
    found: Any = cases_on_the_board(actor).annotate(first_handed_over_on=Subquery(first))
    found = found.filter(state=SuggestionState.PRE_ASSIGNED) if ids is None else found.filter(pk__in=ids)
    cases = list(found)
    earliest = min([on, *(case.first_handed_over_on for case in cases if case.first_handed_over_on)])
    counting = _Counting(on, moment.today(), county_settings(), day_table(earliest.year, on.year + 3))
    rows = [_going(case, counting, actor) for case in cases]
    if ask_methods:
        rows = _methods_asked(rows, actor)
    return Plan(
        on=on,
        going=[row for row in rows if not row.problems],
        staying=[row for row in rows if row.problems],
        accept_due=counting.due(on, counting.settings.windows.acceptance),
        unseeded="、".join(map(str, sorted(counting.unseeded))),
    )


def _going(case: Any, counting: _Counting, actor: Actor) -> Going:
    leads = [row for row in case.proposed if row.role != AssignmentRole.CO]
    helpers = [row for row in case.proposed if row.role == AssignmentRole.CO]
    windows = counting.settings.windows
    restart = counting.settings.restart_clock_on_reassignment
    start = counting.on if restart else case.first_handed_over_on or counting.on
    window = windows.difficult_reply if case.is_difficult else windows.lead_reply
    if case.round > 1:
        window = windows.rehandling
    leaders = [case.handling_leader, *(row.unit.portfolio_leader for row in leads)]
    return Going(
        suggestion=case,
        leads=leads,
        helpers=helpers,
        reply_due=counting.due(start, window) if leads else None,
        opinion_due=counting.due(counting.on, windows.co_opinion) if helpers else None,
        leader="、".join(dict.fromkeys(name for name in leaders if name)),
        seen=seen_words(case.proposed),
        problems=tuple(_problems(case, counting, actor)),
        objections=tuple(row for row in case.proposed if row.state == Proposal.State.OBJECTED),
    )


def _problems(case: Any, counting: _Counting, actor: Actor) -> list[str]:
    """Why the door would refuse, as far as it can be seen from here."""
    on = counting.on
    if case.state != SuggestionState.PRE_ASSIGNED:
        return ["还没有预分办，请先到预交办分给单位"]
    if not may(actor, HAND_OVER, Target(case)):
        return ["您的身份不能交办本件"]
    problems = []
    parts = tuple(UnitPart(unit=row.unit_id, role=AssignmentRole(row.role)) for row in case.proposed)
    if problem := parts_problem(parts):
        problems.append(problem)
    for row in case.proposed:
        unit = row.unit
        if (unit.valid_from and unit.valid_from > on) or (unit.valid_to and unit.valid_to < on):
            problems.append(f"{unit.name}在 {on} 不在有效期内，请改选机构改革后的单位")
        if row.role != AssignmentRole.CO and unit.system != case.recipient_system:
            wanted = case.get_recipient_system_display()
            problems.append(f"{unit.name}属“{unit.get_system_display()}”系统，本件交办对象为“{wanted}”")
    if on > counting.today:
        problems.append("交办日期不能晚于今天")
    elif case.first_handed_over_on and on < case.first_handed_over_on:
        problems.append(f"交办日期不能早于首次交办日期 {case.first_handed_over_on}")
    return problems


def _methods_asked(rows: list[Going], actor: Actor) -> list[Going]:
    """The same with what the county's methods ask before a hand-over."""
    methods = county_methods(tenant_current())
    row = transition_find(Subject.SUGGESTION, "hand_over")
    if not methods.enabled or row is None:
        return rows
    views = case_views([going.suggestion for going in rows])
    asked = []
    for going, case in zip(rows, views, strict=True):
        transition = TransitionView("suggestion", row.name, going.suggestion.pk, case.state, row.target)
        unmet = [gate for gate in methods.requirements(case, transition, actor) if not gate.met]
        words = tuple(f"{gate.reason}。{gate.how_to_meet}" for gate in unmet)
        asked.append(replace(going, problems=(*going.problems, *words)))
    return asked
