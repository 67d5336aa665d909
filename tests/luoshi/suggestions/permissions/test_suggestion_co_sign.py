"""同意附议 (domain.md C1 rows 1–5): who may, and who may know of the case."""

from people import Cast
from who_may import CO_SIGNING, holds

MAY = {"invited"}
SEES = CO_SIGNING


def test_who_may(cast: Cast) -> None:
    holds(cast, "suggestion.co_sign", MAY, SEES)
