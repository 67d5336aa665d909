"""Who may change another's account."""

import pytest
from who import decided

CASES = [
    ("operator", "audit", True),
    ("system", "plain", True),
    ("system", "clerk", True),
    ("system", "system2", True),
    ("system", "system", False),
    ("system", "security", False),
    ("system", "audit", False),
    ("security", "plain", False),
    ("security", "audit", False),
    ("audit", "plain", False),
    ("clerk", "plain", False),
    ("plain", "plain", False),
]


@pytest.mark.parametrize(("actor", "target", "expected"), CASES)
def test_person_change(office, actor, target, expected):
    assert decided(office, "person_change", actor, target) is expected
