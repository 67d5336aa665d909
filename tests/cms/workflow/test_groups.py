"""Rights in Wagtail follow from the roles, and no role has more than its own."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from people import Cast, cast_make
from wagtail.models import (
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Workflow,
    WorkflowPage,
)

from luoshi.accounts.actor import Role
from luoshi.accounts.models import RoleGrant, User
from luoshi.accounts.roles import ROLE_LABELS, SITE_REVIEWERS, SITE_ROLES
from luoshi.accounts.services import role_grant, role_revoke, user_create
from luoshi_cms.models import HomePage
from luoshi_cms.workflow.groups import groups_follow
from luoshi_cms.workflow.seed import review_seed
from luoshi_cms.workflow.steps import ReviewStep

ACCESS = "wagtailadmin.access_admin"
EVERY = sorted(SITE_ROLES)


@pytest.fixture
def cast(county: object) -> Cast:
    return cast_make()


def rights() -> dict[str, list[str]]:
    """Everything that stands with each group."""
    found: dict[str, list[str]] = {}
    for group in Group.objects.all():
        plain = [f"{row.content_type.app_label}.{row.codename}" for row in group.permissions.all()]
        pages = [
            f"{row.permission.codename} on {row.page.specific_class.__name__}"
            for row in GroupPagePermission.objects.filter(group=group)
        ]
        files = [
            f"{row.permission.codename} in {row.collection.name}"
            for row in GroupCollectionPermission.objects.filter(group=group)
        ]
        found[group.name] = sorted(plain + pages + files)
    return found


WANTED = {
    "网站编辑": [
        "add_document in Root",
        "add_image in Root",
        "add_page on HomePage",
        "change_page on HomePage",
        "choose_document in Root",
        "choose_image in Root",
        ACCESS,
    ],
    "网站一审": [ACCESS],
    "网站二审": [ACCESS],
    "网站三审": [ACCESS],
}


def test_the_groups_have_these_rights_and_wagtails_own_are_gone(county: object) -> None:
    assert rights() == {name: sorted(given) for name, given in WANTED.items()}
    assert GroupApprovalTask.objects.count() == 0


def test_the_three_steps_stand_over_the_whole_site(county: object) -> None:
    workflow = Workflow.objects.get()
    steps = [task.specific for task in workflow.tasks]
    assert [(step.name, step.role) for step in steps] == [
        ("一审", "site_first_reviewer"),
        ("二审", "site_second_reviewer"),
        ("三审", "site_final_reviewer"),
    ]
    assert WorkflowPage.objects.get().page.specific == HomePage.objects.get()
    assert HomePage.objects.get().get_workflow() == workflow


def test_seeding_again_changes_nothing_and_mends_what_was_given_too_much(county: object) -> None:
    steps = list(ReviewStep.objects.values_list("pk", "role"))
    editors = Group.objects.get(name="网站编辑")
    publish = GroupPagePermission.objects.first().permission.content_type.permission_set
    GroupPagePermission.objects.create(
        group=editors, page=HomePage.objects.get(), permission=publish.get(codename="publish_page")
    )
    Group.objects.create(name="自建组")
    assert rights() != WANTED
    review_seed()
    assert rights() == {name: sorted(given) for name, given in WANTED.items()}
    assert list(ReviewStep.objects.values_list("pk", "role")) == steps
    assert Workflow.objects.count() == 1


@pytest.mark.parametrize("role", EVERY)
def test_a_role_brings_its_group_and_takes_it_away(county: object, role: Role) -> None:
    user = user_create(username="a", full_name="甲", password=None)
    role_grant(user=user, role=role)
    assert (names(user), User.objects.get(pk=user.pk).has_perm(ACCESS)) == ([ROLE_LABELS[role]], True)
    role_revoke(user=user, role=role)
    assert (names(user), User.objects.get(pk=user.pk).has_perm(ACCESS)) == ([], False)


@pytest.mark.parametrize("role", sorted(set(Role) - SITE_ROLES - {Role.SYSTEM}))
def test_no_other_role_brings_anything(county: object, role: Role) -> None:
    user = user_create(username="a", full_name="甲", password=None)
    role_grant(user=user, role=role)
    fresh = User.objects.get(pk=user.pk)
    assert (names(user), fresh.get_all_permissions(), fresh.is_superuser) == ([], set(), False)


def test_a_sign_in_takes_what_no_role_gives_and_gives_what_a_role_does(cast: Cast) -> None:
    """Whatever has become of the groups: an import, a library, a hand in the database."""
    user = User.objects.get(pk=cast.first_reviewer.user_id)
    user.groups.set([Group.objects.get(name="网站三审"), Group.objects.create(name="自建组")])
    sign_in(user)
    assert names(user) == ["网站一审"]
    RoleGrant.objects.filter(user=user).delete()
    sign_in(user)
    assert names(user) == []


def test_several_roles_bring_several_groups(county: object) -> None:
    user = user_create(username="a", full_name="甲", password=None, roles=SITE_REVIEWERS)
    assert names(user) == sorted(ROLE_LABELS[role] for role in SITE_REVIEWERS)


def test_a_county_older_than_the_groups_gets_them_when_they_are_needed(county: object) -> None:
    Group.objects.all().delete()
    user = user_create(username="a", full_name="甲", password=None, roles=[Role.SITE_EDITOR])
    assert rights() == {"网站编辑": sorted(WANTED["网站编辑"])}
    groups_follow(user)
    assert names(user) == ["网站编辑"]


def names(user: User) -> list[str]:
    return sorted(User.objects.get(pk=user.pk).groups.values_list("name", flat=True))


def sign_in(user: User) -> None:
    client = Client(SERVER_NAME="hengnan.localhost")
    client.force_login(user, backend="luoshi_tenants.backends.CountyBackend")
