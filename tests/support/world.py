"""A small county for tests: a session, deputies, units and one person for each role.

The acts themselves go through the door, so that a test stands on what the product really does.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from luoshi.accounts.actor import SYSTEM_ACTOR, Actor, Channel, Role
from luoshi.lifecycle.states import SuggestionState
from luoshi.suggestions.models import Assignment, Delegation, Deputy, Reply, Session, Suggestion, Term, Unit
from luoshi.suggestions.services.door import Outcome, transition_perform
from luoshi.suggestions.services.drafts import suggestion_draft


@dataclass
class World:
    """Everything that a case needs. Actors carry ids that belong to this county."""

    session: Session
    delegation: Delegation
    deputy: Deputy
    other_deputy: Deputy
    roads: Unit
    water: Unit
    schools: Unit
    writer: Actor
    other_writer: Actor
    congress: Actor
    government: Actor
    roads_head: Actor
    water_head: Actor
    schools_head: Actor
    system: Actor
    importer: Actor

    def act(self, subject: Any, transition: str, actor: Actor, key: str = "", **data: Any) -> Outcome:
        """Perform ``transition`` through the door."""
        return transition_perform(
            subject=subject, transition=transition, actor=actor, data=data, idempotency_key=key
        )

    def draft(self, **data: Any) -> Suggestion:
        """A draft of the writer."""
        given = {"session": "17-4", "title": "关于修建村口涵洞的建议", "content": "一、修建涵洞。", **data}
        return suggestion_draft(data=given, actor=self.writer)

    def submitted(self, **data: Any) -> Suggestion:
        """A submitted suggestion."""
        suggestion = self.draft(**data)
        self.act(suggestion, "submit", self.writer, one_matter=True, exclusions_acknowledged=True)
        return fresh(suggestion)

    def registered(self, **data: Any) -> Suggestion:
        """A registered suggestion."""
        suggestion = self.submitted(**data)
        self.act(suggestion, "register", self.congress)
        return fresh(suggestion)

    def handed_over(
        self, units: list[dict[str, Any]] | None = None, on: date | None = None, **data: Any
    ) -> Suggestion:
        """A handed-over suggestion; the roads office leads where nothing else is said."""
        suggestion = self.registered(**data)
        parts = units or [{"unit": self.roads.pk, "role": "lead"}]
        self.act(suggestion, "hand_over", self.congress, units=parts, handed_over_on=on)
        return fresh(suggestion)

    def lead(self, suggestion: Suggestion) -> Assignment:
        """The first live lead of the suggestion's present round."""
        return (
            Assignment.objects.filter(suggestion=suggestion, round=fresh(suggestion).round)
            .exclude(role="co")
            .exclude(state__in=["reassigned", "ended"])
            .order_by("pk")[0]
        )

    def in_handling(self, **data: Any) -> Suggestion:
        """A suggestion whose lead has accepted, met the deputy and begun."""
        suggestion = self.handed_over(**data)
        self.begin(self.lead(suggestion), self.head_of(self.lead(suggestion)))
        return fresh(suggestion)

    def head_of(self, assignment: Assignment) -> Actor:
        """The head of the assignment's unit."""
        heads = {
            self.roads.pk: self.roads_head,
            self.water.pk: self.water_head,
            self.schools.pk: self.schools_head,
        }
        return heads[assignment.unit_id]

    def begin(self, assignment: Assignment, head: Actor) -> None:
        """Accept, meet the deputy, start."""
        self.act(assignment, "accept", head)
        self.act(assignment, "record_contact", head, **contact(assignment))
        self.act(assignment, "start", head)

    def reply_issue(self, assignment: Assignment, class_code: str = "A", kind: str = "draft_reply") -> Reply:
        """Draft, sign, review, pass and issue a reply."""
        head = self.head_of(assignment)
        reply = Reply.objects.get(pk=self.act(assignment, kind, head).created["reply"])
        self.act(reply, "edit", head, body="您提出的建议收悉，现答复如下。", class_code=class_code)
        self.act(reply, "sign", head)
        self.act(reply, "submit_review", head)
        self.act(reply, "approve", self.government)
        self.act(reply, "issue", head, document_number="×函〔2026〕1号")
        return fresh(reply)

    def replied(self, class_code: str = "A", **data: Any) -> Suggestion:
        """A replied suggestion."""
        suggestion = self.in_handling(**data)
        self.reply_issue(self.lead(suggestion), class_code)
        return fresh(suggestion)

    def evaluated(self, grade: str = "satisfied", class_code: str = "A", **data: Any) -> Suggestion:
        """An evaluated suggestion; a reason is given with every grade."""
        suggestion = self.replied(class_code, **data)
        self.evaluate(suggestion, grade)
        return fresh(suggestion)

    def evaluate(self, suggestion: Suggestion, grade: str, actor: Actor | None = None) -> Outcome:
        """Grade both default axes alike."""
        grades = [{"axis": axis, "grade": grade, "reason": "说明"} for axis in ("process", "result")]
        basis = {} if actor in (None, self.writer) else {"basis": "征询意见表第1号"}
        return self.act(suggestion, "evaluate", actor or self.writer, grades=grades, **basis)

    def tracking(self, **data: Any) -> Suggestion:
        """A suggestion of class B that is being tracked."""
        suggestion = self.evaluated(class_code="B", **data)
        self.act(suggestion, "track", self.congress)
        assert fresh(suggestion).state == SuggestionState.TRACKING
        return fresh(suggestion)


def contact(assignment: Assignment, phase: str = "before", **data: Any) -> dict[str, Any]:
    """Input of a contact on the day of the hand-over."""
    return {
        "phase": phase,
        "mode": "visit",
        "held_on": assignment.handed_over_on,
        "persons": "承办人与领衔代表",
        "summary": "了解具体诉求",
        **data,
    }


def fresh(instance: Any) -> Any:
    """The row as it is now in the database."""
    return type(instance)._default_manager.get(pk=instance.pk)


@dataclass(frozen=True)
class New:
    """Somebody to be made: an account with its roles, a deputy of ``delegation``, a member of ``unit``."""

    name: str
    roles: tuple[Role, ...]
    unit: Unit | None = None
    position: str = "head"
    delegation: Delegation | None = None


def people_make(prefix: str, news: list[New]) -> list[Actor]:
    """Make everybody with one statement for each table; most tests begin with it."""
    from luoshi.accounts.models import RoleGrant, User
    from luoshi.suggestions.models import UnitMember

    first = User.objects.count() + 1
    users = User.objects.bulk_create(
        User(username=f"{prefix}{number}", full_name=new.name) for number, new in enumerate(news, first)
    )
    made = list(zip(users, news, strict=True))
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, role=role.value) for user, new in made for role in new.roles
    )
    deputies = Deputy.objects.bulk_create(
        Deputy(delegation=new.delegation, name=new.name, user=user)
        for user, new in made
        if Role.DEPUTY in new.roles and new.delegation is not None
    )
    UnitMember.objects.bulk_create(
        UnitMember(unit=new.unit, user=user, position=new.position)
        for user, new in made
        if new.unit is not None
    )
    deputy_ids = {deputy.user_id: deputy.pk for deputy in deputies}
    return [
        Actor(
            user_id=user.pk,
            name=new.name,
            roles=frozenset(new.roles),
            unit_ids=frozenset([new.unit.pk] if new.unit else []),
            headed_unit_ids=frozenset([new.unit.pk] if new.unit and new.position == "head" else []),
            deputy_id=deputy_ids.get(user.pk),
        )
        for user, new in made
    ]


def world_make() -> World:
    """Make the people and units. Needs a bound county and a transaction that is rolled back or dropped."""
    term = Term.objects.create(number=17)
    session = Session.objects.create(term=term, number=4, code="17-4", year=2026)
    delegation = Delegation.objects.create(term=term, name="云集镇代表团")
    roads, water, schools = Unit.objects.bulk_create(
        Unit(name=name, principal="主管甲", in_charge="分管乙", handler="经办丙")
        for name in ("县交通运输局", "县水利局", "县教育局")
    )
    writer, other_writer, congress, government, roads_head, water_head, schools_head = people_make(
        "u",
        [
            New("田禾苗", (Role.DEPUTY,), delegation=delegation),
            New("石小川", (Role.DEPUTY,), delegation=delegation),
            New("联工委", (Role.CONGRESS_OFFICE,)),
            New("政府办", (Role.GOVERNMENT_OFFICE,)),
            New("交通局长", (Role.UNIT_HEAD,), unit=roads),
            New("水利局长", (Role.UNIT_HEAD,), unit=water),
            New("教育局长", (Role.UNIT_HEAD,), unit=schools),
        ],
    )
    deputies = Deputy.objects.in_bulk([writer.deputy_id, other_writer.deputy_id])
    return World(
        session=session,
        delegation=delegation,
        deputy=deputies[writer.deputy_id],
        other_deputy=deputies[other_writer.deputy_id],
        roads=roads,
        water=water,
        schools=schools,
        writer=writer,
        other_writer=other_writer,
        congress=congress,
        government=government,
        roads_head=roads_head,
        water_head=water_head,
        schools_head=schools_head,
        system=SYSTEM_ACTOR,
        importer=replace(SYSTEM_ACTOR, channel=Channel.IMPORT),
    )
