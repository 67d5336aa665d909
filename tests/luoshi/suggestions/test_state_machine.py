"""The door against a plain model: legal and illegal acts by the right and the wrong people, in any order."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from plain_model import HAND_OVERS, LIVE, Case, Move
from ready import grades, today
from world import World, contact, fresh

from luoshi.audit.models import Event
from luoshi.audit.verification import audit_verify
from luoshi.errors import Refusal
from luoshi.suggestions.models import Assignment, Clock, Reply
from luoshi.suggestions.services.door import Outcome, transition_perform
from luoshi.suggestions.services.log import stream_key

CALM = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# Acts that lead nowhere or end the walk: tried, but not most of the time.
STANDING_STILL = frozenset({"record_contact", "edit", "pre_assign", "send_back", "withdraw"})
WITH_A_REASON = frozenset(
    {
        "send_back",
        "request_return",
        "reject_return",
        "send_back_opinion",
        "review_back",
    }
)


class Life(RuleBasedStateMachine):
    """One suggestion, walked at random; everything is rolled back when the walk is over."""

    world: World
    met: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.suggestion = self.world.draft()
        self.case = Case()

    def teardown(self) -> None:
        assert audit_verify().findings == ()
        transaction.savepoint_rollback(self.savepoint)

    # -- acts ---------------------------------------------------------------------------------------------

    @initialize(
        leg=st.sampled_from([7, 6, 5, 4, 3, 1, 0]),
        how=st.integers(0, len(HAND_OVERS) - 1),
        letter=st.sampled_from(["A", "B"]),
        grade=st.sampled_from(["satisfied", "dissatisfied", ""]),
    )
    def begins(self, leg: int, how: int, letter: str, grade: str) -> None:
        """Some legs of the straight way, so that not every walk has to find it by chance."""
        self.tries(Move("submit", "writer"))
        self.tries(Move("register", "congress"))
        if leg == 0:
            self.tries(Move("pre_assign", "government", how=how))
            self.tries(Move("withdraw", "congress"))
        if leg >= 2:
            self.tries(Move("hand_over", "congress", how=how))
        for part in self.case.active() if leg >= 3 else ():
            self.tries(Move("accept", part.unit, part))
            self.tries(Move("record_contact", part.unit, part))
        for part in self.case.active() if leg >= 4 else ():
            self.tries(Move("start" if part.leads else "submit_opinion", part.unit, part))
        for part in [row for row in self.case.active() if row.leads] if leg >= 5 else ():
            self.tries(Move("draft_reply", part.unit, part))
            reply = self.case.letters[-1]
            self.tries(Move("edit", part.unit, letter=reply, how=letter))
            for act, who in (
                ("sign", part.unit),
                ("submit_review", part.unit),
                ("approve", "government"),
                ("issue", part.unit),
            ):
                self.tries(Move(act, who, letter=reply))
        if leg >= 6 and grade:
            self.tries(Move("evaluate", "writer", how=grade))
        elif leg >= 6:
            self.time_passes()
            self.tries(Move("lapse_evaluation", "system"))
        if leg >= 7:
            after = "rehandle" if grade == "dissatisfied" else "close" if letter == "A" else "track"
            self.tries(Move(after, "congress", how="grade" if after == "rehandle" else None))

    @rule(data=st.data())
    def goes_on(self, data: st.DataObject) -> None:
        """An act that the model calls legal; one that leads on where there is one."""
        legal = [move for move in self.case.moves() if self.case.expect(move) == "ok"]
        moving = [move for move in legal if move.act not in STANDING_STILL]
        names = sorted({move.act for move in (moving or legal)})
        if not names:
            return
        act = data.draw(st.sampled_from(names), label="act")
        self.tries(data.draw(st.sampled_from([move for move in legal if move.act == act]), label="move"))

    @rule(data=st.data())
    def stands_still(self, data: st.DataObject) -> None:
        """A legal act that leads nowhere."""
        legal = [
            move
            for move in self.case.moves()
            if move.act in STANDING_STILL and self.case.expect(move) == "ok"
        ]
        if legal:
            self.tries(data.draw(st.sampled_from(legal), label="move"))

    @rule(data=st.data())
    def goes_wrong(self, data: st.DataObject) -> None:
        """An act that the model refuses, each kind of refusal as likely as the others."""
        illegal: dict[str, list[Move]] = {}
        for move in self.case.moves():
            met = self.case.expect(move)
            if met != "ok":
                illegal.setdefault(met, []).append(move)
        kind = data.draw(st.sampled_from(sorted(illegal)), label="refusal")
        self.tries(data.draw(st.sampled_from(illegal[kind]), label="move"))

    @rule()
    def the_window_closes(self) -> None:
        """The deputy's time is over."""
        self.time_passes()

    def time_passes(self) -> None:
        """Put the due date of the evaluation into the past."""
        if self.case.stage == "replied":
            Clock.objects.filter(suggestion=self.suggestion, kind="evaluation", state="running").update(
                due_on=today().replace(year=today().year - 1)
            )
            self.case.overdue = True

    def tries(self, move: Move) -> None:
        """Do it at the door and in the model, and compare."""
        expected = self.case.expect(move)
        outcome: Outcome | None
        try:
            outcome = self.act(move)
        except Refusal as refusal:
            met, outcome = type(refusal).__name__, None
        else:
            met = "ok"
        assert (met, move) == (expected, move)
        self.met.add(met)
        if outcome is not None:
            self.case.perform(move, self.made(outcome))

    def act(self, move: Move) -> Outcome:
        """The model's move as a call of the door."""
        world, data = self.world, self.data_of(move)
        people = {
            "writer": world.writer,
            "stranger": world.other_writer,
            "congress": world.congress,
            "government": world.government,
            "roads": world.roads_head,
            "water": world.water_head,
            "schools": world.schools_head,
            "system": world.system,
        }
        subject: Any = self.suggestion
        if move.part:
            subject = Assignment.objects.get(pk=move.part.key)
        if move.letter:
            subject = Reply.objects.get(pk=move.letter.key)
        name = "send_back" if move.act == "review_back" else move.act
        return transition_perform(subject=subject, transition=name, actor=people[move.who], data=data)

    def data_of(self, move: Move) -> dict[str, Any]:
        """Input that is in order."""
        how = move.how
        if move.act in ("pre_assign", "hand_over"):
            return {"units": [self.unit(*pair) for pair in HAND_OVERS[int(str(how))]]}
        if move.act in ("approve_return", "reassign"):
            role = move.part.role if move.part else ""
            return {"reason": "理由", "units": [self.unit(str(how), role)] if how else []}
        if move.act == "record_contact" and move.part:
            phase = "after" if move.part.state == "done" else "before"
            return contact(Assignment.objects.get(pk=move.part.key), phase=phase)
        if move.act in ("evaluate", "evaluate_own"):
            return {"grades": grades(str(how), "说明"), **self.basis_of(move)}
        return {
            "submit": {"one_matter": True, "exclusions_acknowledged": True},
            "withdraw": {"reason": "理由", **self.basis_of(move)},
            "rehandle": {"reason": "理由", "ground": how},
            "end_tracking": {"exit": "not_feasible", "explanation": "说明"},
            "submit_opinion": {"text": "同意"},
            "edit": {"body": "现答复如下。", "class_code": how},
        }.get(move.act, {"reason": "理由"} if move.act in WITH_A_REASON else {})

    def basis_of(self, move: Move) -> dict[str, Any]:
        """The paper that the office has before it when it does the deputy's act."""
        return {} if move.who == "writer" else {"basis": "书面第1号"}

    def unit(self, name: str, role: str) -> dict[str, Any]:
        """A part in the input."""
        return {"unit": getattr(self.world, name).pk, "role": role}

    def made(self, outcome: Outcome) -> list[int]:
        """Ids of the parts or the letter that the act made."""
        if "reply" in outcome.created:
            return [outcome.created["reply"]]
        event = Event.objects.get(stream__key=stream_key(self.suggestion.pk), seq=outcome.sequence)
        return list((event.payload or {}).get("assignments", []))

    # -- what holds after every act -----------------------------------------------------------------------

    @invariant()
    def the_product_stands_where_the_model_stands(self) -> None:
        row = fresh(self.suggestion)
        assert (row.state, row.round) == (self.case.stage, self.case.round)
        assert {"": "", "resolved": "A", "in_progress": "B"}[row.result_class] == self.case.result
        parts = Assignment.objects.filter(suggestion=row).values_list("pk", "role", "round", "state")
        assert sorted(parts) == sorted(
            (part.key, part.role, part.round, part.state) for part in self.case.parts
        )
        letters = Reply.objects.filter(suggestion=row).values_list("pk", "kind", "round", "state")
        assert sorted(letters) == sorted(
            (letter.key, letter.kind, letter.round, letter.state) for letter in self.case.letters
        )

    @invariant()
    def the_log_tells_every_act_and_no_other(self) -> None:
        numbers = Event.objects.filter(stream__key=stream_key(self.suggestion.pk)).order_by("seq")
        assert list(numbers.values_list("seq", flat=True)) == list(range(1, self.case.acts + 1))

    @invariant()
    def every_clock_runs_for_what_is_owed_and_what_is_owed_has_a_clock(self) -> None:
        running = Clock.objects.filter(suggestion=self.suggestion, state="running")
        found = sorted(running.values_list("kind", "assignment_id"), key=repr)
        assert found == sorted(self.owed(), key=repr)

    def owed(self) -> list[tuple[str, int | None]]:
        """What the rules say is owed now: by kind, and by whose part."""
        owed: list[tuple[str, int | None]] = []
        for part in self.case.parts:
            if part.state in LIVE:
                owed.append(("lead_reply" if part.leads else "co_opinion", part.key))
            if part.state == "pending":
                owed.append(("acceptance", part.key))
            if part.state == "return_requested":
                owed.append(("return_decision", part.key))
        # Each letter that is with the deputy is to be published, whatever has followed.
        owed += [("publication", row.part.key) for row in self.case.letters if row.state == "issued"]
        if self.case.stage == "replied":
            owed.append(("evaluation", None))
        if self.case.decision_owed:
            owed.append(("rehandling_decision", None))
        return owed


AGAIN = Move("rehandle", "congress", how="grade")
DECIDED = Move("rehandle", "congress", how="decision")
DISSATISFIED = Move("evaluate_own", "writer", how="dissatisfied")


@pytest.mark.parametrize(
    ("leg", "how", "letter", "grade", "then", "ends"),
    [
        (0, 1, "A", "", (), "withdrawn"),
        (7, 0, "A", "satisfied", (DISSATISFIED, AGAIN), "closed"),
        (7, 1, "B", "satisfied", (AGAIN, DECIDED), "assigned"),
        (7, 2, "B", "", (DISSATISFIED, AGAIN), "assigned"),
        (7, 3, "A", "dissatisfied", (DISSATISFIED,), "assigned"),
        (6, 2, "A", "", (Move("evaluate", "congress", how="satisfied"), DISSATISFIED, AGAIN), "assigned"),
    ],
)
def test_the_straight_ways_agree(
    world: World, leg: int, how: int, letter: str, grade: str, then: tuple[Move, ...], ends: str
) -> None:
    life = type("OneLife", (Life,), {"world": world, "met": set()})()
    life.begins(leg=leg, how=how, letter=letter, grade=grade)
    for move in (None, *then):
        if move is not None:
            life.tries(move)
        life.the_product_stands_where_the_model_stands()
        life.the_log_tells_every_act_and_no_other()
        life.every_clock_runs_for_what_is_owed_and_what_is_owed_has_a_clock()
    assert life.case.stage == ends
    life.teardown()


def test_the_door_and_the_model_agree(world: World) -> None:
    met: set[str] = set()
    machine = type("OneLife", (Life,), {"world": world, "met": met})
    run_state_machine_as_test(machine, settings=CALM)
    # The walks went far enough to say something.
    assert met == {"ok", "NotFound", "NotAllowed", "WrongState", "GateShut", "Invalid"}
