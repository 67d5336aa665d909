"""Who may issue a link: nobody gets at the account of who watches him."""

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
    ("security", "security2", True),
    ("security", "audit", True),
    ("security", "security", False),
    ("security", "plain", False),
    ("security", "system", False),
    ("audit", "plain", False),
    ("audit", "audit", False),
    ("clerk", "plain", False),
    ("plain", "plain", False),
]


@pytest.mark.parametrize(("actor", "target", "expected"), CASES)
def test_person_invite(office, actor, target, expected):
    assert decided(office, "person_invite", actor, target) is expected
