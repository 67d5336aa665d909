"""Who may read the log."""

import pytest
from who import decided

CASES = [
    ("audit", "none", True),
    ("operator", "none", False),
    ("system", "none", False),
    ("security", "none", False),
    ("clerk", "none", False),
    ("plain", "none", False),
]


@pytest.mark.parametrize(("actor", "target", "expected"), CASES)
def test_audit_read(office, actor, target, expected):
    assert decided(office, "audit_read", actor, target) is expected
