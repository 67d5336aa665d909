"""结束跟踪 (domain.md C1 rows 16–20): who may, and who may know of the case."""

from people import Cast
from who_may import CLOCK, WITH_UNITS, expected, outcomes

MAY = {"congress"} | CLOCK
SEES = WITH_UNITS


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "suggestion.end_tracking") == expected(cast, MAY, SEES)
