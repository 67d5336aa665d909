"""Who may revoke a key."""

import pytest
from who import decided

CASES = [
    ("operator", "plain", True),
    ("plain", "plain", True),
    ("security", "plain", True),
    ("system", "plain", False),
    ("audit", "plain", False),
    ("clerk", "plain", False),
]


@pytest.mark.parametrize(("actor", "target", "expected"), CASES)
def test_key_revoke(office, actor, target, expected):
    assert decided(office, "key_revoke", actor, target) is expected
