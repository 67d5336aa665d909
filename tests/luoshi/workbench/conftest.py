"""People of the small county, signed in to the workbench."""

from collections.abc import Callable

import pytest
from acting import browser_of
from django.test import Client
from people import Cast, cast_make

SignedIn = Callable[..., Client]


@pytest.fixture
def cast(county: object) -> Cast:
    """Everybody whom 衡南县 knows; rolled back after the test."""
    return cast_make()


@pytest.fixture
def signed_in(county: object) -> SignedIn:
    """A client of 衡南县 in which this person is signed in."""

    return browser_of
