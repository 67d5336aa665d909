"""移除附议邀请 (domain.md C1 rows 1–5): who may, and who may know of the case."""

from people import Cast
from who_may import CO_SIGNING, HELPED, expected, outcomes

MAY = HELPED
SEES = CO_SIGNING


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "suggestion.remove_co_signer") == expected(cast, MAY, SEES)
