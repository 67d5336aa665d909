"""The small county with 三见面 on, its people signed in, and the ways of a contact."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from django.test import Client
from people import Cast

from luoshi.accounts.actor import Actor
from luoshi.accounts.models import User
from luoshi.suggestions.models import Contact

sys.path.insert(0, str(Path(__file__).parent))

from meeting_steps import meeting, method_switch

HOST = "hengnan.localhost"


@pytest.fixture
def cast(laid_cast: Cast, county: object) -> Cast:
    """Everybody whom 衡南县 knows; what the test does to them is rolled back after it."""
    return laid_cast


@pytest.fixture
def switch(county: object) -> Callable[..., None]:
    """Switches the method on with these options, or changes them."""
    return method_switch


@pytest.fixture
def meet(cast: Cast) -> Callable[..., Contact]:
    """Records a contact of a part, and lets the deputy answer: see ``meeting``."""
    return partial(meeting, cast)


@pytest.fixture
def signed_in(county: object) -> Callable[[Actor], Client]:
    """A browser in which this person is signed in to 衡南县."""

    def client(actor: Actor) -> Client:
        made = Client(SERVER_NAME=HOST)
        made.force_login(User.objects.get(pk=actor.user_id), backend="luoshi_tenants.backends.CountyBackend")
        return made

    return client


@pytest.fixture
def browser(county: object) -> Client:
    """A browser in which nobody is signed in."""
    return Client(SERVER_NAME=HOST)
