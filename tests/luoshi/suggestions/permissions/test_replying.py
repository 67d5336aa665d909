"""The reply letter (rows 13–15): who may."""

import pytest
from people import Cast
from who_may import REPLYING, expected, outcomes

STAGES = ("drafted", "approved", "issued")


@pytest.mark.parametrize("permission", REPLYING)
def test_who_may(staged: Cast, permission: str) -> None:
    assert outcomes(staged, permission) == expected(staged, permission)
