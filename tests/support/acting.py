"""What tests of acts do again and again: refuse, change a setting, name units, read clocks."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from snapshot import snapshot
from world import World

from luoshi.accounts import sessions
from luoshi.accounts.actor import SYSTEM_ACTOR, Actor
from luoshi.accounts.models import User
from luoshi.errors import Invalid
from luoshi.suggestions.models import Assignment, Clock, Unit
from luoshi.suggestions.services.settings import county_settings_apply
from luoshi_tenants import hosts


def browser_of(actor: Actor, **extra: Any) -> Client:
    """A client of 衡南县 in which this person is signed in."""
    client = Client(SERVER_NAME="hengnan.localhost", **extra)
    client.force_login(User.objects.get(pk=actor.user_id), backend="luoshi_tenants.backends.CountyBackend")
    return client


@contextmanager
def nothing_periodic() -> Iterator[None]:
    """No request of the block does what only one in many does, once a minute or so."""
    with patch.object(hosts, "SNAPSHOT_SECONDS", inf), patch.object(sessions, "TOUCH_SECONDS", inf):
        yield


def settle(**data: Any) -> None:
    """Put the county's rules into force."""
    county_settings_apply(data=data, actor=SYSTEM_ACTOR)


def units(*pairs: tuple[Unit, str]) -> list[dict[str, Any]]:
    """Parts as the input names them."""
    return [{"unit": unit.pk, "role": role} for unit, role in pairs]


def clocks(part: Assignment, state: str = "running") -> dict[str, tuple[str, str]]:
    """Kind of each clock of a part with its beginning and end."""
    rows = Clock.objects.filter(assignment=part, state=state)
    return {row.kind: (str(row.starts_on), str(row.due_on)) for row in rows}


def refuses(world: World, subject: Any, act: str, actor: Any, message: str, **data: Any) -> None:
    """The act is refused as wrong input with these words, and nothing is written."""
    before = snapshot()
    with pytest.raises(Invalid, match=message):
        world.act(subject, act, actor, **data)
    assert snapshot() == before
