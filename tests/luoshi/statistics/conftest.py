"""The small county that the figures are of, and ways to fill it."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from world import World, fresh, world_make

from luoshi.accounts.actor import Channel
from luoshi.suggestions.models import Suggestion
from luoshi.suggestions.services.drafts import suggestion_draft


@pytest.fixture
def world(county: object) -> World:
    """People, units and a session of the bound county; rolled back after the test."""
    return world_make()


@pytest.fixture
def past(world: World) -> Callable[..., Suggestion]:
    """Makes one suggestion of a past year, through the door."""
    return past_of(world)


@pytest.fixture
def past_in() -> Callable[[World], Callable[..., Suggestion]]:
    """The same for a county whose world the test makes itself."""
    return past_of


def past_of(world: World) -> Callable[..., Suggestion]:
    """A maker of suggestions of a past year."""
    importer = replace(world.system, channel=Channel.IMPORT)

    def make(number: int, class_code: str = "", grade: str = "", **data: Any) -> Suggestion:
        drafted = {
            name: data.pop(name)
            for name in ("is_key", "proposer_kind", "raised_when", "item_kind", "recipient_system")
            if name in data
        }
        drafted |= {"session": "17-4", "lead_deputy": world.deputy.pk, "title": f"历年建议{number}"}
        suggestion = suggestion_draft(data=drafted, actor=importer)
        given: dict[str, Any] = {
            "number": number,
            "units": [{"unit": world.roads.pk, "role": "lead"}],
            "class_code": class_code,
            "source_digest": hashlib.sha256(str(number).encode()).hexdigest(),
            **data,
        }
        if grade:
            given["grades"] = [{"axis": "result", "grade": grade}]
        world.act(suggestion, "import_closed", importer, **given)
        return fresh(suggestion)  # type: ignore[no-any-return]

    return make
