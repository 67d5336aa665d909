"""Who may give which role: nobody to himself."""

import pytest
from who import decided

from luoshi.accounts.actor import Role

CASES = [
    ("operator", "plain", Role.SECURITY_ADMIN, True),
    ("operator", "plain", Role.SYSTEM, False),
    ("security", "plain", Role.CONGRESS_OFFICE, True),
    ("security", "plain", Role.SYSTEM_ADMIN, True),
    ("security", "plain", Role.SECURITY_ADMIN, True),
    ("security", "plain", Role.AUDIT_ADMIN, True),
    ("security", "security", Role.CONGRESS_OFFICE, False),
    ("security", "plain", Role.SYSTEM, False),
    ("system", "plain", Role.CONGRESS_OFFICE, False),
    ("audit", "plain", Role.CONGRESS_OFFICE, False),
    ("clerk", "plain", Role.CONGRESS_OFFICE, False),
    ("plain", "plain", Role.CONGRESS_OFFICE, False),
]


@pytest.mark.parametrize(("actor", "target", "role", "expected"), CASES)
def test_role_grant(office, actor, target, role, expected):
    assert decided(office, "role_grant", actor, target, role) is expected
