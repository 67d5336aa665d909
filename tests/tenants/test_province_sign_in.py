"""The way in to a province: counting, locking, one answer for all, one province's count not another's."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from luoshi_tenants.context import public_context
from luoshi_tenants.models import Province, ProvinceStaff, ProvinceThrottle
from luoshi_tenants.provisioning.services import province_ensure
from luoshi_tenants.sign_in import province_sign_in_begin

PASSWORD = "梅花-Kettle-77"
WRONG = "用户名或密码不对，或账号已停用。请核对后重试。"
LOCKED = "登录失败次数过多，请在 5 分钟后重试。"


@pytest.fixture
def staff(two_counties: object) -> dict[str, ProvinceStaff]:
    """The same two names at two provinces."""
    found = {}
    with public_context():
        province_ensure(code="620000", name="甘肃省", hosts=["gansu.localhost"])
        for province in Province.objects.filter(code__in=["430000", "620000"]):
            for name in ("wang", "zhao"):
                person = ProvinceStaff(province=province, username=name, full_name=name)
                person.set_password(PASSWORD)
                person.save()
                found[f"{province.code} {name}"] = person
    return found


def knock(client: Client, username: str = "wang", password: str = "wrong", address: str = "192.0.2.1") -> str:
    """What the sign-in says: the sentence, or where it leads."""
    answer = client.post("/login/", {"username": username, "password": password}, REMOTE_ADDR=address)
    if answer.status_code == 302:
        return answer["Location"]
    return answer.content.decode().split('role="alert">')[1].split("<")[0]


def test_five_failures_lock_known_and_unknown_names_alike(staff: Any, at: Any) -> None:
    for name in ("wang", "nobody-here"):
        client = at("hunan.localhost")
        assert [knock(client, name) for _ in range(5)] == [WRONG] * 5
        assert [knock(client, name), knock(client, name, PASSWORD)] == [LOCKED] * 2
        assert knock(client, f" {name.upper()} ", PASSWORD) == LOCKED
    assert knock(at("hunan.localhost"), "zhao", PASSWORD) == "/"


def test_four_failures_do_not_and_success_forgets_them(staff: Any, at: Any) -> None:
    for _ in range(3):
        client = at("hunan.localhost")
        assert [knock(client) for _ in range(4)] == [WRONG] * 4
        assert knock(client, password=PASSWORD) == "/"


def test_a_lock_ends_after_its_time(staff: Any, at: Any) -> None:
    client = at("hunan.localhost")
    for _ in range(6):
        knock(client)
    with public_context():
        ProvinceThrottle.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert [knock(client), knock(client, password=PASSWORD)] == [WRONG, "/"]


def test_an_address_is_locked_whatever_names_it_tries(staff: Any, at: Any) -> None:
    client = at("hunan.localhost")
    assert {knock(client, f"name{number}") for number in range(20)} == {WRONG}
    assert knock(client, password=PASSWORD) == LOCKED
    assert knock(client, password=PASSWORD, address="192.0.2.2") == "/"


def test_the_count_of_one_province_is_not_anothers(staff: Any, at: Any) -> None:
    for _ in range(6):
        knock(at("hunan.localhost"))
    assert knock(at("gansu.localhost"), password=PASSWORD) == "/"


def test_a_closed_account_is_answered_like_a_wrong_password(staff: Any, at: Any) -> None:
    with public_context():
        ProvinceStaff.objects.filter(username="wang").update(is_active=False)
    assert knock(at("hunan.localhost"), password=PASSWORD) == WRONG


def test_parallel_guesses_are_counted_before_they_are_looked_at(staff: dict[str, ProvinceStaff]) -> None:
    """Would leak: counting after the check lets any number of guesses run side by side."""
    given = {"province": staff["430000 wang"].province, "username": "wang", "address": "192.0.2.1"}
    answers = [province_sign_in_begin(**given) for _ in range(8)]
    assert [answer is None for answer in answers] == [True] * 5 + [False] * 3


def test_without_its_count_nobody_signs_in(staff: Any, at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**kwargs: object) -> None:
        raise OperationalError("no table")

    monkeypatch.setattr("luoshi_site.views.sign_in.province_sign_in_begin", broken)
    client = at("hunan.localhost", raise_request_exception=False)
    assert client.post("/login/", {"username": "wang", "password": PASSWORD}).status_code == 500
    assert "_auth_user_id" not in client.session


def test_the_count_is_not_kept_for_ever(staff: Any, at: Any) -> None:
    knock(at("hunan.localhost"), "somebody")
    with public_context():
        ProvinceThrottle.objects.update(first_at=timezone.now() - timedelta(days=3))
    knock(at("hunan.localhost"), password=PASSWORD)
    with public_context():
        assert ProvinceThrottle.objects.filter(first_at__lt=timezone.now() - timedelta(days=2)).count() == 0


def test_the_process_log_knows_of_it_and_not_of_a_mistyped_name(
    staff: dict[str, ProvinceStaff], at: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="luoshi_tenants.sign_in"):
        knock(at("hunan.localhost"))
        knock(at("hunan.localhost"), "my-Secret-Password-1")
        knock(at("hunan.localhost"), password=PASSWORD)
    own = staff["430000 wang"].pk
    assert [record.getMessage() for record in caplog.records if record.name == "luoshi_tenants.sign_in"] == [
        f"province 430000: sign-in failed, staff {own}, from 192.0.2.1",
        "province 430000: sign-in failed, staff nobody, from 192.0.2.1",
        f"province 430000: staff {own} signed in from 192.0.2.1",
    ]
