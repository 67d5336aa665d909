"""Finding the county or counties that a command is about."""

from collections.abc import Iterator, Sequence
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


def counties_named(codes: Sequence[str]) -> "list[County]":
    """The counties of ``codes`` in the order given, each once, or all where none is given.

    :raises NotFound: when one is not here.
    """
    from luoshi_tenants.context import public_context
    from luoshi_tenants.models import County

    with public_context():
        found = {county.code: county for county in County.objects.order_by("code")}
    if not codes:
        return list(found.values())
    missing = [code for code in codes if code not in found]
    if missing:
        raise NotFound(f"没有开通代码为 {'、'.join(missing)} 的县，可用 luoshi county list 查看。")
    return [found[code] for code in dict.fromkeys(codes)]
