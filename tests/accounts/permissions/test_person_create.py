"""Who may open an account."""

import pytest
from who import decided

CASES = [
    ("operator", "none", True),
    ("system", "none", True),
    ("security", "none", False),
    ("audit", "none", False),
    ("clerk", "none", False),
    ("plain", "none", False),
]


@pytest.mark.parametrize(("actor", "target", "expected"), CASES)
def test_person_create(office, actor, target, expected):
    assert decided(office, "person_create", actor, target) is expected
