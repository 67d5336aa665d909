"""Handling units: making them, changing them, and what the reform of institutions does to them (HN-25).

A unit that is renamed, merged or split is never rewritten: the old row ends on the day before, so that an old
letter keeps the old name, and a succession says what became of it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from luoshi.accounts.actor import Actor
from luoshi.errors import Invalid, Problem, WrongState
from luoshi.lifecycle.states import RecipientSystem
from luoshi.suggestions.models import Unit, UnitDuty, UnitSuccession
from luoshi.suggestions.services.register import MAY_KEEP_UNITS, keeper_check, register_event

_LENGTHS = {
    "name": ("单位名称", 100),
    "short_name": ("简称", 40),
    "portfolio_leader": ("分管县领导", 60),
    "principal": ("主要负责人", 40),
    "in_charge": ("分管负责人", 40),
    "handler": ("经办人", 40),
}
CHANGEABLE = frozenset(
    {"short_name", "system", "portfolio_leader", "principal", "in_charge", "handler", "valid_from"}
)


@transaction.atomic
def unit_create(
    *,
    name: str,
    actor: Actor,
    short_name: str = "",
    system: RecipientSystem = RecipientSystem.GOVERNMENT,
    portfolio_leader: str = "",
    principal: str = "",
    in_charge: str = "",
    handler: str = "",
    duties: Iterable[str] = (),
    valid_from: date | None = None,
) -> Unit:
    """A new unit with its responsible trio (HN-05) and its duties (HN-07).

    :raises Invalid: without a name, for a name that was ever used, for texts that are too long.
    """
    keeper_check(actor, MAY_KEEP_UNITS, "承办单位")
    values = {
        "name": name.strip(),
        "short_name": short_name,
        "portfolio_leader": portfolio_leader,
        "principal": principal,
        "in_charge": in_charge,
        "handler": handler,
    }
    _texts_check(values)
    unit = Unit(system=system, valid_from=valid_from, **values)
    try:
        unit.save(force_insert=True)
    except IntegrityError:
        message = f"单位名称“{unit.name}”已有或曾经用过，不能再用"
        raise Invalid([Problem("name", message)]) from None
    named = _duties_add(unit, duties)
    payload = {
        "name": unit.name,
        "system": str(unit.system),
        "valid_from": _day(valid_from),
        "duties": named,
    }
    register_event(stream=f"unit:{unit.pk}", kind="unit.created", actor=actor, payload=payload)
    return unit


@transaction.atomic
def unit_update(*, unit: Unit, changes: dict[str, Any], actor: Actor, duties: Iterable[str] = ()) -> bool:
    """Change what a unit is beside its name, and add ``duties`` it lacks. False: all was so already.

    :raises Invalid: for a field that is not one of :data:`CHANGEABLE` (a new name is :func:`unit_rename`), or
        a text that is too long.
    """
    keeper_check(actor, MAY_KEEP_UNITS, "承办单位")
    wrong = sorted(set(changes) - CHANGEABLE)
    if wrong:
        raise Invalid([Problem(name, f"“{name}”不能这样修改；单位改名请用更名") for name in wrong])
    _texts_check({name: value for name, value in changes.items() if name in _LENGTHS})
    changed = {name: value for name, value in changes.items() if getattr(unit, name) != value}
    for name, value in changed.items():
        setattr(unit, name, value)
    if changed:
        unit.save(update_fields=sorted(changed))
    added = _duties_add(unit, duties)
    if not changed and not added:
        return False
    payload = {
        "changed": {name: None if value is None else str(value) for name, value in changed.items()},
        "duties_added": added,
    }
    register_event(stream=f"unit:{unit.pk}", kind="unit.updated", actor=actor, payload=payload)
    return True


@transaction.atomic
def unit_rename(*, unit: Unit, name: str, on: date, actor: Actor, short_name: str = "") -> Unit:
    """更名: a new row from ``on``; the old one ends the day before and keeps its name (HN-25).

    Duties, trio, leader and staff go with it; running assignments stay with the row they were given to.

    :raises Invalid: for a name that was ever used, or a day at which the unit does not exist.
    :raises WrongState: where the unit has already ended.
    """
    return _succeed(UnitSuccession.Kind.RENAMED, [unit], [(name, short_name)], on, actor)[0]


@transaction.atomic
def unit_merge(
    *,
    units: Sequence[Unit],
    on: date,
    actor: Actor,
    name: str = "",
    short_name: str = "",
    into: Unit | None = None,
) -> Unit:
    """合并: several units end on the day before ``on`` and become one, new (``name``) or standing (``into``).

    :raises Invalid: for fewer units than a merger needs, for a name that was ever used, or a wrong day.
    :raises WrongState: where one of them has already ended.
    """
    if into is not None:
        if into.pk in {unit.pk for unit in units} or not units:
            raise Invalid([Problem("units", "请选择要并入的单位，它不能与并入后的单位相同")])
        if into.valid_to is not None:
            raise WrongState(f"{into.name}已于 {into.valid_to} 停用，不能并入")
        keeper_check(actor, MAY_KEEP_UNITS, "承办单位")
        for unit in units:
            _end(unit, on)
            _inherit(unit, into)
            _succession(UnitSuccession.Kind.MERGED, unit, into, on, actor)
        return into
    if len({unit.pk for unit in units}) < 2:
        raise Invalid([Problem("units", "合并至少要有两个不同的单位")])
    return _succeed(UnitSuccession.Kind.MERGED, units, [(name, short_name)], on, actor)[0]


@transaction.atomic
def unit_split(*, unit: Unit, names: Sequence[str], on: date, actor: Actor) -> list[Unit]:
    """分设: a unit ends on the day before ``on`` and several new ones follow it; duties are given out anew.

    :raises Invalid: for fewer than two names, a name that was ever used, or a wrong day.
    :raises WrongState: where the unit has already ended.
    """
    if len(set(names)) < 2:
        raise Invalid([Problem("names", "分设至少要有两个不同的名称")])
    return _succeed(UnitSuccession.Kind.SPLIT, [unit], [(name, "") for name in names], on, actor)


def _succeed(
    kind: UnitSuccession.Kind,
    old: Sequence[Unit],
    new: Sequence[tuple[str, str]],
    on: date,
    actor: Actor,
) -> list[Unit]:
    keeper_check(actor, MAY_KEEP_UNITS, "承办单位")
    for unit in old:
        _end(unit, on)
    first = old[0]
    successors = []
    for name, short_name in new:
        successor = unit_create(
            name=name,
            short_name=short_name,
            system=RecipientSystem(first.system),
            portfolio_leader=first.portfolio_leader,
            valid_from=on,
            actor=actor,
            # One successor takes over the people of the first; several must each be given their own.
            **(_trio(first) if len(new) == 1 else {}),
        )
        for unit in old:
            if len(new) == 1:
                _inherit(unit, successor)
            _succession(kind, unit, successor, on, actor)
        successors.append(successor)
    return successors


def _end(unit: Unit, on: date) -> None:
    if unit.valid_to is not None:
        raise WrongState(f"{unit.name}已于 {unit.valid_to} 停用")
    last = on - timedelta(days=1)
    if unit.valid_from is not None and last < unit.valid_from:
        raise Invalid([Problem("on", f"{unit.name}自 {unit.valid_from} 启用，日期 {on} 不对，请核对")])
    unit.valid_to = last
    unit.save(update_fields=["valid_to"])


def _succession(
    kind: UnitSuccession.Kind, old: Unit, successor: Unit, on: date, actor: Actor
) -> UnitSuccession:
    made = UnitSuccession.objects.create(predecessor=old, successor=successor, kind=kind, happened_on=on)
    payload = {"kind": str(kind), "successor": successor.pk, "name": successor.name, "on": _day(on)}
    register_event(stream=f"unit:{old.pk}", kind="unit.succeeded", actor=actor, payload=payload)
    return made


def _inherit(old: Unit, successor: Unit) -> None:
    """Duties and staff of ``old`` for ``successor``, beside its own."""
    _duties_add(successor, old.duties.values_list("name", flat=True))
    known = set(successor.members.values_list("user_id", flat=True))
    for member in old.members.all():
        if member.user_id not in known:
            successor.members.create(user_id=member.user_id, position=member.position)


def _duties_add(unit: Unit, duties: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(duties))
    if not wanted:
        return []
    too_long = [name for name in wanted if len(name) > 100]
    if too_long:
        raise Invalid([Problem("duties", f"职责“{too_long[0][:20]}…”过长，最多 100 个字")])
    known = set(unit.duties.values_list("name", flat=True))
    added = [name for name in wanted if name not in known]
    UnitDuty.objects.bulk_create(UnitDuty(unit=unit, name=name) for name in added)
    return added


def _trio(unit: Unit) -> dict[str, str]:
    return {"principal": unit.principal, "in_charge": unit.in_charge, "handler": unit.handler}


def _texts_check(values: dict[str, str]) -> None:
    problems = [
        Problem(name, f"{_LENGTHS[name][0]}过长，最多 {_LENGTHS[name][1]} 个字")
        for name, text in values.items()
        if len(text) > _LENGTHS[name][1]
    ]
    if not values.get("name", "有"):
        problems.append(Problem("name", "单位名称不能为空"))
    if problems:
        raise Invalid(problems)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
