"""评价 (domain.md C1 rows 16–20): who may, and who may know of the case."""

from people import Cast
from who_may import PROXY, WITH_UNITS, holds

MAY = PROXY
SEES = WITH_UNITS


def test_who_may(cast: Cast) -> None:
    holds(cast, "suggestion.evaluate", MAY, SEES)
