"""What the county's methods count, beside the core's own figures."""

from collections.abc import Mapping

from luoshi.methods.facade import MethodStatistics, county_methods
from luoshi.methods.types import Statistic, StatisticScope
from luoshi.statistics.scope import Scope
from luoshi.tenancy import tenant_current

METHODS = "methods."
"""Start of the codes of lists that methods give themselves: ``methods.<slug>.<code>.numerator``."""


def method_figures(scope: Scope) -> tuple[MethodStatistics, ...]:
    """What the county's methods count. They count all systems together: nothing for one of them alone."""
    if scope.recipient_system is not None:
        return ()
    asked = StatisticScope(scope.session.code, scope.item_kind.value, scope.congress_body.value)
    return county_methods(tenant_current()).statistics(asked)


def method_code(slug: str, statistic: Statistic, side: str) -> str:
    """The code of the list behind one side of a method's figure; empty where the method names none.

    :param side: ``numerator`` or ``denominator``.
    """
    given: str | Mapping[int, int] = getattr(statistic, f"{side}_list")
    if isinstance(given, str):
        return given
    return f"{METHODS}{slug}.{statistic.code}.{side}"
