"""Binding a county to the work at hand, in this thread and in others.

A new thread has a connection of its own, bound to ``public``: work handed to it must carry its county along.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from django.db import connections

from luoshi.tenancy import tenant_current
from luoshi_tenants.db import connection

if TYPE_CHECKING:
    from luoshi_tenants.models import County

Args = ParamSpec("Args")
Result = TypeVar("Result")


@contextmanager
def county_context(county: "County") -> Iterator["County"]:
    """Bind ``county`` to this thread's connection; afterwards whatever was bound before is bound again."""
    before = connection.tenant
    connection.set_tenant(county)
    try:
        yield county
    finally:
        connection.set_tenant(before)


@contextmanager
def public_context() -> Iterator[None]:
    """Stand in ``public`` for a moment: to read provinces, counties and hosts."""
    before = connection.tenant
    connection.set_schema_to_public()
    try:
        yield
    finally:
        connection.set_tenant(before)


def run_in_county(
    county: "County", work: Callable[Args, Result], /, *args: Args.args, **kwargs: Args.kwargs
) -> Result:
    """Call ``work`` with ``county`` bound and return what it returns."""
    with county_context(county):
        return work(*args, **kwargs)


def carry_county(work: Callable[Args, Result]) -> Callable[Args, Result]:
    """Wrap ``work`` for another thread: it will run in the county that is bound *now*.

    The other thread's connections are closed when the work ends, so that none is left behind.

    :raises NoCounty: when no county is bound where the work is handed over.
    """
    tenant_current()
    county: County = connection.tenant

    def in_thread(*args: Args.args, **kwargs: Args.kwargs) -> Result:
        try:
            return run_in_county(county, work, *args, **kwargs)
        finally:
            connections.close_all()

    return in_thread
