"""People of the small county, signed in to the workbench."""

from collections.abc import Callable

import pytest
from acting import browser_of
from django.test import Client
from people import Cast

SignedIn = Callable[..., Client]


@pytest.fixture
def cast(laid_cast: Cast, county: object) -> Cast:
    """Everybody whom 衡南县 knows; what the test does to them is rolled back after it."""
    return laid_cast


@pytest.fixture
def signed_in(county: object) -> SignedIn:
    """A client of 衡南县 in which this person is signed in."""

    return browser_of
