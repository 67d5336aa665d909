"""保密审查 (domain.md C1 row 21): who may, and who may know of the case."""

from people import Cast
from who_may import WITH_UNITS, holds

MAY = {"lead_head"}
SEES = WITH_UNITS


def test_who_may(cast: Cast) -> None:
    holds(cast, "publication.check_secrecy", MAY, SEES)
