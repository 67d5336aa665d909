"""不同意退办 (domain.md C1 rows 9–13, 20): who may, and who may know of the case."""

from people import Cast
from who_may import OFFICE, WITH_UNITS, expected, outcomes

MAY = OFFICE
SEES = WITH_UNITS


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "assignment.reject_return") == expected(cast, MAY, SEES)
