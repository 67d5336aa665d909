"""What a county asks of passwords; the defaults and its own choice."""

import pytest

from luoshi.accounts.models import PolicyVersion
from luoshi.accounts.passwords import classes_of
from luoshi.accounts.policy import AccountPolicy
from luoshi.accounts.selectors import policy_current
from luoshi.accounts.services import password_set, policy_apply, user_create
from luoshi.audit.models import Event
from luoshi.errors import Invalid, NotAllowed
from luoshi_tenants.context import county_context


@pytest.mark.parametrize(
    ("password", "messages"),
    [
        ("Ab-345678", ["密码太短：至少 10 位"]),
        ("Ab-3456789", []),
        ("abcdefgh-xyz", ["密码应至少含大写字母、小写字母、数字、符号中的 3 类"]),
        ("Abcdefgh-xyz", []),
        ("Xputong-4821-k", ["密码不能含有用户名"]),
        ("XPUTONG-4821-k", ["密码不能含有用户名"]),
    ],
)
def test_policy_by_default(office, password, messages):
    if not messages:
        return password_set(user=office.plain, password=password)
    with pytest.raises(Invalid) as caught:
        password_set(user=office.plain, password=password)
    found = [problem.message for problem in caught.value.problems]
    assert [message for message in found if message in messages] == messages
    return None


def test_common_passwords_are_refused(office):
    with pytest.raises(Invalid):
        password_set(user=office.plain, password="password123")


def test_the_demonstrations_password_is_good_enough(county):
    for username in ("xitong1", "daibiao1", "jiaotongju1"):
        user_create(username=username, full_name="甲", password="Luoshi-a683e1c7")


@pytest.mark.parametrize(
    ("password", "count"),
    [("abc", 1), ("aB", 2), ("aB1", 3), ("aB1-", 4), ("梅花", 1), ("", 0), ("梅a１", 3)],
)
def test_classes(password, count):
    assert classes_of(password) == count


def test_the_last_three_passwords_do_not_come_again(office):
    words = ["梅花-Kettle-77", "菊花-Lantern-88", "兰花-Copper-99", "竹子-Window-66"]
    for word in words[1:3]:
        password_set(user=office.plain, password=word)
    for word in words[:3]:
        with pytest.raises(Invalid, match="不能使用最近 3 次用过的密码"):
            password_set(user=office.plain, password=word)
    password_set(user=office.plain, password=words[3])
    password_set(user=office.plain, password=words[0])
    assert office.plain.check_password(words[0])


def test_a_county_makes_its_own_rules_and_no_other_countys(office, two_counties):
    policy_apply(data={"min_length": 14, "classes": 4}, actor=office.actor("security"))
    with pytest.raises(Invalid, match="至少 14 位"):
        password_set(user=office.plain, password="Ab-3456789")
    with county_context(two_counties[1]):
        assert policy_current() == AccountPolicy()
    (event,) = Event.objects.filter(stream__key="account_policy")
    assert (event.kind, event.actor_id, event.payload["changed"]) == (
        "account.policy_changed",
        office.security.pk,
        {"min_length": [10, 14], "classes": [3, 4]},
    )
    policy_apply(data={"min_length": 14, "classes": 4}, actor=office.actor("security"))
    assert PolicyVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"min_length": 7}, "密码最短长度（位）：不能小于 8"),
        ({"classes": 2}, "密码至少含几类字符：不能小于 3"),
        ({"failures": 11}, "同一用户名连续失败几次后锁定（次）：不能大于 10"),
        ({"lock_seconds": 59}, "锁定时长（秒）：不能小于 60"),
        ({"idle_minutes": 0}, "无操作自动退出（分钟）：不能小于 5"),
        ({"nothing": 1}, "没有这一项，请删去"),
    ],
)
def test_rules_that_are_too_weak_are_refused(office, data, message):
    with pytest.raises(Invalid, match="^" + "nothing：" * ("nothing" in data) + message.replace("（", "（")):
        policy_apply(data=data, actor=office.actor("security"))
    assert PolicyVersion.objects.count() == 0


def test_the_rules_are_the_security_administrators(office):
    for name in ("system", "audit", "clerk"):
        with pytest.raises(NotAllowed):
            policy_apply(data={"min_length": 12}, actor=office.actor(name))
    assert policy_current().min_length == 10
