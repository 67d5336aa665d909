"""移除附议邀请 (domain.md C1 rows 1–5): who may, and who may know of the case."""

from people import Cast
from who_may import CO_SIGNING, HELPED, holds

MAY = HELPED
SEES = CO_SIGNING


def test_who_may(cast: Cast) -> None:
    holds(cast, "suggestion.remove_co_signer", MAY, SEES)
