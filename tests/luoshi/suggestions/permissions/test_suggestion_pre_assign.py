"""预分办 (domain.md C1 rows 6–8): who may, and who may know of the case."""

from people import Cast
from who_may import RECEIVED, expected, outcomes

MAY = {"congress", "government"}
SEES = RECEIVED


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "suggestion.pre_assign") == expected(cast, MAY, SEES)
