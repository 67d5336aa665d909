"""沟通不属实 (domain.md C1 rows 9–13, 20): who may, and who may know of the case."""

from people import Cast
from who_may import PROXY, WITH_UNITS, expected, outcomes

MAY = PROXY
SEES = WITH_UNITS


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "assignment.deny_contact") == expected(cast, MAY, SEES)
