"""Sessions, CSRF tokens and accounts stay at the place they belong to."""

import re
from copy import deepcopy

import pytest
from django.contrib.sessions.models import Session

from luoshi.accounts.actor import Role
from luoshi.accounts.services import password_set, role_grant, user_create, user_deactivate
from luoshi_tenants.context import county_context, public_context
from luoshi_tenants.models import Province, ProvinceSession, ProvinceStaff
from luoshi_tenants.provisioning.services import province_ensure

pytestmark = pytest.mark.pg15

PASSWORD = "梅花-Kettle-77"


@pytest.fixture
def people(two_counties):
    """The same name and password in both counties: two persons."""
    found = []
    for county, name in zip(two_counties, ("甲", "乙"), strict=True):
        with county_context(county):
            found.append(
                user_create(
                    username="zhang",
                    full_name=name,
                    password=PASSWORD,
                    roles=[Role.DEPUTY],
                    must_change_password=False,
                )
            )
    return found


def sign_in(client, path="/office/login/", username="zhang", password=PASSWORD, **extra):
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(path).content.decode())
    return client.post(
        path, {"username": username, "password": password, "csrfmiddlewaretoken": token[1], **extra}
    )


def test_signing_in_leads_to_ones_own_office(people, at):
    client = at("xinhua.localhost", enforce_csrf_checks=True)
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/office/")
    page = client.get("/office/").content.decode()
    assert ["新化县" in page, "乙，您好" in page, "<p>人大代表</p>" in page, "甲，您好" in page] == [
        True,
        True,
        True,
        False,
    ]


def test_all_roles_are_named(people, at):
    role_grant(user=people[0], role=Role.UNIT_HEAD)
    client = at("hengnan.localhost")
    sign_in(client)
    assert "<p>人大代表、承办单位负责人</p>" in client.get("/office/").content.decode()


def test_office_asks_for_signing_in(county, at):
    answer = at("hengnan.localhost").get("/office/")
    assert (answer.status_code, answer["Location"]) == (302, "/office/login/?next=/office/")


@pytest.mark.parametrize(("username", "password"), [("zhang", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_wrong_name_or_password_gives_one_and_the_same_answer(people, at, username, password):
    answer = sign_in(at("hengnan.localhost"), username=username, password=password)
    assert answer.status_code == 200
    assert "用户名或密码不对，或账号已停用" in answer.content.decode()


def test_spelling_of_the_name_does_not_matter(people, at):
    assert sign_in(at("hengnan.localhost"), username=" ＺHANG").status_code == 302


def test_session_of_one_county_is_nothing_in_another(people, at):
    """Would leak: the same user id is another person elsewhere."""
    here, there = at("hengnan.localhost"), at("xinhua.localhost")
    sign_in(here)
    there.cookies = deepcopy(here.cookies)
    answer = there.get("/office/")
    assert (answer.status_code, answer["Location"]) == (302, "/office/login/?next=/office/")
    assert here.get("/office/").status_code == 200


def test_session_stands_in_the_countys_own_schema(people, two_counties, at):
    sign_in(at("xinhua.localhost"))
    assert Session.objects.count() == 0
    with county_context(two_counties[1]):
        assert Session.objects.count() == 1


def test_session_cookie_stays_at_its_host_and_out_of_scripts(people, at, settings):
    client = at("hengnan.localhost")
    cookie = sign_in(client).cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["domain"], cookie["httponly"], cookie["samesite"], cookie["path"]) == (
        "",
        True,
        "Lax",
        "/",
    )


def test_signing_in_changes_the_session_key(people, at, settings):
    client = at("hengnan.localhost")
    client.get("/office/login/")
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    sign_in(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before


def test_csrf_token_of_one_county_is_refused_in_another(people, at):
    """Would leak: with the secret in a cookie, whoever can set both cookie and field is let in at every
    county.
    """
    here, there = (
        at("hengnan.localhost", enforce_csrf_checks=True),
        at("xinhua.localhost", enforce_csrf_checks=True),
    )
    token = re.search(r'value="(\w+)"', here.get("/office/login/").content.decode())[1]
    there.get("/office/login/")
    form = {"username": "zhang", "password": PASSWORD, "csrfmiddlewaretoken": token}
    refused = there.post("/office/login/", form)
    assert (refused.status_code, "页面已过期" in refused.content.decode()) == (403, True)
    there.cookies = deepcopy(here.cookies)
    assert there.post("/office/login/", form).status_code == 403
    assert here.post("/office/login/", form).status_code == 302


def test_signing_out_is_by_post_and_ends_the_session(people, at):
    client = at("hengnan.localhost")
    sign_in(client)
    assert client.get("/office/logout/").status_code == 405
    assert client.post("/office/logout/").status_code == 302
    assert client.get("/office/").status_code == 302


@pytest.mark.parametrize("end", ["closed", "new password"])
def test_open_session_ends_with_the_account_or_its_password(people, at, end):
    client = at("hengnan.localhost")
    sign_in(client)
    if end == "closed":
        user_deactivate(user=people[0])
    else:
        password_set(user=people[0], password="菊花-Lantern-88")
    assert client.get("/office/").status_code == 302


def test_given_password_is_changed_first(county, at):
    user_create(username="li", full_name="丙", password=PASSWORD)
    client = at("hengnan.localhost")
    assert sign_in(client, username="li")["Location"] == "/office/password/"
    assert client.get("/office/")["Location"] == "/office/password/"
    weak = client.post(
        "/office/password/", {"old_password": PASSWORD, "new_password1": "1", "new_password2": "1"}
    )
    assert weak.status_code == 200
    new = "菊花-Lantern-88"
    client.post("/office/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert client.get("/office/").status_code == 200


def test_next_page_may_not_lead_away(people, at):
    answer = sign_in(at("hengnan.localhost"), next="https://elsewhere.invalid/")
    assert answer["Location"] == "/office/"


def test_wagtails_admin_is_shut_to_those_without_its_permission(people, at):
    client = at("hengnan.localhost")
    assert client.get("/cms/")["Location"].startswith("/office/login/")
    sign_in(client)
    assert client.get("/cms/").status_code == 302
    assert client.get("/cms/pages/").status_code == 302


# --- provinces ------------------------------------------------------------------------------------------


@pytest.fixture
def staff(two_counties):
    """One person at each of two provinces, with one name and password."""
    with public_context():
        province_ensure(code="620000", name="甘肃省", hosts=["gansu.localhost"])
        for province in Province.objects.all():
            person = ProvinceStaff(province=province, username="wang", full_name=f"{province.name}丁")
            person.set_password(PASSWORD)
            person.save()


def test_province_staff_signs_in_at_the_own_province(staff, at):
    client = at("hunan.localhost", enforce_csrf_checks=True)
    assert sign_in(client, "/login/", username="wang")["Location"] == "/"
    page = client.get("/").content.decode()
    assert ["湖南省丁" in page, "甘肃省丁" in page] == [True, False]
    assert client.post("/logout/").status_code == 403
    with public_context():
        assert [session.province.code for session in ProvinceSession.objects.all()] == ["430000"]


def test_session_of_one_province_is_nothing_in_another_or_in_a_county(staff, at):
    """Would leak: all provinces of a deployment share ``public``."""
    here = at("hunan.localhost")
    sign_in(here, "/login/", username="wang")
    for host, path in (("gansu.localhost", "/"), ("hengnan.localhost", "/office/")):
        there = at(host)
        there.cookies = deepcopy(here.cookies)
        page = there.get(path)
        assert "丁" not in page.content.decode()
    assert "湖南省丁" in here.get("/").content.decode()


def test_accounts_do_not_cross_between_county_and_province(people, staff, at):
    assert sign_in(at("hunan.localhost"), "/login/", username="zhang").status_code == 200
    assert sign_in(at("hengnan.localhost"), username="wang").status_code == 200


def test_closed_staff_cannot_sign_in(staff, at):
    with public_context():
        ProvinceStaff.objects.update(is_active=False)
    assert sign_in(at("hunan.localhost"), "/login/", username="wang").status_code == 200
