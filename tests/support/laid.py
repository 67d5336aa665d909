"""What many tests stand on, laid once and rolled back afterwards."""

import contextlib
from collections.abc import Callable, Iterator
from typing import TypeVar

from django.db import transaction

from luoshi_tenants.context import county_context
from luoshi_tenants.models import County

Made = TypeVar("Made")


@contextlib.contextmanager
def laid(make: Callable[[], Made], code: str = "430422") -> Iterator[Made]:
    """What ``make`` makes in the county, there for the block and gone after it.

    A test inside it asks for ``county`` as ever, which then rolls back to a savepoint in this transaction.
    """
    with transaction.atomic():
        with county_context(County.objects.get(code=code)):
            made = make()
        yield made
        transaction.set_rollback(True)
