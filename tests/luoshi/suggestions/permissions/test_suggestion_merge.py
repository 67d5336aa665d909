"""并案办理 (domain.md C1 rows 6–8): who may, and who may know of the case."""

from people import Cast
from who_may import RECEIVED, holds

MAY = {"congress"}
SEES = RECEIVED


def test_who_may(cast: Cast) -> None:
    holds(cast, "suggestion.merge", MAY, SEES)
