"""修改草稿 (domain.md C1 rows 1–5): who may, and who may know of the case."""

from people import Cast
from who_may import DRAFT, HELPED, expected, outcomes

MAY = HELPED
SEES = DRAFT


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "suggestion.edit") == expected(cast, MAY, SEES)
