"""Who may close an account."""

import pytest
from who import decided

CASES = [
    ("operator", "security", True),
    ("system", "plain", True),
    ("system", "clerk", True),
    ("system", "system2", True),
    ("system", "system", False),
    ("system", "security", False),
    ("system", "audit", False),
    ("security", "plain", False),
    ("security", "security2", False),
    ("audit", "plain", False),
    ("clerk", "plain", False),
    ("plain", "plain", False),
]


@pytest.mark.parametrize(("actor", "target", "expected"), CASES)
def test_person_close(office, actor, target, expected):
    assert decided(office, "person_close", actor, target) is expected
