"""What an act works on while the suggestion's row is locked: subject, person, settings, day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from luoshi.accounts.actor import Actor, Role
from luoshi.calendar.arithmetic import deadline
from luoshi.calendar.selectors import day_table
from luoshi.calendar.types import DayTable, Deadline, Window
from luoshi.errors import Invalid, Problem
from luoshi.lifecycle.states import RecipientSystem, Subject
from luoshi.lifecycle.transition import Transition
from luoshi.suggestions.county_settings import CountySettings
from luoshi.suggestions.models import Assignment, Deputy, Publication, Reply, Suggestion, Unit
from luoshi.suggestions.services.batch import Batch

Moving = Suggestion | Assignment | Reply | Publication


@dataclass(frozen=True, slots=True)
class Consequence:
    """A state that changed because of the act: recorded in the same event, never without one."""

    subject: str
    subject_id: int
    source: str
    target: str


@dataclass
class ActContext:
    """The door makes one for each act. Effects change the objects held here; the door saves the subject.

    ``payload``: what the event says beside the input; ``created``: ids of new records, for the caller.
    """

    transition: Transition
    subject: Moving
    suggestion: Suggestion
    actor: Actor
    settings: CountySettings
    now: datetime
    today: date
    assignment: Assignment | None = None
    reply: Reply | None = None
    publication: Publication | None = None
    payload: dict[str, Any] = field(default_factory=dict)
    created: dict[str, int] = field(default_factory=dict)
    consequences: list[Consequence] = field(default_factory=list)
    batch: Batch | None = None

    @cached_property
    def days(self) -> DayTable:
        """The county's days around the present act; one query, only where a deadline is computed."""
        first = min(self.today.year, (self.suggestion.handed_over_on or self.today).year)
        return self._day_table(first, self.today.year + 3)

    def _day_table(self, first_year: int, last_year: int) -> DayTable:
        load = day_table if self.batch is None else self.batch.day_table
        return load(first_year, last_year)

    def deadline(self, start_on: date, window: Window) -> Deadline:
        """Last day of ``window`` from ``start_on`` by this county's calendar."""
        table = self.days
        if not table.first_year <= start_on.year <= table.last_year - 2:
            table = self._day_table(start_on.year, start_on.year + 3)
        return deadline(start_on, window, table, self.settings.roll_over_holidays)

    def own_assignment(self) -> Assignment:
        """The assignment that the act concerns; every act on an assignment or a reply has one."""
        if self.assignment is None:
            raise TypeError(f"{self.transition.permission} concerns no assignment")
        return self.assignment

    def own_reply(self) -> Reply:
        """The reply that the act concerns."""
        if self.reply is None:
            raise TypeError(f"{self.transition.permission} concerns no reply")
        return self.reply

    def own_publication(self) -> Publication:
        """The publication that the act concerns."""
        if self.publication is None:
            raise TypeError(f"{self.transition.permission} concerns no publication")
        return self.publication

    def moves(self, subject: Moving, target: str) -> None:
        """Change the state of another subject because of this act, and put it into the event."""
        if subject.state == target:
            return
        self.consequences.append(Consequence(subject_kind(subject), subject.pk, subject.state, target))
        subject.state = target
        subject.save()

    @property
    def speaks_for_himself(self) -> bool:
        """True where the lead deputy acts in person; anybody else enters what he said, and is labelled so."""
        return self.actor.has(Role.DEPUTY) and self.suggestion.lead_deputy_id in self.actor.deputy_ids

    def basis_needed(self, basis: str) -> None:
        """Refuse an entry on the deputy's behalf that names no paper it rests on.

        :raises Invalid: saying what to enter.
        """
        if not self.speaks_for_himself and not basis:
            raise Invalid([Problem("basis", "代录须写明依据，如征询意见表的编号和日期")])

    def unit(self, unit_id: int, field_name: str = "unit") -> Unit:
        """The unit with this id in this county.

        :raises Invalid: where there is none; another county's units do not exist here.
        """
        return self.units([unit_id], field_name)[0]

    def units(self, unit_ids: Sequence[int], field_name: str = "units") -> list[Unit]:
        """The units with these ids, in this order.

        :raises Invalid: naming each id that does not exist in this county.
        """
        found = Unit.objects.in_bulk(list(set(unit_ids))) if self.batch is None else self.batch.units
        missing = [unit_id for unit_id in unit_ids if unit_id not in found]
        if missing:
            ids = "、".join(str(unit_id) for unit_id in missing)
            raise Invalid([Problem(field_name, f"本县没有编号为 {ids} 的承办单位，请重新选择")])
        return [found[unit_id] for unit_id in unit_ids]

    def deputies(self, deputy_ids: Sequence[int], field_name: str = "deputies") -> list[Deputy]:
        """The deputies with these ids, in this order.

        :raises Invalid: naming each id that does not exist in this county.
        """
        found = Deputy.objects.in_bulk(list(set(deputy_ids))) if self.batch is None else self.batch.deputies
        missing = [deputy_id for deputy_id in deputy_ids if deputy_id not in found]
        if missing:
            ids = "、".join(str(deputy_id) for deputy_id in missing)
            raise Invalid([Problem(field_name, f"本县没有编号为 {ids} 的代表，请重新选择")])
        return [found[deputy_id] for deputy_id in deputy_ids]

    @property
    def is_government_item(self) -> bool:
        """True where the government's office reviews and decides; elsewhere the congress's office does."""
        return self.suggestion.recipient_system == RecipientSystem.GOVERNMENT


def subject_kind(subject: Moving) -> Subject:
    """Which of the four subjects an object is."""
    if isinstance(subject, Suggestion):
        return Subject.SUGGESTION
    if isinstance(subject, Assignment):
        return Subject.ASSIGNMENT
    return Subject.REPLY if isinstance(subject, Reply) else Subject.PUBLICATION
