"""申请延期 (domain.md C1 rows 9–13, 20): who may, and who may know of the case."""

from people import Cast
from who_may import LEAD, WITH_UNITS, expected, outcomes

MAY = LEAD
SEES = WITH_UNITS


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "assignment.request_extension") == expected(cast, MAY, SEES)
