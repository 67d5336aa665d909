"""Who may issue a key: each his own."""

import pytest
from who import decided

CASES = [
    ("operator", "plain", True),
    ("plain", "plain", True),
    ("clerk", "clerk", True),
    ("system", "plain", False),
    ("security", "plain", False),
    ("audit", "plain", False),
    ("clerk", "plain", False),
]


@pytest.mark.parametrize(("actor", "target", "expected"), CASES)
def test_key_issue(office, actor, target, expected):
    assert decided(office, "key_issue", actor, target) is expected
