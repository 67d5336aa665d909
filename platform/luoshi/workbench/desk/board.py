"""The pre-assignment's board: a column for each unit that something is proposed to, and what is unsettled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, Q

from luoshi import moment
from luoshi.accounts.actor import Actor
from luoshi.lifecycle.states import AssignmentRole, SuggestionState
from luoshi.suggestions.acts.act import UnitPart, parts_problem
from luoshi.suggestions.models import Proposal, Suggestion, Unit
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.workbench.desk.batches import proposals_seen
from luoshi.workbench.desk.common import in_charge

NEW, AGENDA = "new", "agenda"
ON_THE_BOARD = (SuggestionState.REGISTERED, SuggestionState.PRE_ASSIGNED)


@dataclass(frozen=True, slots=True)
class Card:
    """A suggestion in a column. ``unit_id``: whose proposal it is, 0 where there is none yet. ``seen``: all
    its proposals as they are shown here. ``problem``: why it cannot be handed over so."""

    suggestion: Suggestion
    unit_id: int
    seen: str
    problem: str
    proposal: Proposal | None = None
    others: tuple[Proposal, ...] = ()

    @property
    def key(self) -> str:
        """The card in a form: which suggestion, which of its units, and what was seen."""
        return f"{self.suggestion.pk}:{self.unit_id}:{self.seen}"

    @property
    def tick(self) -> str:
        """The card, whatever was seen: what stays ticked after a failure."""
        return f"{self.suggestion.pk}:{self.unit_id}"

    @property
    def number(self) -> str:
        """What the card is called."""
        return f"第{self.suggestion.number}号" if self.suggestion.number else "未编号"


@dataclass(slots=True)
class Column:
    """One column. ``key``: ``new``, ``agenda`` or the unit's id."""

    key: str
    label: str
    unit: Unit | None = None
    cards: list[Card] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Board:
    """The whole board; ``units``: those that can be chosen, those with cards first."""

    columns: list[Column]
    units: list[Unit]
    other_units: list[Unit]
    total: int
    ready: int

    def column(self, key: str) -> Column:
        """The column of this name, else the first that has cards, else the first."""
        named = next((column for column in self.columns if column.key == key), None)
        return named or next((column for column in self.columns if column.cards), self.columns[0])


def cases_on_the_board(actor: Actor) -> Any:
    """What this person's office gives to units, with its proposals. Two queries when read."""
    proposals = Proposal.objects.select_related("unit", "suggested_unit").order_by("pk")
    return (
        suggestions_visible(actor)
        .filter(in_charge(actor), state__in=ON_THE_BOARD)
        .select_related("session", "lead_deputy", "delegation")
        .defer("content", "note")
        .prefetch_related(Prefetch("proposals", proposals, to_attr="proposed"))
        .order_by("session__year", "session_id", "number", "pk")
    )


def board(actor: Actor, session_id: int = 0, shown: Sequence[int] = ()) -> Board:
    """The board. Three queries, however many cards.

    :param shown: units that get a column though nothing is proposed to them yet.
    """
    rows: Any = cases_on_the_board(actor)
    if session_id:
        rows = rows.filter(session_id=session_id)
    cases = list(rows)
    new, agenda = Column(NEW, "待分办"), Column(AGENDA, "改办协调会议程")
    units = {unit.pk: unit for unit in units_to_choose()}
    columns = {pk: Column(str(pk), _short(units[pk]), units[pk]) for pk in shown if pk in units}
    for case in cases:
        seen, problem = seen_words(case.proposed), proposal_problem(case.proposed)
        if not case.proposed:
            new.cards.append(Card(case, 0, seen, problem))
        for proposal in case.proposed:
            others = tuple(row for row in case.proposed if row is not proposal)
            card = Card(case, proposal.unit_id, seen, problem, proposal, others)
            if proposal.state == Proposal.State.OBJECTED:
                agenda.cards.append(card)
            else:
                unit = proposal.unit
                columns.setdefault(unit.pk, Column(str(unit.pk), _short(unit), unit)).cards.append(card)
    busy = sorted(columns.values(), key=lambda column: (-len(column.cards), column.label))
    used = {column.unit.pk for column in busy if column.unit}
    return Board(
        columns=[new, agenda, *busy],
        units=[units[pk] for column in busy if column.unit and (pk := column.unit.pk) in units],
        other_units=[unit for pk, unit in units.items() if pk not in used],
        total=len(cases),
        ready=sum(1 for case in cases if case.proposed and not proposal_problem(case.proposed)),
    )


def units_to_choose() -> list[Unit]:
    """Units that exist today, by name. One query."""
    today = moment.today()
    rows = Unit.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=today),
        Q(valid_to__isnull=True) | Q(valid_to__gte=today),
    )
    return list(rows.order_by("name"))


def proposal_problem(proposals: Sequence[Proposal]) -> str:
    """Why these proposals cannot be handed over as they are; empty where they can."""
    if not proposals:
        return "还没有拟承办单位"
    problem = parts_problem(
        tuple(UnitPart(unit=row.unit_id, role=AssignmentRole(row.role)) for row in proposals)
    )
    if problem:
        return problem
    objecting = [row.unit for row in proposals if row.state == Proposal.State.OBJECTED]
    if objecting:
        return f"{'、'.join(map(_short, objecting))}有异议，待协调"
    return ""


def seen_words(proposals: Iterable[Proposal]) -> str:
    """The proposals in a form: ``12-lead-0,15-co-1``; the last figure says that the unit objects."""
    return ",".join(f"{unit}-{role}-{int(objected)}" for unit, role, objected in proposals_seen(proposals))


def seen_read(text: str) -> list[list[Any]]:
    """:func:`seen_words` read again; what is not so written is no proposal."""
    found: list[list[Any]] = []
    for word in text.split(","):
        unit, _, rest = word.partition("-")
        role, _, objected = rest.partition("-")
        if unit.isascii() and unit.isdecimal() and len(unit) < 19 and role in AssignmentRole.values:
            found.append([int(unit), role, objected == "1"])
    return sorted(found)


def _short(unit: Unit) -> str:
    return unit.short_name or unit.name
