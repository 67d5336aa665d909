"""People of one county for the tests of accounts: one account for each administrator, and a plain one."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from luoshi.accounts.actor import Actor, Role
from luoshi.accounts.models import User
from luoshi.accounts.services import user_create

PASSWORD = "梅花-Kettle-77"
HOST = "hengnan.localhost"


@dataclass
class Office:
    """Accounts by what they hold. ``plain`` holds nothing."""

    system: User
    system2: User
    security: User
    security2: User
    audit: User
    plain: User
    clerk: User

    def actor(self, name: str) -> Actor:
        user = getattr(self, name)
        roles = frozenset(Role(grant.role) for grant in user.role_grants.all())
        return Actor(user_id=user.pk, name=user.full_name, roles=roles)


@pytest.fixture
def office(county: object) -> Office:
    def make(name: str, *roles: Role) -> User:
        return user_create(
            username=name, full_name=f"{name}甲", password=PASSWORD, roles=roles, must_change_password=False
        )

    return Office(
        system=make("xitong", Role.SYSTEM_ADMIN),
        system2=make("xitong2", Role.SYSTEM_ADMIN),
        security=make("anquan", Role.SECURITY_ADMIN),
        security2=make("anquan2", Role.SECURITY_ADMIN),
        audit=make("shenji", Role.AUDIT_ADMIN),
        plain=make("putong"),
        clerk=make("banshi", Role.CONGRESS_OFFICE),
    )


@pytest.fixture
def browser(office: Office) -> Callable[[str], Client]:
    """A browser signed in as one of the office, by name; "" for nobody."""

    def client(name: str = "") -> Client:
        made = Client(SERVER_NAME=HOST)
        if name:
            made.force_login(getattr(office, name), backend="luoshi_tenants.backends.CountyBackend")
        return made

    return client
