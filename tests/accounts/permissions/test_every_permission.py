"""No permission without its file of tests, no file without its permission, and no role left out of either."""

from pathlib import Path

import pytest

from luoshi.accounts.actor import SYSTEM_ACTOR, Actor, Role
from luoshi.accounts.roles import GRANTABLE_ROLES
from luoshi.accounts.rules import _REFUSALS, PERMISSIONS, Target, may

SYSTEM, SECURITY, AUDIT = "system_admin", "security_admin", "audit_admin"
OTHER, SELF = 2, 1
# By the separation of the three (B10): which roles may, about a plain other person and about oneself. The
# system itself (command line, onboarding) is the last column.
TABLE: dict[str, tuple[set[str], set[str], bool]] = {
    "people_see": ({SYSTEM, SECURITY}, {SYSTEM, SECURITY}, True),
    "person_create": ({SYSTEM}, {SYSTEM}, True),
    "person_change": ({SYSTEM}, set(), True),
    "person_close": ({SYSTEM}, set(), True),
    "person_invite": ({SYSTEM}, set(), True),
    "role_propose": ({SYSTEM}, set(), False),
    "role_grant": ({SECURITY}, set(), True),
    "role_revoke": ({SECURITY}, set(), True),
    "policy_change": ({SECURITY}, {SECURITY}, True),
    "key_issue": (set(), {role.value for role in GRANTABLE_ROLES}, True),
    "key_revoke": ({SECURITY}, {role.value for role in GRANTABLE_ROLES}, True),
    "password_set": (set(), {role.value for role in GRANTABLE_ROLES}, True),
    "audit_read": ({AUDIT}, {AUDIT}, False),
}


def test_each_permission_has_its_file_and_its_words() -> None:
    files = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert files - {"every_permission"} == set(PERMISSIONS) == set(_REFUSALS) == set(TABLE)


@pytest.mark.parametrize("permission", TABLE)
def test_every_role_is_tried(permission: str) -> None:
    about_others, about_oneself, by_the_system = TABLE[permission]
    for whom, expected in ((OTHER, about_others), (SELF, about_oneself)):
        target = Target(whom, frozenset(), Role.COMMITTEE)
        allowed = {
            role.value
            for role in GRANTABLE_ROLES
            if may(permission, Actor(user_id=SELF, name="甲", roles=frozenset({role})), target)
        }
        assert allowed == expected
    assert may(permission, SYSTEM_ACTOR, Target(OTHER, frozenset(), Role.COMMITTEE)) is by_the_system
    assert may(permission, Actor(user_id=SELF, name="甲", roles=frozenset()), target) is (
        permission in {"key_issue", "key_revoke", "password_set"}
    )


@pytest.mark.parametrize("watcher", [Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_nobody_but_another_security_administrator_gets_at_who_watches(watcher: Role) -> None:
    target = Target(OTHER, frozenset({watcher}), Role.COMMITTEE)
    for permission in ("person_change", "person_close", "person_invite"):
        allowed = {
            role.value
            for role in GRANTABLE_ROLES
            if may(permission, Actor(user_id=SELF, name="甲", roles=frozenset({role})), target)
        }
        assert allowed == ({SECURITY} if permission == "person_invite" else set())


@pytest.mark.parametrize("role", list(Role))
def test_the_whitelists_of_what_is_asked_for_and_given(role: Role) -> None:
    """A system administrator makes nobody, himself least of all, one of those who watch him."""
    system = Actor(user_id=SELF, name="甲", roles=frozenset({Role.SYSTEM_ADMIN}))
    security = Actor(user_id=SELF, name="乙", roles=frozenset({Role.SECURITY_ADMIN}))
    other, oneself = Target(OTHER, frozenset(), role), Target(SELF, frozenset(), role)
    proposable = role not in {Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.SYSTEM}
    assert (may("role_propose", system, other), may("role_propose", system, oneself)) == (proposable, False)
    assert (may("role_grant", security, other), may("role_grant", security, oneself)) == (
        role is not Role.SYSTEM,
        False,
    )
    assert (may("role_grant", system, other), may("role_propose", security, other)) == (False, False)
