"""三权分立: no act joins two of the three powers, and every act is in the log."""

import itertools
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from luoshi.accounts.actor import SYSTEM_ACTOR, Role
from luoshi.accounts.models import RoleGrant, RoleProposal, User
from luoshi.accounts.roles import ADMIN_ROLES
from luoshi.accounts.selectors import roles_of
from luoshi.accounts.services import (
    api_key_issue,
    api_key_revoke,
    password_set,
    role_give,
    role_grant,
    role_proposal_decline,
    role_propose,
    role_revoke,
    user_create,
    user_deactivate,
    user_update,
)
from luoshi.audit.models import Event
from luoshi.errors import Invalid, NotAllowed


def told(user: User) -> list[tuple[str, int | None, dict[str, Any]]]:
    """The log of one account, without who spoke and how."""
    return [
        (
            event.kind,
            event.actor_id,
            {name: value for name, value in event.payload.items() if name not in ("actor", "channel")},
        )
        for event in Event.objects.filter(stream__key=f"user:{user.pk}").order_by("seq")
    ]


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(sorted(ADMIN_ROLES), 2)))
def test_nobody_is_given_two_of_the_three(office, first, second):
    role_grant(user=office.plain, role=first)
    for actor in (SYSTEM_ACTOR, office.actor("security")):
        with pytest.raises(Invalid, match="三种管理员不能由一人兼任"):
            role_grant(user=office.plain, role=second, actor=actor)
    assert roles_of(office.plain) == {first}
    role_revoke(user=office.plain, role=first)
    role_grant(user=office.plain, role=second)
    assert roles_of(office.plain) == {second}


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(sorted(ADMIN_ROLES), 2)))
def test_the_database_keeps_the_three_apart(office, first, second):
    """Past every service: by hand in the database, or by two grants at once."""
    RoleGrant.objects.create(user=office.plain, role=first.value)
    with pytest.raises(IntegrityError, match="accounts_rolegrant_one_admin_role"), transaction.atomic():
        RoleGrant.objects.create(user=office.plain, role=second.value)
    with pytest.raises(IntegrityError, match="accounts_rolegrant_one_admin_role"), transaction.atomic():
        RoleGrant.objects.bulk_create([RoleGrant(user=office.plain, role=second.value)])
    RoleGrant.objects.create(user=office.plain, role=Role.COMMITTEE.value)
    assert roles_of(office.plain) == {first, Role.COMMITTEE}


def test_nobody_is_opened_with_two_of_the_three(county):
    with pytest.raises(Invalid, match="不能由一人兼任"):
        user_create(
            username="both", full_name="甲", password=None, roles=[Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN]
        )
    assert User.objects.count() == 0


def test_a_role_goes_from_the_asking_administrator_to_the_giving_one(office):
    system, security = office.actor("system"), office.actor("security")
    assert role_propose(user=office.plain, role=Role.COMMITTEE, actor=system) is True
    assert role_propose(user=office.plain, role=Role.COMMITTEE, actor=system) is False
    assert roles_of(office.plain) == frozenset()
    role_grant(user=office.plain, role=Role.COMMITTEE, actor=security)
    role_grant(user=office.plain, role=Role.COMMITTEE, actor=security)
    assert (roles_of(office.plain), RoleProposal.objects.count()) == ({Role.COMMITTEE}, 0)
    assert role_propose(user=office.plain, role=Role.COMMITTEE, actor=system) is False
    assert role_revoke(user=office.plain, role=Role.COMMITTEE, actor=security) is True
    assert role_revoke(user=office.plain, role=Role.COMMITTEE, actor=security) is False
    assert told(office.plain)[1:] == [
        ("account.role_proposed", system.user_id, {"role": "committee"}),
        ("account.role_granted", security.user_id, {"role": "committee"}),
        ("account.role_revoked", security.user_id, {"role": "committee"}),
    ]


def test_a_declined_role_is_not_given(office):
    system, security = office.actor("system"), office.actor("security")
    role_propose(user=office.plain, role=Role.COMMITTEE, actor=system)
    assert role_proposal_decline(user=office.plain, role=Role.COMMITTEE, actor=security) is True
    assert role_proposal_decline(user=office.plain, role=Role.COMMITTEE, actor=security) is False
    assert (RoleGrant.objects.filter(user=office.plain).count(), RoleProposal.objects.count()) == (0, 0)
    assert told(office.plain)[-1] == ("account.role_declined", security.user_id, {"role": "committee"})


def test_a_proposal_that_would_join_two_powers_is_refused(office):
    role_grant(user=office.plain, role=Role.AUDIT_ADMIN)
    with pytest.raises(Invalid, match="不能由一人兼任"):
        role_propose(user=office.plain, role=Role.SYSTEM_ADMIN, actor=office.actor("system"))
    assert RoleProposal.objects.count() == 0


def test_who_may_not_give_writes_nothing(office):
    before = told(office.plain)
    for name in ("system", "audit", "clerk", "plain"):
        with pytest.raises(NotAllowed, match="安全管理员"):
            role_grant(user=office.plain, role=Role.COMMITTEE, actor=office.actor(name))
    with pytest.raises(NotAllowed, match="不能授予自己"):
        role_grant(user=office.security, role=Role.COMMITTEE, actor=office.actor("security"))
    assert (roles_of(office.plain), told(office.plain)) == (frozenset(), before)


def test_a_table_of_accounts_gives_what_its_reader_may_and_asks_for_the_rest(office):
    assert role_give(user=office.plain, role=Role.LEADER, actor=office.actor("system")) is True
    assert role_give(user=office.plain, role=Role.LEADER, actor=office.actor("system")) is False
    assert (roles_of(office.plain), RoleProposal.objects.get().role) == (frozenset(), "leader")
    assert role_give(user=office.plain, role=Role.LEADER, actor=SYSTEM_ACTOR) is True
    assert role_give(user=office.plain, role=Role.LEADER, actor=SYSTEM_ACTOR) is False
    assert (roles_of(office.plain), RoleProposal.objects.count()) == ({Role.LEADER}, 0)


def test_an_account_of_the_system_administrator_opens_without_rights(office):
    system = office.actor("system")
    with pytest.raises(NotAllowed):
        user_create(username="new", full_name="乙", password=None, roles=[Role.LEADER], actor=system)
    assert User.objects.filter(username="new").count() == 0
    made = user_create(username="new", full_name="乙", password=None, actor=system)
    assert (roles_of(made), made.has_usable_password()) == (frozenset(), False)
    assert told(made) == [("account.opened", system.user_id, {"username": "new", "has_password": False})]


def test_every_other_act_on_an_account_is_told(office):
    system, own = office.actor("system"), office.actor("plain")
    assert user_update(user=office.plain, full_name="新名", email="", actor=system) is True
    assert user_update(user=office.plain, full_name="新名", email="", actor=system) is False
    password_set(user=office.plain, password="菊花-Lantern-88", actor=own)
    api_key_issue(user=office.plain, label="一", actor=own)
    api_key_issue(user=office.plain, label="二", actor=own)
    first, second = office.plain.api_keys.order_by("pk")
    api_key_revoke(key=first, actor=own)
    api_key_revoke(key=first, actor=own)
    user_deactivate(user=office.plain, actor=system)
    user_deactivate(user=User.objects.get(pk=office.plain.pk), actor=system)
    assert told(office.plain)[1:] == [
        ("account.changed", system.user_id, {"changed": ["full_name"]}),
        ("account.password_set", own.user_id, {"must_change": False}),
        ("account.key_issued", own.user_id, {"prefix": first.prefix, "label": "一"}),
        ("account.key_issued", own.user_id, {"prefix": second.prefix, "label": "二"}),
        ("account.key_revoked", own.user_id, {"prefix": first.prefix}),
        ("account.closed", system.user_id, {"keys_revoked": 1}),
    ]
    office.plain.refresh_from_db()
    assert (office.plain.full_name, office.plain.is_active) == ("新名", False)


@pytest.mark.parametrize("name", ["security", "audit"])
def test_the_system_administrator_cannot_touch_who_watches_him(office, name):
    watcher, system = getattr(office, name), office.actor("system")
    for act in (
        lambda: user_update(user=watcher, full_name="乙", email="", actor=system),
        lambda: user_deactivate(user=watcher, actor=system),
    ):
        with pytest.raises(NotAllowed):
            act()
    watcher.refresh_from_db()
    assert (watcher.full_name, watcher.is_active) == (f"{watcher.username}甲", True)
