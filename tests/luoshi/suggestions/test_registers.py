"""Reference data: who may keep it, what the reform of institutions does to units, and that the log tells."""

from dataclasses import replace
from datetime import date

import pytest
from world import World

from luoshi.accounts.actor import Role
from luoshi.accounts.models import User
from luoshi.audit.models import Event
from luoshi.errors import Invalid, NotAllowed, WrongState
from luoshi.suggestions.models import Session, Term, Unit, UnitMember, UnitSuccession
from luoshi.suggestions.services.register import (
    delegation_ensure,
    deputy_account_link,
    deputy_create,
    deputy_update,
    term_session_ensure,
    unit_member_add,
)
from luoshi.suggestions.services.units import unit_create, unit_merge, unit_rename, unit_split, unit_update


def kinds(stream: str) -> list[str]:
    return list(Event.objects.filter(stream__key=stream).order_by("seq").values_list("kind", flat=True))


def test_a_session_is_made_once(world: World) -> None:
    session, is_new = term_session_ensure(code="16-3", year=2014, actor=world.congress)
    assert (session.term.number, session.number, session.year, is_new) == (16, 3, 2014, True)
    assert term_session_ensure(code="16-3", year=2014, actor=world.congress) == (session, False)
    assert kinds("register") == ["register.term_made", "register.session_made"]


@pytest.mark.parametrize(
    ("code", "year"), [("16", 2014), ("16-0", 2014), ("16-3", 1900), ("17-4", 2014), ("999-1", 2014)]
)
def test_a_session_that_cannot_be(world: World, code: str, year: int) -> None:
    before = (Session.objects.count(), Term.objects.count())
    with pytest.raises(Invalid):
        term_session_ensure(code=code, year=year, actor=world.congress)
    assert (Session.objects.count(), Term.objects.count()) == before


def test_namesakes_need_two_delegations(world: World) -> None:
    other, is_new = delegation_ensure(term=world.session.term, name="东乡代表团", actor=world.congress)
    assert is_new
    made = deputy_create(delegation=other, name="田禾苗", actor=world.congress)
    assert kinds(f"deputy:{made.pk}") == ["deputy.created"]
    with pytest.raises(Invalid, match="东乡代表团已有名为“田禾苗”的代表"):
        deputy_create(delegation=other, name="田禾苗", actor=world.congress)


def test_a_deputy_s_term_ends(world: World) -> None:
    until = {"valid_to": date(2026, 5, 1)}
    assert deputy_update(deputy=world.deputy, changes=until, actor=world.congress)
    assert not deputy_update(deputy=world.deputy, changes=until, actor=world.congress)
    assert kinds(f"deputy:{world.deputy.pk}") == ["deputy.updated"]
    with pytest.raises(Invalid):
        deputy_update(deputy=world.deputy, changes={"name": "别名"}, actor=world.congress)


def test_a_renamed_unit_keeps_its_old_row(world: World) -> None:
    """HN-25."""
    unit_update(unit=world.water, changes={"short_name": "水利局"}, duties=["河道"], actor=world.government)
    new = unit_rename(unit=world.water, name="县水务局", on=date(2026, 3, 1), actor=world.government)
    old = Unit.objects.get(pk=world.water.pk)
    assert (old.name, old.valid_to, new.valid_from, new.principal) == (
        "县水利局", date(2026, 2, 28), date(2026, 3, 1), "主管甲"
    )  # fmt: skip
    assert list(new.duties.values_list("name", flat=True)) == ["河道"]
    assert list(new.members.values_list("user", "position")) == [(world.water_head.user_id, "head")]
    succession = UnitSuccession.objects.get()
    assert (succession.predecessor, succession.successor, succession.kind, succession.happened_on) == (
        old, new, "renamed", date(2026, 3, 1)
    )  # fmt: skip
    assert kinds(f"unit:{old.pk}") == ["unit.updated", "unit.succeeded"]
    assert kinds(f"unit:{new.pk}") == ["unit.created"]
    with pytest.raises(WrongState):
        unit_rename(unit=old, name="县河湖局", on=date(2026, 4, 1), actor=world.government)


def test_merger_into_a_new_and_into_a_standing_unit(world: World) -> None:
    made = unit_merge(
        units=[world.water, world.roads], name="县交通水利局", on=date(2026, 3, 1), actor=world.government
    )
    assert set(made.members.values_list("user", flat=True)) == {
        world.water_head.user_id,
        world.roads_head.user_id,
    }
    assert (
        unit_merge(units=[made], into=world.schools, on=date(2026, 6, 1), actor=world.government)
        == world.schools
    )
    assert list(
        UnitSuccession.objects.order_by("pk").values_list("predecessor__name", "successor__name", "kind")
    ) == [
        ("县水利局", "县交通水利局", "merged"),
        ("县交通运输局", "县交通水利局", "merged"),
        ("县交通水利局", "县教育局", "merged"),
    ]
    assert Unit.objects.get(pk=made.pk).valid_to == date(2026, 5, 31)
    assert Unit.objects.get(pk=world.schools.pk).valid_to is None


def test_a_split_gives_nobody_s_people_away(world: World) -> None:
    made = unit_split(
        unit=world.schools, names=["县教育局本部", "县体育局"], on=date(2026, 3, 1), actor=world.system
    )
    assert [(unit.name, unit.principal, unit.members.count()) for unit in made] == [
        ("县教育局本部", "", 0),
        ("县体育局", "", 0),
    ]
    assert set(UnitSuccession.objects.values_list("kind", flat=True)) == {"split"}


def test_what_no_reform_can_be(world: World) -> None:
    day, actor = date(2026, 3, 1), world.government
    before = list(Unit.objects.order_by("pk").values_list())
    with pytest.raises(Invalid):
        unit_rename(unit=world.water, name="县教育局", on=day, actor=actor)
    with pytest.raises(Invalid):
        unit_merge(units=[world.water], name="县水务局", on=day, actor=actor)
    with pytest.raises(Invalid):
        unit_merge(units=[world.water], into=world.water, on=day, actor=actor)
    with pytest.raises(Invalid):
        unit_split(unit=world.water, names=["县水务局"], on=day, actor=actor)
    with pytest.raises(Invalid):
        unit_update(unit=world.water, changes={"name": "县水务局"}, actor=actor)
    assert list(Unit.objects.order_by("pk").values_list()) == before


def test_a_name_is_never_used_again(world: World) -> None:
    with pytest.raises(Invalid, match="已有或曾经用过"):
        unit_create(name="县水利局", actor=world.government)


def test_people_are_linked_once(world: World) -> None:
    keeper = world.system
    user = User.objects.create(username="shuili9", full_name="新人")
    handler, head = UnitMember.Position.HANDLER, UnitMember.Position.HEAD
    given = [
        unit_member_add(unit=world.water, user=user, position=position, actor=keeper)
        for position in (handler, handler, head, handler)
    ]
    assert given == [True, False, True, False]
    assert UnitMember.objects.get(user=user).position == "head"
    with pytest.raises(Invalid, match="已有账号"):
        deputy_account_link(deputy=world.deputy, user=user, actor=keeper)
    world.other_deputy.user = None
    world.other_deputy.save()
    assert deputy_account_link(deputy=world.other_deputy, user=user, actor=keeper)
    assert not deputy_account_link(deputy=world.other_deputy, user=user, actor=keeper)
    third = deputy_create(delegation=world.delegation, name="林一", actor=keeper)
    with pytest.raises(Invalid, match="已是代表“石小川”的账号"):
        deputy_account_link(deputy=third, user=user, actor=keeper)


@pytest.mark.parametrize("role", [Role.UNIT_HEAD, Role.DEPUTY, Role.SITE_EDITOR, Role.AUDIT_ADMIN])
def test_who_keeps_no_register(world: World, role: Role) -> None:
    stranger = replace(world.congress, roles=frozenset({role}))
    user = User.objects.get(pk=world.writer.user_id)
    with pytest.raises(NotAllowed):
        term_session_ensure(code="16-3", year=2014, actor=stranger)
    with pytest.raises(NotAllowed):
        deputy_create(delegation=world.delegation, name="林一", actor=stranger)
    with pytest.raises(NotAllowed):
        unit_create(name="县气象局", actor=stranger)
    with pytest.raises(NotAllowed):
        unit_merge(units=[world.water], into=world.roads, on=date(2026, 3, 1), actor=stranger)
    with pytest.raises(NotAllowed):
        unit_member_add(unit=world.water, user=user, position=UnitMember.Position.HEAD, actor=stranger)
    assert not Event.objects.filter(stream__key__startswith="unit:").exists()
