"""Accounts, roles, keys and tokens of one county."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from luoshi.accounts.actor import Role
from luoshi.accounts.models import ApiKey, RoleGrant, User
from luoshi.accounts.selectors import api_key_find, roles_of
from luoshi.accounts.services import (
    api_key_issue,
    api_key_revoke,
    api_key_touch,
    password_set,
    role_grant,
    role_revoke,
    user_create,
    user_deactivate,
)
from luoshi.accounts.tokens import token_read, token_sign
from luoshi.errors import Invalid, NotAllowed
from luoshi.tenancy import NoCounty
from luoshi_tenants.context import county_context, public_context

PASSWORD = "梅花-Kettle-77"


@pytest.fixture
def person(county):
    return user_create(username="Zhang", full_name="甲", password=PASSWORD, roles=[Role.DEPUTY])


def test_account_is_kept_in_one_spelling_with_a_slow_hash(person):
    stored = User.objects.get()
    assert (stored.username, stored.full_name, stored.must_change_password) == ("zhang", "甲", True)
    assert stored.password.startswith("argon2$argon2id$")
    assert stored.check_password(PASSWORD)
    assert roles_of(stored) == frozenset({Role.DEPUTY})


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ({"username": " "}, ["请填写用户名"]),
        ({"username": "a" * 151}, ["用户名过长：最多 150 个字符"]),
        ({"full_name": ""}, ["请填写姓名"]),
        ({"full_name": "甲" * 101}, ["姓名过长：最多 100 个字"]),
        ({"email": "x"}, ["电子邮箱“x”格式不对"]),
        ({"username": "ＺＨＡＮＧ"}, ["用户名“zhang”已被使用，请换一个"]),
        ({"username": " ", "full_name": " "}, ["请填写用户名", "请填写姓名"]),
    ],
)
def test_wrong_account_is_named_and_leaves_nothing(person, changes, messages):
    with pytest.raises(Invalid) as caught:
        user_create(**{"username": "li", "full_name": "乙", "password": PASSWORD, **changes})
    assert [problem.message for problem in caught.value.problems] == messages
    assert User.objects.count() == 1


@pytest.mark.parametrize("password", ["short-7", "12345678901", "password123", "zhangsan-01"])
def test_weak_password_is_refused(county, password):
    with pytest.raises(Invalid) as caught:
        user_create(username="zhangsan", full_name="甲", password=password)
    assert {problem.field for problem in caught.value.problems} == {"password"}
    assert User.objects.count() == 0


def test_account_without_a_password_opens_to_nobody(county):
    user = user_create(username="li", full_name="乙", password=None)
    assert not user.has_usable_password()


def test_failing_role_leaves_no_account(county):
    with pytest.raises(Invalid, match="“系统”角色不能授予任何人"):
        user_create(username="li", full_name="乙", password=PASSWORD, roles=[Role.DEPUTY, Role.SYSTEM])
    assert (User.objects.count(), RoleGrant.objects.count()) == (0, 0)


def test_role_is_given_once_and_taken_away(person):
    role_grant(user=person, role=Role.LEADER)
    role_grant(user=person, role=Role.LEADER)
    assert roles_of(person) == frozenset({Role.DEPUTY, Role.LEADER})
    assert role_revoke(user=person, role=Role.LEADER) is True
    assert role_revoke(user=person, role=Role.LEADER) is False
    assert roles_of(person) == frozenset({Role.DEPUTY})


@pytest.mark.parametrize("role", ["system", "king"])
def test_database_refuses_a_role_that_nobody_may_hold(person, role):
    with pytest.raises(IntegrityError, match="accounts_rolegrant_role_known"), transaction.atomic():
        RoleGrant.objects.create(user=person, role=role)


def test_closed_account_has_no_roles_and_no_keys(person):
    raw = api_key_issue(user=person, label="试用")
    user_deactivate(user=person)
    assert roles_of(person) == frozenset()
    assert api_key_find(raw) is None
    assert ApiKey.objects.get().revoked_at is not None
    with pytest.raises(Invalid, match="账号已停用"):
        api_key_issue(user=person, label="再试")


def test_password_is_changed(person):
    password_set(user=person, password="菊花-Lantern-88")
    stored = User.objects.get()
    assert (stored.check_password("菊花-Lantern-88"), stored.must_change_password) == (True, False)
    with pytest.raises(Invalid):
        password_set(user=person, password="1")
    assert User.objects.get().check_password("菊花-Lantern-88")


# --- keys -----------------------------------------------------------------------------------------------


def test_key_is_found_and_only_its_digest_is_kept(person):
    raw = api_key_issue(user=person, label=" 统计系统 ")
    key = api_key_find(raw)
    assert key is not None
    assert (key.user, key.label) == (person, "统计系统")
    assert raw not in {key.prefix, key.digest}
    assert raw.startswith(f"{key.prefix}_")
    assert api_key_issue(user=person, label="另一个") != raw


@pytest.mark.parametrize(
    "change", [lambda raw: raw[:-1], lambda raw: raw + "x", lambda raw: raw.upper(), lambda _: ""]
)
def test_changed_key_is_nothing(person, change):
    raw = api_key_issue(user=person, label="试用")
    assert api_key_find(change(raw)) is None
    assert api_key_find(raw) is not None


def test_revoked_key_is_dead_for_good(person):
    raw = api_key_issue(user=person, label="试用")
    key = ApiKey.objects.get()
    api_key_revoke(key=key)
    first = ApiKey.objects.get().revoked_at
    api_key_revoke(key=key)
    assert (api_key_find(raw), ApiKey.objects.get().revoked_at) == (None, first)


def test_key_of_one_county_is_nothing_in_another(person, two_counties):
    """Would leak: keys in a table that all counties share."""
    raw = api_key_issue(user=person, label="试用")
    with county_context(two_counties[1]):
        assert api_key_find(raw) is None
    assert api_key_find(raw) is not None


@pytest.mark.parametrize("label", ["", " ", "长" * 101])
def test_key_needs_a_label(person, label):
    with pytest.raises(Invalid, match="用途"):
        api_key_issue(user=person, label=label)


def test_use_of_a_key_is_written_once_an_hour(person, django_assert_num_queries):
    api_key_issue(user=person, label="试用")
    key = ApiKey.objects.get()
    api_key_touch(key=key)
    assert ApiKey.objects.get().last_used_at is not None
    with django_assert_num_queries(0):
        api_key_touch(key=key)
    key.last_used_at -= timedelta(hours=1, seconds=1)
    with django_assert_num_queries(1):
        api_key_touch(key=key)


# --- tokens ---------------------------------------------------------------------------------------------


def test_token_is_good_for_its_county_and_purpose(two_counties):
    """Would leak: one secret key signs for all counties."""
    token = token_sign(purpose="reply", value={"id": 7})
    assert token_read(purpose="reply", token=token) == {"id": 7}
    with pytest.raises(NotAllowed, match="链接无效"):
        token_read(purpose="evaluation", token=token)
    with county_context(two_counties[1]), pytest.raises(NotAllowed, match="链接无效"):
        token_read(purpose="reply", token=token)


@pytest.mark.parametrize(
    "change", [lambda token: token[:-1], lambda token: f"x{token}", lambda _: "", lambda _: "a:b:c"]
)
def test_forged_token_is_refused(county, change):
    token = token_sign(purpose="reply", value=7)
    with pytest.raises(NotAllowed, match="链接无效"):
        token_read(purpose="reply", token=change(token))


def test_old_token_is_refused(county):
    token = token_sign(purpose="reply", value=7)
    assert token_read(purpose="reply", token=token, max_age=timedelta(minutes=1)) == 7
    with pytest.raises(NotAllowed, match="链接已过期"):
        token_read(purpose="reply", token=token, max_age=timedelta(seconds=-1))


def test_token_needs_a_county(county):
    token = token_sign(purpose="reply", value=7)
    with public_context():
        with pytest.raises(NoCounty):
            token_sign(purpose="reply", value=7)
        with pytest.raises(NoCounty):
            token_read(purpose="reply", token=token)
