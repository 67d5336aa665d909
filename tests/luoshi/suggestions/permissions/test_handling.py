"""What units, offices and the deputy do with an assignment (rows 9–13, 20): who may."""

import pytest
from people import Cast
from who_may import HANDLING, expected, outcomes

STAGES = ("handed_over", "accepted", "handling", "issued B")


@pytest.mark.parametrize("permission", HANDLING)
def test_who_may(staged: Cast, permission: str) -> None:
    assert outcomes(staged, permission) == expected(staged, permission)
