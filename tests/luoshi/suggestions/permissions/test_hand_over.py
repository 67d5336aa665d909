"""Merging, pre-assignment and hand-over (rows 6–8): who may."""

import pytest
from people import Cast
from who_may import HAND_OVER, expected, outcomes

STAGES = ("registered", "pre_assigned")


@pytest.mark.parametrize("permission", HAND_OVER)
def test_who_may(staged: Cast, permission: str) -> None:
    assert outcomes(staged, permission) == expected(staged, permission)
