"""The small county that every test of this room stands in."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING

import pytest
from people import Cast, cast_make
from world import World, world_make

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker


@pytest.fixture
def world(county: object) -> World:
    """People, units and a session of the bound county; rolled back after the test."""
    return world_make()


@pytest.fixture
def cast(county: object) -> Cast:
    """The world with somebody for every role; rolled back after the test."""
    return cast_make()


@pytest.fixture
def on_day(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Makes it noon of a day in the county, for everything that asks Django for the time."""
    from django.utils import timezone

    def set_day(day: date) -> None:
        noon = datetime.combine(day, time(12), tzinfo=timezone.get_current_timezone())
        monkeypatch.setattr(timezone, "now", lambda: noon)

    return set_day


@pytest.fixture(scope="module")
def ground(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: "DjangoDbBlocker"
) -> Iterator[Cast]:
    """The cast with a case at each of many stages, walked there once for all tests of a module.

    The module may say by ``STAGES`` which ones it needs.
    """
    from django.db import transaction
    from ready import STAGES, stages_keep

    from luoshi_tenants.context import county_context
    from luoshi_tenants.models import County

    with django_db_blocker.unblock(), transaction.atomic():
        with county_context(County.objects.get(code="430422")):
            cast = cast_make()
            stages_keep(cast, getattr(request.module, "STAGES", STAGES))
            yield cast
        transaction.set_rollback(True)


@pytest.fixture
def staged(ground: Cast) -> Iterator[Cast]:
    """The module's cast and cases; what a test does to them is undone after it."""
    from django.db import transaction

    with transaction.atomic():
        yield ground
        transaction.set_rollback(True)
