"""The small county that the imports meet."""

import pytest
from world import World, world_make


@pytest.fixture
def world(county: object) -> World:
    """People, units and the session 17-4 of the bound county; rolled back after the test."""
    return world_make()
