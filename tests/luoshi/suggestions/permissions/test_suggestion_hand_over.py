"""交办 (domain.md C1 rows 6–8): who may, and who may know of the case."""

from people import Cast
from who_may import WITH_UNITS, expected, outcomes

MAY = {"congress", "government"}
SEES = WITH_UNITS


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "suggestion.hand_over") == expected(cast, MAY, SEES)
