"""单位审签 (domain.md C1 rows 13–15): who may, and who may know of the case."""

from people import Cast
from who_may import WITH_UNITS, expected, outcomes

MAY = {"lead_head"}
SEES = WITH_UNITS


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "reply.sign") == expected(cast, MAY, SEES)
