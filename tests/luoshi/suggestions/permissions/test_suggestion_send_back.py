"""退回代表修改 (domain.md C1 rows 1–5): who may, and who may know of the case."""

from people import Cast
from who_may import CONGRESS, RECEIVED, holds

MAY = CONGRESS
SEES = RECEIVED


def test_who_may(cast: Cast) -> None:
    holds(cast, "suggestion.send_back", MAY, SEES)
