"""转网站编辑 (domain.md C1 row 21): who may, and who may know of the case."""

from people import Cast
from who_may import CLOCK, OFFICE, WITH_EDITOR, expected, outcomes

MAY = OFFICE | CLOCK | {"editor"}
SEES = WITH_EDITOR


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "publication.send_to_editor") == expected(cast, MAY, SEES)
