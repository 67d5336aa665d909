"""The life of one suggestion as a plain model: no database, no table of the product, only the rules.

Written from domain.md C1 and C2 for the state machine to compare the product with. ``expect`` says what an
act meets, ``perform`` changes the model as the act would.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

GONE = ("reassigned", "ended")
LIVE = ("pending", "accepted", "return_requested", "handling")
UNITS = ("roads", "water", "schools")
PEOPLE = ("writer", "stranger", "congress", "government", "roads", "water", "schools", "system")
# Ways to hand over: unit and role.
HAND_OVERS = (
    (("roads", "lead"),),
    (("roads", "lead"), ("water", "co")),
    (("roads", "separate"), ("water", "separate")),
    (("water", "lead"), ("schools", "co")),
)
WORST = {"A": 0, "B": 1}


@dataclass(eq=False)
class Part:
    """One unit's part in one round. ``key``: id of the row in the database."""

    key: int
    unit: str
    role: str
    round: int
    state: str = "pending"
    contacted: bool = False

    @property
    def leads(self) -> bool:
        return self.role != "co"


@dataclass(eq=False)
class Letter:
    """One reply. ``letter``: class that was chosen, empty before."""

    key: int
    part: Part
    round: int
    kind: str
    state: str = "drafted"
    letter: str = ""


@dataclass(frozen=True)
class Move:
    """Who does which act, on which part or letter, how."""

    act: str
    who: str
    part: Part | None = None
    letter: Letter | None = None
    how: object = None


# Who may, besides the units: they are found by the part.
PERSONS = {
    "submit": ("writer", "congress"),
    "send_back": ("congress",),
    "register": ("congress",),
    "pre_assign": ("congress", "government"),
    "hand_over": ("congress", "government"),
    "withdraw": ("writer", "congress"),
    "evaluate": ("writer", "congress"),
    "evaluate_own": ("writer",),
    "lapse_evaluation": ("system",),
    "close": ("congress", "system"),
    "track": ("congress", "system"),
    "rehandle": ("congress",),
    "end_tracking": ("congress", "system"),
    "reject_return": ("government",),
    "approve_return": ("government",),
    "reassign": ("government",),
    "review_back": ("government",),
    "approve": ("government",),
}
STAGES = {
    "submit": ("draft",),
    "send_back": ("submitted",),
    "register": ("submitted",),
    "pre_assign": ("registered", "pre_assigned"),
    "hand_over": ("registered", "pre_assigned"),
    "withdraw": ("submitted", "registered", "pre_assigned", "assigned", "in_handling"),
    "evaluate": ("replied", "evaluation_lapsed"),
    "evaluate_own": ("evaluated", "tracking", "closed"),
    "lapse_evaluation": ("replied",),
    "close": ("evaluated", "evaluation_lapsed"),
    "track": ("evaluated", "evaluation_lapsed", "closed"),
    "rehandle": ("evaluated", "evaluation_lapsed", "tracking", "closed"),
    "end_tracking": ("tracking",),
}
PART_STATES = {
    "accept": ("pending",),
    "request_return": ("accepted",),
    "reject_return": ("return_requested",),
    "approve_return": ("return_requested",),
    "reassign": ("pending", "accepted", "handling"),
    "record_contact": ("accepted", "handling", "done"),
    "start": ("accepted",),
    "submit_opinion": ("accepted", "handling"),
    "send_back_opinion": ("done",),
    "draft_reply": ("handling",),
    "draft_supplement": ("done",),
}
LETTER_STATES = {
    "edit": ("drafted", "sent_back"),
    "sign": ("drafted", "sent_back"),
    "submit_review": ("unit_signed",),
    "review_back": ("under_review",),
    "approve": ("under_review",),
    "issue": ("approved",),
}
AFTER = {
    "submit": "submitted",
    "send_back": "draft",
    "register": "registered",
    "pre_assign": "pre_assigned",
    "withdraw": "withdrawn",
    "evaluate": "evaluated",
    "lapse_evaluation": "evaluation_lapsed",
    "close": "closed",
    "track": "tracking",
    "end_tracking": "closed",
    "accept": "accepted",
    "request_return": "return_requested",
    "reject_return": "accepted",
    "start": "handling",
    "submit_opinion": "done",
    "send_back_opinion": "handling",
    "sign": "unit_signed",
    "submit_review": "under_review",
    "review_back": "sent_back",
    "approve": "approved",
    "issue": "issued",
}


@dataclass
class Case:
    """One suggestion. ``acts``: how many acts have been done, the draft included.

    ``grade``: the last one that was given, whatever round. ``heard``: who gave this round's, ``own`` or
    ``proxy``. ``decision_owed``: the congress has not yet decided on a grade that asks for another round.
    """

    stage: str = "draft"
    round: int = 1
    parts: list[Part] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    proposed: tuple[str, ...] = ()
    handed_over: bool = False
    overdue: bool = False
    grade: str = ""
    heard: str = ""
    decision_owed: bool = False
    result: str = ""
    acts: int = 1

    # -- what an act meets --------------------------------------------------------------------------------

    def expect(self, move: Move) -> str:
        """``ok`` or the name of the refusal."""
        if not self._sees(move.who):
            return "NotFound"
        if not self._may(move):
            return "NotAllowed"
        if not self._exists(move):
            return "WrongState"
        if not self._open(move):
            return "GateShut"
        return "Invalid" if self._senseless(move) else "ok"

    def _sees(self, who: str) -> bool:
        if who in ("congress", "system", "writer"):
            return True
        if who == "government":
            return self.stage != "draft"
        if who in UNITS:
            proposed = self.stage == "pre_assigned" and who in self.proposed
            return proposed or any(part.unit == who for part in self.parts)
        return False

    def _may(self, move: Move) -> bool:
        if move.act in PERSONS:
            return move.who in PERSONS[move.act]
        part = move.letter.part if move.letter else move.part
        if move.act == "send_back_opinion":
            return any(row.unit == move.who and row.leads for row in self.active())
        return part is not None and move.who == part.unit

    def _exists(self, move: Move) -> bool:
        if move.letter:
            return move.letter.state in LETTER_STATES[move.act]
        if move.part:
            return move.part.state in PART_STATES[move.act]
        return self.stage in STAGES[move.act]

    def _open(self, move: Move) -> bool:
        part, letter, act = move.part, move.letter, move.act
        if part:
            first = not part.leads or part.contacted
            return {
                "start": first,
                "submit_opinion": not part.leads,
                "send_back_opinion": not part.leads
                and part.round == self.round
                and self.stage in ("assigned", "in_handling"),
                "draft_reply": part.leads and not self._open_letter(part),
                "draft_supplement": part.leads
                and self.stage == "tracking"
                and part.round == self.round
                and not self._open_letter(part),
            }.get(act, True)
        if letter:
            late = [row for row in self.active() if not row.leads and row.state != "done"]
            return act != "sign" or (letter.letter != "" and not late)
        triggered = self.grade == "dissatisfied"
        return {
            "withdraw": not self.handed_over,
            "lapse_evaluation": self.overdue,
            "close": self.result == "A" and not triggered,
            "track": self.result == "B" and not triggered,
            "rehandle": triggered if move.how == "grade" else self.stage != "evaluated",
            "end_tracking": not triggered,
            "evaluate_own": self.heard != "own",
        }.get(act, True)

    def _senseless(self, move: Move) -> bool:
        part = move.part
        if move.act in ("approve_return", "reassign") and part:
            others = [row for row in self.active() if row is not part]
            if move.how is None:
                # The others answer for their own parts only.
                return part.leads and any(row.leads for row in others)
            return move.how == part.unit or move.how in {row.unit for row in others}
        if move.act == "rehandle":
            return [row.role for row in self.active() if row.leads] == ["separate"]
        return False

    def active(self) -> list[Part]:
        """Parts of the present round that somebody still has."""
        return [part for part in self.parts if part.round == self.round and part.state not in GONE]

    def _open_letter(self, part: Part) -> bool:
        return any(row.part is part and row.state not in ("issued", "ended") for row in self.letters)

    # -- what an act changes ------------------------------------------------------------------------------

    def perform(self, move: Move, made: list[int]) -> None:
        """Do it. ``made``: ids of the parts or the letter that the product made."""
        self.acts += 1
        act, part, letter = move.act, move.part, move.letter
        if letter:
            self._write(letter, act, move.how)
        elif part:
            self._handle(part, act, move.how, made)
        elif act == "hand_over":
            self._hand_over(move.how, made)
        elif act == "rehandle":
            self._rehandle(made)
        else:
            self.stage = AFTER.get(act, self.stage)
            if act in ("evaluate", "evaluate_own"):
                self.grade = str(move.how)
                self.heard = "own" if move.who == "writer" else "proxy"
                self.decision_owed = self.grade == "dissatisfied"
            if act == "pre_assign":
                self.proposed = tuple(unit for unit, _ in HAND_OVERS[int(str(move.how))])
            if act in ("close", "track"):
                self._end_parts()
                self.decision_owed = False
            if act in ("close", "track", "end_tracking"):
                self._end_letters()

    def _write(self, letter: Letter, act: str, how: object) -> None:
        if act == "edit":
            letter.letter = str(how)
            return
        letter.state = AFTER[act]
        if act != "issue":
            return
        latest: dict[int, str] = {}
        if letter.kind == "reply":
            letter.part.state = "done"
        for row in self.letters:
            if row.round == self.round and row.state == "issued" and row.part.state not in GONE:
                latest[row.part.key] = row.letter
        self.result = max(latest.values(), key=WORST.__getitem__)
        self._follow()

    def _handle(self, part: Part, act: str, how: object, made: list[int]) -> None:
        if act == "record_contact":
            part.contacted = True
        elif act in ("draft_reply", "draft_supplement"):
            kind = "reply" if act == "draft_reply" else "supplement"
            self.letters.append(Letter(made[0], part, self.round, kind))
        elif act in ("approve_return", "reassign"):
            part.state = "reassigned"
            for row in self.letters:
                if row.part is part and row.state != "issued":
                    row.state = "ended"
            if how:
                self.parts.append(Part(made[0], str(how), part.role, self.round))
            self._follow()
        else:
            part.state = AFTER[act]
            self._follow()

    def _hand_over(self, how: object, made: list[int]) -> None:
        wanted = dict(HAND_OVERS[int(str(how))])
        kept = []
        for part in self.active():
            if wanted.get(part.unit) == part.role:
                kept.append(part.unit)
            else:
                part.state = "reassigned"
        fresh = [unit for unit in wanted if unit not in kept]
        self.parts += [
            Part(key, unit, wanted[unit], self.round) for key, unit in zip(made, fresh, strict=True)
        ]
        self.handed_over = True
        self.stage = "assigned"

    def _rehandle(self, made: list[int]) -> None:
        again = [(part.unit, part.role) for part in self.active()]
        self._end_parts()
        self._end_letters()
        self.round += 1
        self.parts += [
            Part(key, unit, role, self.round) for key, (unit, role) in zip(made, again, strict=True)
        ]
        self.heard, self.result, self.overdue, self.decision_owed = "", "", False, False
        self.stage = "assigned"

    def _end_parts(self) -> None:
        for part in self.parts:
            if part.state in LIVE:
                part.state = "ended"

    def _end_letters(self) -> None:
        for letter in self.letters:
            if letter.state != "issued":
                letter.state = "ended"

    def _follow(self) -> None:
        if self.stage not in ("assigned", "in_handling"):
            return
        leads = [part.state for part in self.active() if part.leads]
        if not leads:
            self.stage = "pre_assigned"
        elif set(leads) == {"done"}:
            self.stage = "replied"
        elif {"handling", "done"} & set(leads):
            self.stage = "in_handling"
        else:
            self.stage = "assigned"

    # -- all that could be tried --------------------------------------------------------------------------

    def moves(self) -> Iterator[Move]:
        """Every act by everybody, on every part and letter there is."""
        for who in PEOPLE:
            for act in STAGES:
                for how in _hows(act):
                    yield Move(act, who, how=how)
            for part in self.parts:
                for act in PART_STATES:
                    for how in _hows(act):
                        yield Move(act, who, part=part, how=how)
            for letter in self.letters:
                for act in LETTER_STATES:
                    for how in _hows(act):
                        yield Move(act, who, letter=letter, how=how)


def _hows(act: str) -> tuple[object, ...]:
    return {
        "pre_assign": tuple(range(len(HAND_OVERS))),
        "hand_over": tuple(range(len(HAND_OVERS))),
        "evaluate": ("satisfied", "dissatisfied"),
        "evaluate_own": ("satisfied", "dissatisfied"),
        "rehandle": ("grade", "decision"),
        "edit": ("A", "B"),
        "reassign": UNITS,
        "approve_return": (None, *UNITS),
    }.get(act, (None,))
