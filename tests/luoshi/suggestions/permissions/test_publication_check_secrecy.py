"""保密审查 (domain.md C1 row 21): who may, and who may know of the case."""

from people import Cast
from who_may import WITH_UNITS, expected, outcomes

MAY = {"lead_head"}
SEES = WITH_UNITS


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "publication.check_secrecy") == expected(cast, MAY, SEES)
