"""受理编号 (domain.md C1 rows 1–5): who may, and who may know of the case."""

from people import Cast
from who_may import CONGRESS, RECEIVED, expected, outcomes

MAY = CONGRESS
SEES = RECEIVED


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "suggestion.register") == expected(cast, MAY, SEES)
