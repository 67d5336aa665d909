"""确认脱敏稿 (domain.md C1 row 21): who may, and who may know of the case."""

from people import Cast
from who_may import OFFICE, WITH_UNITS, holds

MAY = OFFICE
SEES = WITH_UNITS


def test_who_may(cast: Cast) -> None:
    holds(cast, "publication.confirm_rendition", MAY, SEES)
