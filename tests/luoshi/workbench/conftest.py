"""People of the small county, signed in to the workbench."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from acting import browser_of
from django.test import Client
from laid import cast_laid
from people import Cast

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

SignedIn = Callable[..., Client]


@pytest.fixture(scope="module")
def laid_cast(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: "DjangoDbBlocker"
) -> Iterator[Cast]:
    """Everybody, once for a file, with a case kept at each of its ``STAGES``; rolled back after it."""

    with django_db_blocker.unblock(), cast_laid(getattr(request.module, "STAGES", ())) as cast:
        yield cast


@pytest.fixture
def cast(laid_cast: Cast, county: object) -> Cast:
    """Everybody whom 衡南县 knows; what the test does to them is rolled back after it."""
    return laid_cast


@pytest.fixture
def signed_in(county: object) -> SignedIn:
    """A client of 衡南县 in which this person is signed in."""

    return browser_of
