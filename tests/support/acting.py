"""What tests of acts do again and again: refuse, change a setting, name units, read clocks."""

from typing import Any

import pytest
from snapshot import snapshot
from world import World

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.errors import Invalid
from luoshi.suggestions.models import Assignment, Clock, Unit
from luoshi.suggestions.services.settings import county_settings_apply


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
