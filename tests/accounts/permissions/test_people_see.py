"""Who may see the county's people."""

import pytest
from who import decided

CASES = [
    ("operator", "none", True),
    ("system", "none", True),
    ("security", "none", True),
    ("audit", "none", False),
    ("clerk", "none", False),
    ("plain", "none", False),
]


@pytest.mark.parametrize(("actor", "target", "expected"), CASES)
def test_people_see(office, actor, target, expected):
    assert decided(office, "people_see", actor, target) is expected
