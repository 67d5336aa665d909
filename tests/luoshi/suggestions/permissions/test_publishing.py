"""The decision to publish (row 21): who may."""

import pytest
from people import Cast
from who_may import PUBLISHING, expected, outcomes

STAGES = ("issued",)


@pytest.mark.parametrize("permission", PUBLISHING)
def test_who_may(staged: Cast, permission: str) -> None:
    assert outcomes(staged, permission) == expected(staged, permission)
