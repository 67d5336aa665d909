"""Who may ask for which role."""

import pytest
from who import decided

from luoshi.accounts.actor import Role

CASES = [
    ("system", "plain", Role.CONGRESS_OFFICE, True),
    ("system", "plain", Role.SITE_EDITOR, True),
    ("system", "plain", Role.SYSTEM_ADMIN, True),
    ("system", "system", Role.CONGRESS_OFFICE, False),
    ("system", "plain", Role.SECURITY_ADMIN, False),
    ("system", "plain", Role.AUDIT_ADMIN, False),
    ("system", "plain", Role.SYSTEM, False),
    ("security", "plain", Role.CONGRESS_OFFICE, False),
    ("audit", "plain", Role.CONGRESS_OFFICE, False),
    ("clerk", "plain", Role.CONGRESS_OFFICE, False),
    ("plain", "plain", Role.CONGRESS_OFFICE, False),
]


@pytest.mark.parametrize(("actor", "target", "role", "expected"), CASES)
def test_role_propose(office, actor, target, role, expected):
    assert decided(office, "role_propose", actor, target, role) is expected
