"""代表对稿件的意见 (domain.md C1 rows 13–15): who may, and who may know of the case."""

from people import Cast
from who_may import WITH_UNITS, WRITER, expected, outcomes

MAY = WRITER
SEES = WITH_UNITS


def test_who_may(cast: Cast) -> None:
    assert outcomes(cast, "reply.comment") == expected(cast, MAY, SEES)
