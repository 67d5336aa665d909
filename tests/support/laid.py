"""What many tests stand on, laid once and rolled back afterwards."""

import contextlib
from collections.abc import Callable, Iterator
from typing import TypeVar

from django.db import transaction
from people import Cast, cast_make
from ready import stages_keep

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


def cast_laid(stages: tuple[str, ...]) -> contextlib.AbstractContextManager[Cast]:
    """Everybody whom 衡南县 knows, with a case kept at each of ``stages``, laid for the block."""

    def make() -> Cast:
        cast = cast_make()
        stages_keep(cast, stages)
        return cast

    return laid(make)
