"""Who may take which role: nobody his own."""

import pytest
from who import decided

from luoshi.accounts.actor import Role

CASES = [
    ("operator", "security", Role.SECURITY_ADMIN, True),
    ("security", "clerk", Role.CONGRESS_OFFICE, True),
    ("security", "security2", Role.SECURITY_ADMIN, True),
    ("security", "audit", Role.AUDIT_ADMIN, True),
    ("security", "security", Role.SECURITY_ADMIN, False),
    ("security", "plain", Role.SYSTEM, False),
    ("system", "clerk", Role.CONGRESS_OFFICE, False),
    ("audit", "clerk", Role.CONGRESS_OFFICE, False),
    ("clerk", "clerk", Role.CONGRESS_OFFICE, False),
    ("plain", "clerk", Role.CONGRESS_OFFICE, False),
]


@pytest.mark.parametrize(("actor", "target", "role", "expected"), CASES)
def test_role_revoke(office, actor, target, role, expected):
    assert decided(office, "role_revoke", actor, target, role) is expected
