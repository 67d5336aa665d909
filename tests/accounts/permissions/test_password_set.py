"""Who may set a password: each his own."""

import pytest
from who import decided

CASES = [
    ("operator", "plain", True),
    ("plain", "plain", True),
    ("system", "plain", False),
    ("security", "plain", False),
    ("audit", "plain", False),
    ("clerk", "plain", False),
]


@pytest.mark.parametrize(("actor", "target", "expected"), CASES)
def test_password_set(office, actor, target, expected):
    assert decided(office, "password_set", actor, target) is expected
