"""认领 (domain.md C1 rows 6–8): who may, and who may know of the case."""

from people import Cast
from who_may import CO, LEAD, WITH_UNITS, expected, outcomes

MAY = LEAD | CO
SEES = WITH_UNITS


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "suggestion.claim") == expected(cast, MAY, SEES)
