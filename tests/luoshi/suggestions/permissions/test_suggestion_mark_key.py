"""确定重点督办 (domain.md C1 rows 6–8): who may, and who may know of the case."""

from people import Cast
from who_may import RECEIVED, expected, outcomes

MAY = {"congress"}
SEES = RECEIVED


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "suggestion.mark_key") == expected(cast, MAY, SEES)
