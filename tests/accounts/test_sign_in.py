"""The way in: counting, locking, one answer for all, the end of sessions."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.messages import get_messages
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from luoshi.accounts.models import SignInThrottle, User
from luoshi.accounts.services import password_set, policy_apply, user_deactivate
from luoshi.accounts.services.sign_in import sign_in_begin, sign_in_succeeded
from luoshi.accounts.sessions import STAMP, session_alive
from luoshi.audit.models import Event
from luoshi_tenants.context import county_context

PASSWORD = "梅花-Kettle-77"
NEW = "菊花-Lantern-88"
WRONG = "用户名或密码不对，或账号已停用。请核对后重试。"
LOCKED = "登录失败次数过多，请在 5 分钟后重试。"


def knock(client: Client, username: str, password: str = "wrong", address: str = "192.0.2.1") -> str:
    """What the sign-in says: the sentence, or where it leads."""
    form = {"username": username, "password": password}
    answer = client.post("/office/login/", form, REMOTE_ADDR=address)
    if answer.status_code == 302:
        return answer["Location"]
    page = answer.content.decode()
    return page.split('role="alert">')[1].split("<")[0]


def test_five_failures_lock_known_and_unknown_names_alike(browser):
    for name in ("putong", "nobody-here"):
        client = browser()
        assert [knock(client, name) for _ in range(5)] == [WRONG] * 5
        assert knock(client, name) == LOCKED
        assert knock(client, name, PASSWORD) == LOCKED
        assert knock(client, f" {name.upper()} ", PASSWORD) == LOCKED
    assert knock(browser(), "banshi", PASSWORD) == "/office/"


def test_four_failures_do_not_and_success_forgets_them(browser):
    client = browser()
    for _ in range(3):
        assert [knock(client, "putong") for _ in range(4)] == [WRONG] * 4
        assert knock(client, "putong", PASSWORD) == "/office/"
        client = browser()


def test_a_lock_ends_after_its_time(browser):
    client = browser()
    for _ in range(6):
        knock(client, "putong")
    SignInThrottle.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert knock(client, "putong") == WRONG
    assert knock(client, "putong", PASSWORD) == "/office/"


def test_an_address_is_locked_whatever_names_it_tries(browser):
    client = browser()
    assert {knock(client, f"name{number}") for number in range(20)} == {WRONG}
    assert knock(client, "putong", PASSWORD) == LOCKED
    assert knock(client, "putong", PASSWORD, address="192.0.2.2") == "/office/"


def test_what_a_client_says_of_its_address_is_not_believed(browser, settings):
    client = browser()
    for number in range(20):
        client.post(
            "/office/login/",
            {"username": f"n{number}", "password": "x"},
            REMOTE_ADDR="192.0.2.1",
            HTTP_X_FORWARDED_FOR=f"198.51.100.{number}",
        )
    assert knock(client, "putong", PASSWORD) == LOCKED
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    form = {"username": "putong", "password": PASSWORD}
    forwarded = "203.0.113.5, 198.51.100.77"
    assert client.post("/office/login/", form, HTTP_X_FORWARDED_FOR=forwarded)["Location"] == "/office/"
    assert Event.objects.get(kind="account.signed_in").payload["address"] == "198.51.100.77"


def test_the_count_of_one_county_is_not_anothers(browser, two_counties):
    client = browser()
    for _ in range(6):
        knock(client, "putong")
    with county_context(two_counties[1]):
        assert sign_in_begin(username="putong", address="192.0.2.1") is None


def test_parallel_guesses_are_counted_before_they_are_looked_at(office):
    """Would leak: counting after the check lets any number of guesses run side by side."""
    answers = [sign_in_begin(username="putong", address="192.0.2.1") for _ in range(8)]
    assert [answer is None for answer in answers] == [True] * 5 + [False] * 3


def test_without_its_count_nobody_signs_in(browser, monkeypatch):
    def broken(**kwargs: object) -> None:
        raise OperationalError("no table")

    monkeypatch.setattr("luoshi_site.views.sign_in.sign_in_begin", broken)
    client = browser()
    client.raise_request_exception = False
    form = {"username": "putong", "password": PASSWORD}
    assert client.post("/office/login/", form).status_code == 500
    assert client.get("/office/people/keys/").status_code == 302


def test_unknown_wrong_and_closed_get_one_answer_and_similar_work(office, browser, monkeypatch):
    made = []
    kind = Argon2PasswordHasher
    monkeypatch.setattr(kind, "encode", _counting(kind.encode, made))
    monkeypatch.setattr(kind, "verify", _counting(kind.verify, made))
    user_deactivate(user=office.clerk)
    answers, work = set(), []
    for name in ("putong", "nobody-here", "banshi"):
        made.clear()
        answers.add(knock(browser(), name))
        work.append(len(made))
    assert answers == {WRONG}
    assert work == [1, 1, 1]


def _counting(function, made):
    def counted(*args, **kwargs):
        made.append(function)
        return function(*args, **kwargs)

    return counted


def test_the_log_knows_of_success_and_failure_but_not_of_a_mistyped_name(office, browser):
    client = browser()
    knock(client, "putong")
    knock(client, "my-Secret-Password-1")
    knock(client, "putong", PASSWORD)
    own = Event.objects.filter(stream__key=f"user:{office.plain.pk}").order_by("seq")
    assert [(event.kind, event.actor_id) for event in own][1:] == [
        ("account.sign_in_failed", None),
        ("account.signed_in", office.plain.pk),
    ]
    (unknown,) = Event.objects.filter(stream__key="sign_in")
    assert (unknown.kind, unknown.payload["address"]) == ("account.sign_in_failed", "192.0.2.1")
    assert "secret" not in str(unknown.payload).lower()


def test_an_old_password_is_changed_first(office, browser):
    policy_apply(data={"max_age_days": 90}, actor=office.actor("security"))
    User.objects.update(password_changed_at=timezone.now() - timedelta(days=89))
    assert knock(browser(), "putong", PASSWORD) == "/office/"
    User.objects.update(password_changed_at=timezone.now() - timedelta(days=91))
    assert knock(browser(), "putong", PASSWORD) == "/office/password/"


# --- sessions -------------------------------------------------------------------------------------------


def signed_in(client: Client) -> bool:
    return client.get("/office/people/keys/").status_code == 200


def age(client: Client, **moved: int) -> None:
    """Move the stamps of a session back by seconds."""
    session = client.session
    started, seen, idle, absolute = session[STAMP]
    session[STAMP] = [started - moved.get("started", 0), seen - moved.get("seen", 0), idle, absolute]
    session.save()


@pytest.mark.parametrize(
    ("moved", "still"),
    [
        ({"seen": 29 * 60}, True),
        ({"seen": 31 * 60}, False),
        ({"started": 11 * 3600}, True),
        ({"started": 13 * 3600}, False),
    ],
)
def test_a_session_ends_when_idle_or_too_old(browser, moved, still):
    client = browser("plain")
    assert signed_in(client)
    age(client, **moved)
    assert signed_in(client) is still
    assert signed_in(client) is still


def test_a_county_chooses_the_times_for_the_sign_ins_to_come(office, browser):
    before = browser("plain")
    policy_apply(data={"idle_minutes": 5, "absolute_hours": 1}, actor=office.actor("security"))
    after = browser("plain")
    for client in (before, after):
        age(client, seen=6 * 60)
    assert [signed_in(before), signed_in(after)] == [True, False]


def test_a_session_without_a_stamp_is_over_and_the_clock_is_written_once_a_minute():
    session = {STAMP: [0, 0, 1800, 43200]}
    assert (session_alive({}, 0), session_alive({STAMP: 7}, 0)) == (False, False)
    assert (session_alive(session, 59), session[STAMP]) == (True, [0, 0, 1800, 43200])
    assert (session_alive(session, 60), session[STAMP]) == (True, [0, 60, 1800, 43200])


def test_a_changed_password_ends_every_other_session(office, browser):
    own, other = browser("plain"), browser("plain")
    assert (signed_in(own), signed_in(other)) == (True, True)
    key = own.session.session_key
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert own.post("/office/password/", form).status_code == 302
    assert (signed_in(own), signed_in(other)) == (True, False)
    assert own.session.session_key != key


def test_an_own_new_password_obeys_the_history_and_is_told(office, browser):
    client = browser("plain")
    form = {"old_password": PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD}
    answer = client.post("/office/password/", form)
    assert (answer.status_code, "不能使用最近 3 次用过的密码" in answer.content.decode()) == (200, True)
    client.post("/office/password/", {**form, "new_password1": NEW, "new_password2": NEW})
    last = Event.objects.filter(stream__key=f"user:{office.plain.pk}").latest("seq")
    assert (last.kind, last.actor_id) == ("account.password_set", office.plain.pk)


def test_closing_ends_sessions_for_good(office, browser):
    client = browser("plain")
    assert signed_in(client)
    user_deactivate(user=office.plain)
    assert not signed_in(client)
    stale = browser("clerk")
    user_deactivate(user=office.clerk)
    User.objects.filter(pk=office.clerk.pk).update(is_active=True)
    assert not signed_in(stale)


def test_the_last_sign_in_is_told(office, browser):
    told = []
    for _ in range(2):
        answer = browser().post("/office/login/", {"username": "putong", "password": PASSWORD})
        told.append([str(message) for message in get_messages(answer.wsgi_request)])
        office.plain.last_login = User.objects.get(pk=office.plain.pk).last_login
    first, second = told
    assert first == ["这是您第一次登录。"]
    assert second[0].startswith(f"上次登录：{timezone.localtime(office.plain.last_login):%Y-%m-%d}")


def test_success_takes_its_own_attempt_off_the_address(office):
    for _ in range(40):
        assert sign_in_begin(username="putong", address="192.0.2.9") is None
        sign_in_succeeded(user=office.plain, address="192.0.2.9")
    assert password_set(user=office.plain, password=NEW) is None
