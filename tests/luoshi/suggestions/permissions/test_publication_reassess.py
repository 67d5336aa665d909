"""重新评估 (domain.md C1 row 21): who may, and who may know of the case."""

from people import Cast
from who_may import OFFICE, WITH_UNITS, expected, outcomes

MAY = OFFICE
SEES = WITH_UNITS


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "publication.reassess") == expected(cast, MAY, SEES)
