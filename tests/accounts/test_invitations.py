"""One-time links: bound to the county, used once, over after their time, replaced by the next one."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from luoshi.accounts.models import Invitation, User
from luoshi.accounts.selectors import invitation_find
from luoshi.accounts.services import invitation_accept, invitation_issue, user_create, user_deactivate
from luoshi.audit.models import Event
from luoshi.errors import Invalid, NotAllowed, NotFound
from luoshi_tenants.context import county_context

NEW = "菊花-Lantern-88"


@pytest.fixture
def link(office):
    return invitation_issue(user=office.plain, actor=office.actor("system"))[0]


def kinds(user):
    return list(
        Event.objects.filter(stream__key=f"user:{user.pk}").order_by("seq").values_list("kind", flat=True)
    )


def test_the_person_sets_the_password_once(office, link):
    assert invitation_find(link).user == office.plain
    invitation_accept(token=link, password=NEW)
    stored = User.objects.get(pk=office.plain.pk)
    assert (stored.check_password(NEW), stored.must_change_password, stored.is_active) == (True, False, True)
    with pytest.raises(NotFound, match="已使用"):
        invitation_accept(token=link, password="兰花-Copper-99")
    assert User.objects.get(pk=office.plain.pk).check_password(NEW)
    assert kinds(office.plain) == ["account.opened", "account.invitation_issued", "account.invitation_used"]


def test_only_a_digest_is_kept_and_the_log_has_no_token(office, link):
    row = Invitation.objects.get()
    assert (len(row.digest), link in row.digest) == (64, False)
    assert [event for event in Event.objects.all() if link in str(event.payload)] == []


def test_a_weak_password_leaves_the_link_good(office, link):
    with pytest.raises(Invalid, match="至少 10 位"):
        invitation_accept(token=link, password="Ab-1")
    assert invitation_find(link) is not None
    invitation_accept(token=link, password=NEW)


def test_the_next_link_kills_the_one_before(office, link):
    second = invitation_issue(user=office.plain, actor=office.actor("system"))[0]
    assert (invitation_find(link), invitation_find(second).user) == (None, office.plain)
    with pytest.raises(NotFound):
        invitation_accept(token=link, password=NEW)


def test_a_link_is_over_after_seven_days(office, link):
    row = Invitation.objects.get()
    assert row.expires_at - row.issued_at == timedelta(days=7)
    assert invitation_find(link, at=row.expires_at - timedelta(seconds=1)) is not None
    assert invitation_find(link, at=row.expires_at) is None
    now = timezone.now()
    Invitation.objects.update(issued_at=now - timedelta(days=7, seconds=1), expires_at=now)
    with pytest.raises(NotFound):
        invitation_accept(token=link, password=NEW)


def test_a_link_of_one_county_is_nothing_in_another(office, link, two_counties):
    """Would leak: the same row in the other county, so that only the binding of the digest refuses."""
    row = Invitation.objects.get()
    with county_context(two_counties[1]):
        there = user_create(username="putong", full_name="乙", password=None)
        Invitation.objects.create(
            user=there, digest=row.digest, issued_at=row.issued_at, expires_at=row.expires_at
        )
        assert invitation_find(link) is None
        with pytest.raises(NotFound):
            invitation_accept(token=link, password=NEW)
    assert invitation_find(link) is not None


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: t + "x", lambda t: t.swapcase(), lambda _: ""]
)
def test_a_changed_link_is_nothing(office, link, change):
    assert invitation_find(change(link)) is None


def test_a_closed_account_opens_again_by_a_new_link_only(office, link):
    user_deactivate(user=office.plain, actor=office.actor("system"))
    assert invitation_find(link) is None
    second = invitation_issue(user=office.plain, actor=office.actor("system"))[0]
    assert User.objects.get(pk=office.plain.pk).is_active is False
    invitation_accept(token=second, password=NEW)
    assert User.objects.get(pk=office.plain.pk).is_active is True


def test_nobody_makes_a_link_to_the_account_of_who_watches_him(office):
    for actor, target in (
        ("system", "security"),
        ("system", "audit"),
        ("security", "plain"),
        ("audit", "plain"),
    ):
        with pytest.raises(NotAllowed):
            invitation_issue(user=getattr(office, target), actor=office.actor(actor))
    assert Invitation.objects.count() == 0


def test_database_keeps_one_open_link_a_person(office, link):
    row = Invitation.objects.get()
    with pytest.raises(IntegrityError, match="accounts_invitation_one_open"), transaction.atomic():
        Invitation.objects.create(
            user=office.plain, digest="0" * 64, issued_at=row.issued_at, expires_at=row.expires_at
        )
