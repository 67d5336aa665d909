"""不附议 (domain.md C1 rows 1–5): who may, and who may know of the case."""

from people import Cast
from who_may import CO_SIGNING, expected, outcomes

MAY = {"invited"}
SEES = CO_SIGNING


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "suggestion.decline_co_sign") == expected(cast, MAY, SEES)
