"""Who may change the rules of passwords and sessions."""

import pytest
from who import decided

CASES = [
    ("operator", "none", True),
    ("security", "none", True),
    ("system", "none", False),
    ("audit", "none", False),
    ("clerk", "none", False),
    ("plain", "none", False),
]


@pytest.mark.parametrize(("actor", "target", "expected"), CASES)
def test_policy_change(office, actor, target, expected):
    assert decided(office, "policy_change", actor, target) is expected
