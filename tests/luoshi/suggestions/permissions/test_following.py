"""Evaluation, re-handling, closing and tracking (rows 16–20): who may."""

import pytest
from people import Cast
from who_may import FOLLOWING, expected, outcomes

STAGES = ("issued", "issued B")


@pytest.mark.parametrize("permission", FOLLOWING)
def test_who_may(staged: Cast, permission: str) -> None:
    assert outcomes(staged, permission) == expected(staged, permission)
