"""公开 (domain.md C1 row 21): who may, and who may know of the case."""

from people import Cast
from who_may import CLOCK, WITH_EDITOR, expected, outcomes

MAY = CLOCK
SEES = WITH_EDITOR


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "publication.publish") == expected(cast, MAY, SEES)
