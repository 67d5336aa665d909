"""From the names in a table to the county's units and deputies, each looked up in memory.

An unknown name is an error with the nearest known one as a hint, or, where the caller asked for it, is made
and listed. A name that could mean several is never guessed.
"""

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from luoshi.accounts.actor import Actor
from luoshi.documents.spreadsheets import PersonName
from luoshi.documents.spreadsheets.cells import delegation_name, person_shown
from luoshi.errors import Refusal
from luoshi.suggestions.models import Delegation, Deputy, Term, Unit, UnitSuccession
from luoshi.suggestions.services.register import delegation_ensure, deputy_create
from luoshi.suggestions.services.units import unit_create

Report = Callable[[str], None]
CREATE_HINT = "；确是新的，请先导入名册，或加 --create-missing 自动新建"

SO_NEAR_THAT_IT_MAY_BE_MEANT = 0.8


def nearest(name: str, known: Iterable[str], cutoff: float = 0.5) -> str:
    """The known name that looks most like ``name``; empty where none does."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=cutoff)
    return close[0] if close else ""


class UnitNames:
    """The county's units by name and short name. ``made`` lists those that were made on the way."""

    def __init__(self, *, actor: Actor, create_missing: bool) -> None:
        self._actor = actor
        self._create = create_missing
        self._by_name: dict[str, Unit] = {}
        self._by_short: defaultdict[str, list[Unit]] = defaultdict(list)
        self._successors: defaultdict[int, list[str]] = defaultdict(list)
        self.made: list[str] = []
        self.notes: list[str] = []
        for unit in Unit.objects.order_by("pk"):
            self._by_name[unit.name] = unit
            if unit.short_name:
                self._by_short[unit.short_name].append(unit)
        successions = UnitSuccession.objects.order_by("pk").values_list("predecessor_id", "successor__name")
        for predecessor_id, successor in successions:
            self._successors[predecessor_id].append(successor)

    def find(self, name: str, on: date | None, report: Report) -> Unit | None:
        """The unit called ``name`` on the day ``on`` (any day where ``None``); ``None`` after a report."""
        unit = self._by_name.get(name)
        if unit is None:
            short = self._by_short.get(name, [])
            living = [candidate for candidate in short if _valid(candidate, on)]
            if len(living) > 1:
                names = "、".join(candidate.name for candidate in living)
                report(f"简称“{name}”可能是：{names}，请写全称")
                return None
            unit = living[0] if living else (short[-1] if short else None)
        if unit is None:
            return self._unknown(name, report)
        if not _valid(unit, on):
            report(self._not_valid(unit, on))
            return None
        return unit

    def _unknown(self, name: str, report: Report) -> Unit | None:
        hint = nearest(name, [*self._by_name, *self._by_short])
        if not self._create:
            report(f"本县没有名为“{name}”的单位" + (f"，是不是“{hint}”" if hint else "") + CREATE_HINT)
            return None
        try:
            unit = unit_create(name=name, actor=self._actor)
        except Refusal as refusal:
            report(refusal.message)
            return None
        if hint := nearest(name, [*self._by_name, *self._by_short], SO_NEAR_THAT_IT_MAY_BE_MEANT):
            self.notes.append(f"新建的单位“{name}”与“{hint}”名称相近，请核对是否同一单位")
        self._by_name[name] = unit
        self.made.append(name)
        return unit

    def _not_valid(self, unit: Unit, on: date | None) -> str:
        if unit.valid_from is not None and on is not None and on < unit.valid_from:
            return f"“{unit.name}”自 {unit.valid_from} 启用，{on} 还没有这个单位，请改填当时的单位"
        names = "、".join(self._successors[unit.pk])
        return f"“{unit.name}”已于 {unit.valid_to} 停用" + (f"，后为“{names}”" if names else "") + "，请改填"


class DeputyNames:
    """The deputies of one term by name; namesakes are told apart by their delegation."""

    def __init__(self, term: Term, *, actor: Actor, create_missing: bool) -> None:
        self._term = term
        self._actor = actor
        self._create = create_missing
        self._delegations: dict[str, Delegation] = {}
        self._deputies: defaultdict[str, dict[str, Deputy]] = defaultdict(dict)
        self.made: list[str] = []
        self.notes: list[str] = []
        for delegation in Delegation.objects.filter(term=term).order_by("pk"):
            self._delegations.setdefault(delegation_name(delegation.name), delegation)
        for deputy in Deputy.objects.filter(delegation__term=term).select_related("delegation"):
            self._deputies[deputy.name][delegation_name(deputy.delegation.name)] = deputy

    def delegation(self, name: str, report: Report) -> Delegation | None:
        """The delegation called ``name``, with or without the word 代表团; ``None`` after a report."""
        known = self._delegations.get(delegation_name(name))
        if known is not None:
            return known
        if not self._create:
            hint = nearest(name, self._delegations)
            report(
                f"第{self._term.number}届没有“{name}”代表团"
                + (f"，是不是“{hint}”" if hint else "")
                + CREATE_HINT
            )
            return None
        made, _ = delegation_ensure(term=self._term, name=delegation_full(name), actor=self._actor)
        self._delegations[delegation_name(name)] = made
        return made

    def find(self, person: PersonName, report: Report) -> Deputy | None:
        """The deputy that the cell means; ``None`` after a report."""
        namesakes = self._deputies.get(person.name, {})
        if person.delegation is None:
            if len(namesakes) == 1:
                return next(iter(namesakes.values()))
            if namesakes:
                report(
                    f"有 {len(namesakes)} 位代表名为“{person.name}”，分别在：{'、'.join(sorted(namesakes))}；"
                    "请写成“姓名（代表团）”"
                )
                return None
            return self._unknown(person, report)
        found = namesakes.get(person.delegation)
        return found if found is not None else self._unknown(person, report)

    def _unknown(self, person: PersonName, report: Report) -> Deputy | None:
        namesakes = self._deputies.get(person.name, {})
        if not self._create:
            if namesakes:
                place = "、".join(sorted(namesakes))
                report(
                    f"“{person.delegation}”代表团没有“{person.name}”，本届名为“{person.name}”的在：{place}"
                )
                return None
            hint = nearest(person.name, self._deputies)
            shown = person_shown(person)
            report(
                f"第{self._term.number}届没有名为“{shown}”的代表"
                + (f"，是不是“{hint}”" if hint else "")
                + CREATE_HINT
            )
            return None
        if person.delegation is None:
            report(f"没有名为“{person.name}”的代表；要自动新建，请写成“姓名（代表团）”")
            return None
        delegation = self.delegation(person.delegation, report)
        if delegation is None:
            return None
        try:
            deputy = deputy_create(delegation=delegation, name=person.name, actor=self._actor)
        except Refusal as refusal:
            report(refusal.message)
            return None
        if namesakes:
            place = "、".join(sorted(namesakes))
            self.notes.append(f"新建的代表“{person_shown(person)}”与“{place}”的代表同名，请核对是否同一人")
        self._deputies[person.name][person.delegation] = deputy
        self.made.append(person_shown(person))
        return deputy


def delegation_full(name: str) -> str:
    """A delegation's name as it is kept: 云集镇 → 云集镇代表团."""
    return f"{delegation_name(name)}代表团" if delegation_name(name) != "代表团" else name


def _valid(unit: Unit, on: date | None) -> bool:
    if on is None:
        return True
    return (unit.valid_from is None or unit.valid_from <= on) and (
        unit.valid_to is None or unit.valid_to >= on
    )
