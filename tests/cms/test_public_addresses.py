"""Addresses of the public list that make no sense: each is answered with a list."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from laid import laid
from people import cast_make
from public_pages import published

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

HOST = "hengnan.localhost"


@pytest.fixture(scope="module")
def shown(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """One public case, for all tests here."""
    with django_db_blocker.unblock(), laid(lambda: published(cast_make())):
        yield


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=99999",
        "page=x",
        "unit=x",
        "unit=999999999999",
        "year=x",
        "session=nothing",
        "q=%20",
        "q=。",
        "result_class=x",
        "category=x",
        "view=x",
        "q=" + "长" * 500,
        "page=-1&unit=²",
    ],
)
def test_whatever_an_address_asks_for_is_answered(shown: None, county: Any, at: Any, query: str) -> None:
    assert at(HOST).get(f"/jianyi/?{query}").status_code == 200
