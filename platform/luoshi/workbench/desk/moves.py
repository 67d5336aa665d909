"""Moving a card: another unit in the place of one, one more, or one less. The door writes the proposal."""

from dataclasses import dataclass, replace

from django.db import transaction

from luoshi.accounts.actor import Actor
from luoshi.errors import Invalid, NotFound, Problem, Refusal, WrongState
from luoshi.lifecycle.states import AssignmentRole
from luoshi.suggestions.models import Suggestion
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.suggestions.services.door import transition_perform
from luoshi.workbench.desk.batches import last_act, proposals_seen
from luoshi.workbench.desk.board import ON_THE_BOARD, seen_read, seen_words
from luoshi.workbench.desk.common import in_charge

MOVE, ADD, DROP = "move", "add", "drop"


@dataclass(frozen=True, slots=True)
class Move:
    """What is to be done with one card. ``unit``: the one whose card it is, 0 for none; ``seen``: its
    proposals as the person saw them; ``to`` and ``role``: the other unit's, of no meaning for ``drop``."""

    suggestion_id: int
    unit: int
    seen: str
    how: str
    to: int = 0
    role: str = AssignmentRole.LEAD


@dataclass(frozen=True, slots=True)
class NotMoved:
    """A card that stays where it is, and why."""

    name: str
    reason: str
    suggestion_id: int
    tick: str


def cards_move(*, moves: list[Move], actor: Actor) -> list[NotMoved]:
    """Do each move by itself; returns those that could not be done."""
    failures = []
    after: dict[tuple[int, str], str] = {}
    for move in moves:
        # Two cards of one suggestion: the second sees what the first has left.
        place = (move.suggestion_id, move.seen)
        try:
            after[place] = card_move(move=replace(move, seen=after.get(place, move.seen)), actor=actor)
        except Refusal as refusal:
            row = suggestions_visible(actor).filter(pk=move.suggestion_id).first()
            tick = f"{move.suggestion_id}:{move.unit}"
            failures.append(NotMoved(str(row or "这件建议"), refusal.message, move.suggestion_id, tick))
    return failures


@transaction.atomic
def card_move(*, move: Move, actor: Actor) -> str:
    """Change the proposal of one suggestion as ``move`` says; returns the proposals as they are seen then.

    :raises NotFound: there is none that this person's office gives to units.
    :raises WrongState: its proposals are not those that were seen; the message says who changed them.
    :raises Invalid: for a move that cannot be, such as the last unit taken away.
    """
    visible = suggestions_visible(actor).filter(in_charge(actor), pk=move.suggestion_id)
    row = Suggestion.objects.select_for_update(of=("self",)).filter(pk__in=visible.values("pk")).first()
    if row is None:
        raise NotFound("没有这件建议，或不由您分办")
    now = proposals_seen(row.proposals.all())
    if row.state in ON_THE_BOARD and now != seen_read(move.seen):
        raise WrongState(f"分办方案已有变动，请看过现在的方案再改；{last_act(row.pk)}")
    roles = {unit: role for unit, role, _ in now}
    if move.how in (MOVE, DROP):
        if move.unit and move.unit not in roles:
            raise Invalid([Problem("card", "该单位已不在拟承办单位之列，请刷新后再试")])
        roles.pop(move.unit, None)
    if move.how in (MOVE, ADD):
        if not move.to:
            raise Invalid([Problem("to", "请选择单位")])
        if move.to in roles:
            raise Invalid([Problem("to", "该单位已在本件的拟承办单位之列；要改角色的，请勾选它名下的那一张")])
        roles[move.to] = move.role
    if not roles:
        raise Invalid([Problem("card", "至少要留一个拟承办单位；换单位请用“分给”")])
    transition_perform(
        subject=row,
        transition="pre_assign",
        actor=actor,
        data={"units": [{"unit": unit, "role": role} for unit, role in roles.items()]},
    )
    return seen_words(row.proposals.all())
