"""历年办结件导入 (domain.md C1 rows 1–5): who may, and who may know of the case."""

from people import Cast
from who_may import DRAFT, expected, outcomes

MAY = {"importer"}
SEES = DRAFT


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "suggestion.import_closed") == expected(cast, MAY, SEES)
