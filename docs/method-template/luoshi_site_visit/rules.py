"""Who may do what. The names of permissions begin with the label of the method."""

import rules
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from luoshi.accounts.actor import Role
from luoshi.accounts.models import User
from luoshi.accounts.selectors import roles_of

VISITORS = frozenset({Role.UNIT_HEAD, Role.UNIT_HANDLER, Role.GOVERNMENT_OFFICE, Role.CONGRESS_OFFICE})


@rules.predicate
def may_visit(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Staff of the units and of the two offices."""
    return isinstance(user, User) and not VISITORS.isdisjoint(roles_of(user))


SEE_AND_RECORD = "site_visit.see_and_record"
rules.add_perm(SEE_AND_RECORD, may_visit)
