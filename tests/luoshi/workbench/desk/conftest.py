"""The desk of the small county: many suggestions at once."""

from collections.abc import Callable

import pytest
from people import Cast
from world import fresh

from luoshi.suggestions.models import Suggestion

Many = Callable[[int], list[Suggestion]]


@pytest.fixture
def submitted(cast: Cast) -> Many:
    """So many submitted suggestions."""

    def make(count: int) -> list[Suggestion]:
        return [cast.world.submitted(title=f"关于修建第{number}座桥的建议") for number in range(1, count + 1)]

    return make


@pytest.fixture
def proposed(cast: Cast) -> Many:
    """So many pre-assigned suggestions: the roads office leads, the water office helps with every second."""

    def make(count: int) -> list[Suggestion]:
        found = []
        for number in range(1, count + 1):
            row = cast.world.registered(title=f"关于拓宽第{number}条路的建议")
            units = [{"unit": cast.world.roads.pk, "role": "lead"}]
            if number % 2 == 0:
                units.append({"unit": cast.world.water.pk, "role": "co"})
            cast.world.act(row, "pre_assign", cast.government, units=units)
            found.append(fresh(row))
        return found

    return make
