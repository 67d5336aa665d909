"""The small county that every test of this room stands in."""

import pytest
from world import World, world_make


@pytest.fixture
def world(county: object) -> World:
    """People, units and a session of the bound county; rolled back after the test."""
    return world_make()
