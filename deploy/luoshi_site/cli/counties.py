"""Finding the county that a command is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from luoshi.errors import NotFound

if TYPE_CHECKING:
    from luoshi_tenants.models import County


@contextmanager
def county_bound(code: str) -> Iterator["County"]:
    """Bind the county with this code for the block.

    :raises NotFound: where no such county has been onboarded.
    """
    from luoshi_tenants.context import county_context, public_context
    from luoshi_tenants.models import County

    with public_context():
        county = County.objects.filter(code=code).first()
    if county is None:
        raise NotFound(f"没有代码为“{code}”的县，请用 luoshi county list 查看已开通的县")
    with county_context(county):
        yield county
