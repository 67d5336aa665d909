"""邀请附议 (domain.md C1 rows 1–5): who may, and who may know of the case."""

from people import Cast
from who_may import DRAFT, HELPED, holds

MAY = HELPED
SEES = DRAFT


def test_who_may(cast: Cast) -> None:
    holds(cast, "suggestion.invite_co_signers", MAY, SEES)
