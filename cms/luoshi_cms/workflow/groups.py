"""What the four roles of the public site may do in Wagtail: rights that follow from the roles alone.

Wagtail keeps rights with groups. A group here is the shadow of a role: it is written from the roles whenever
they change and again at each sign-in, and nothing else is ever read from it. Nobody may publish, lock or
delete in bulk, and nothing of users, groups, sites or settings is in any of them: whoever may change people
in Wagtail can make himself a superuser.
"""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Site

from luoshi.accounts.actor import Role
from luoshi.accounts.models import User
from luoshi.accounts.roles import ROLE_LABELS, SITE_ROLES
from luoshi.accounts.selectors import roles_held

ACCESS = ("wagtailadmin", "access_admin")
EDITOR_ON_PAGES = ("add_page", "change_page")
EDITOR_ON_FILES = (
    ("wagtailimages", "add_image"),
    ("wagtailimages", "choose_image"),
    ("wagtaildocs", "add_document"),
    ("wagtaildocs", "choose_document"),
)
"""Pictures and files of one's own. A reviewer needs none of it: what he reviews is on one page of ours."""


def groups_follow(user: User) -> None:
    """Give ``user`` the groups of his roles and take every other one."""
    wanted = roles_held(user) & SITE_ROLES
    held = set(user.groups.values_list("name", flat=True))
    if held != {ROLE_LABELS[role] for role in wanted}:
        user.groups.set([group_ensure(role) for role in sorted(wanted)])


def groups_ensure() -> None:
    """The four groups, and none of those that Wagtail brings along, which may publish."""
    labels = [ROLE_LABELS[role] for role in SITE_ROLES]
    Group.objects.exclude(name__in=labels).delete()
    for role in sorted(SITE_ROLES):
        group_ensure(role)


@transaction.atomic
def group_ensure(role: Role) -> Group:
    """The group of ``role`` with exactly its rights, whatever it had before."""
    group, _ = Group.objects.get_or_create(name=ROLE_LABELS[role])
    group.permissions.set([_permission(*ACCESS)])
    GroupPagePermission.objects.filter(group=group).delete()
    GroupCollectionPermission.objects.filter(group=group).delete()
    if role == Role.SITE_EDITOR:
        _editor_rights(group)
    return group


def _editor_rights(group: Group) -> None:
    top = Site.objects.select_related("root_page").get(is_default_site=True).root_page
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page=top, permission=_permission("wagtailcore", codename))
        for codename in EDITOR_ON_PAGES
    )
    files = Collection.get_first_root_node()
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(group=group, collection=files, permission=_permission(app, codename))
        for app, codename in EDITOR_ON_FILES
    )


def _permission(app: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app, codename=codename)
