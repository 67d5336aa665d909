"""不同意延期 (domain.md C1 rows 9–13, 20): who may, and who may know of the case."""

from people import Cast
from who_may import WITH_UNITS, expected, outcomes

MAY = {"congress"}
SEES = WITH_UNITS


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "assignment.refuse_extension") == expected(cast, MAY, SEES)
