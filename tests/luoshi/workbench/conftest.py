"""People of the small county, signed in to the workbench."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from people import Cast, cast_make

from luoshi.accounts.actor import Actor
from luoshi.accounts.models import User

SignedIn = Callable[[Actor], Client]


@pytest.fixture
def cast(county: object) -> Cast:
    """Everybody whom 衡南县 knows; rolled back after the test."""
    return cast_make()


@pytest.fixture
def signed_in(county: object) -> SignedIn:
    """A client of 衡南县 in which this person is signed in."""

    def client(actor: Actor, **extra: Any) -> Client:
        made = Client(SERVER_NAME="hengnan.localhost", **extra)
        made.force_login(User.objects.get(pk=actor.user_id), backend="luoshi_tenants.backends.CountyBackend")
        return made

    return client
