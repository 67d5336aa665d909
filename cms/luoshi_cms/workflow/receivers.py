"""When Wagtail's groups are written anew from the roles."""

from luoshi.accounts.models import User
from luoshi_cms.workflow.groups import groups_follow


def roles_changed_follow(sender: object, user: User, **kwargs: object) -> None:
    """A role was given or taken: its rights come or go in the same transaction."""
    groups_follow(user)


def sign_in_follow(sender: object, user: object, **kwargs: object) -> None:
    """A person of a county signs in: whatever the groups had become, they are his roles' again."""
    if isinstance(user, User):
        groups_follow(user)
