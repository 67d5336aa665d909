"""认定承诺兑现 (domain.md C1 rows 13–15): who may, and who may know of the case."""

from people import Cast
from who_may import WITH_UNITS, expected, outcomes

MAY = {"congress"}
SEES = WITH_UNITS


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "reply.settle_promise") == expected(cast, MAY, SEES)
