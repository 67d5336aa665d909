"""The pages of people, keys, rules and the log, as each administrator meets them."""

import re

import pytest

from luoshi.accounts.actor import Role
from luoshi.accounts.models import ApiKey, Invitation, RoleProposal, User
from luoshi.accounts.selectors import policy_current, roles_of
from luoshi.accounts.services import api_key_issue, role_propose, user_create
from luoshi.audit.models import Event
from luoshi.audit.services import event_append
from luoshi.suggestions.models import Delegation, Deputy, Term, Unit, UnitMember
from luoshi_tenants.context import county_context

NEW = "菊花-Lantern-88"
SCREENS = {
    "/office/people/": {"system", "security"},
    "/office/people/new/": {"system"},
    "/office/people/policy/": {"security"},
    "/office/people/keys/": {"system", "security", "audit", "clerk", "plain"},
    "/office/audit/": {"audit"},
}


def text(answer):
    return answer.content.decode()


@pytest.fixture
def unit(county):
    return Unit.objects.create(name="道路局")


@pytest.fixture
def deputy(county):
    term = Term.objects.create(number=17)
    return Deputy.objects.create(delegation=Delegation.objects.create(term=term, name="一团"), name="田禾")


@pytest.fixture
def form(unit):
    return {
        "username": "LiSi",
        "full_name": "李四",
        "email": "",
        "roles": ["unit_handler", "leader"],
        "unit": unit.pk,
        "position": "handler",
        "deputy": "",
    }


@pytest.mark.parametrize("address", SCREENS)
@pytest.mark.parametrize("name", ["system", "security", "audit", "clerk", "plain"])
def test_each_screen_opens_to_its_administrator_alone(browser, address, name):
    expected = 200 if name in SCREENS[address] else 403
    assert browser(name).get(address).status_code == expected


@pytest.mark.parametrize("address", SCREENS)
def test_strangers_are_sent_to_the_sign_in(browser, address):
    answer = browser().get(address)
    assert (answer.status_code, answer["Location"]) == (302, f"/office/login/?next={address}")


def test_administrators_see_no_suggestion_by_their_role(browser):
    for name in ("system", "security", "audit"):
        answer = browser(name).get("/api/v1/suggestions/")
        assert (answer.status_code, answer.json()["results"]) == (200, [])


def test_a_person_is_opened_invited_given_and_signs_in(office, browser, form, unit):
    answer = browser("system").post("/office/people/new/", form)
    assert answer.status_code == 200
    assert "申请的角色（承办单位经办人、领办、督办领导）还要由安全管理员" in text(answer)
    made = User.objects.get(username="lisi")
    assert (roles_of(made), made.has_usable_password()) == (frozenset(), False)
    assert set(made.role_proposals.values_list("role", flat=True)) == {"unit_handler", "leader"}
    assert list(UnitMember.objects.values_list("user", "unit", "position")) == [(made.pk, unit.pk, "handler")]
    link = re.search(r"http://hengnan\.localhost(/office/people/invitation/[\w-]+/)", text(answer))[1]
    guest = browser()
    assert ["李四" in text(guest.get(link)), Invitation.objects.get().used_at] == [True, None]
    short = guest.post(link, {"password": "Ab-1", "again": "Ab-1"})
    assert (short.status_code, "密码太短：至少 10 位" in text(short)) == (400, True)
    differ = guest.post(link, {"password": NEW, "again": NEW + "x"})
    assert (differ.status_code, "两次输入的密码不一致" in text(differ)) == (400, True)
    assert guest.post(link, {"password": NEW, "again": NEW}).status_code == 200
    assert guest.get(link).status_code == 404
    page = browser("security")
    waiting = page.get("/office/people/?state=waiting")
    assert re.findall(r"待审批：(\S+?)<", text(waiting)) == ["承办单位经办人", "领办、督办领导"]
    page.post(f"/office/people/{made.pk}/role/", {"act": "grant", "role": "unit_handler"})
    page.post(f"/office/people/{made.pk}/role/", {"act": "decline", "role": "leader"})
    assert (roles_of(made), RoleProposal.objects.count()) == ({Role.UNIT_HANDLER}, 0)
    signed = guest.post("/office/login/", {"username": "lisi", "password": NEW})
    assert signed["Location"] == "/office/"


def test_a_deputys_account_is_linked(browser, form, deputy):
    browser("system").post(
        "/office/people/new/", {**form, "roles": ["deputy"], "unit": "", "position": "", "deputy": deputy.pk}
    )
    deputy.refresh_from_db()
    assert deputy.user == User.objects.get(username="lisi")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"username": "putong"}, "用户名“putong”已被使用，请换一个"),
        ({"username": ""}, "此项必填"),
        ({"unit": ""}, "承办单位的人员须选择所在单位"),
        ({"position": ""}, "请选择在单位中的身份"),
        ({"roles": ["deputy"]}, "代表账号须选择对应的人大代表"),
    ],
)
def test_a_wrong_form_keeps_what_was_typed_and_writes_nothing(office, browser, form, changes, message):
    before = User.objects.count()
    answer = browser("system").post("/office/people/new/", {**form, **changes})
    assert (answer.status_code, message in text(answer), 'value="李四"' in text(answer)) == (400, True, True)
    assert (User.objects.count(), Invitation.objects.count()) == (before, 0)


@pytest.mark.parametrize("role", ["security_admin", "audit_admin", "system"])
def test_a_role_outside_the_whitelist_cannot_be_asked_for_by_hand(office, browser, form, role):
    answer = browser("system").post("/office/people/new/", {**form, "roles": [role]})
    assert (answer.status_code, User.objects.filter(username="lisi").count()) == (400, 0)
    asked = browser("system").post(
        f"/office/people/{office.plain.pk}/role/", {"act": "propose", "role": role}
    )
    assert (asked.status_code in (400, 403), RoleProposal.objects.count()) == (True, 0)


@pytest.mark.parametrize("act", ["grant", "revoke", "decline"])
@pytest.mark.parametrize("name", ["system", "audit", "clerk", "plain"])
def test_only_the_security_administrator_decides_on_roles(office, browser, act, name):
    role_propose(user=office.plain, role=Role.LEADER, actor=office.actor("system"))
    data = {"act": act, "role": "leader"}
    assert browser(name).post(f"/office/people/{office.plain.pk}/role/", data).status_code == 403
    assert (roles_of(office.plain), RoleProposal.objects.count()) == (frozenset(), 1)


def test_nobody_gives_himself_a_role(office, browser):
    data = {"act": "grant", "role": "congress_office"}
    answer = browser("security").post(f"/office/people/{office.security.pk}/role/", data)
    assert (answer.status_code, roles_of(office.security)) == (403, {Role.SECURITY_ADMIN})
    assert "不能授予自己" in text(answer)


def test_units_are_given_and_taken(office, browser, unit):
    client, address = browser("system"), f"/office/people/{office.plain.pk}/unit/"
    assert client.post(address, {"act": "add", "unit": unit.pk, "position": "head"}).status_code == 302
    assert UnitMember.objects.get().position == "head"
    for data in ({"unit": "", "position": "head"}, {"unit": unit.pk, "position": "king"}, {"unit": "9" * 30}):
        assert client.post(address, {"act": "add", **data}).status_code == 400
    assert browser("security").post(address, {"act": "remove", "unit": unit.pk}).status_code == 403
    assert client.post(address, {"act": "remove", "unit": unit.pk}).status_code == 302
    assert UnitMember.objects.count() == 0
    assert list(
        Event.objects.filter(stream__key=f"unit:{unit.pk}").order_by("seq").values_list("kind", flat=True)
    ) == ["unit.member_added", "unit.member_removed"]


def test_a_name_is_changed_an_account_closed_and_opened_again(office, browser):
    client, address = browser("system"), f"/office/people/{office.plain.pk}/"
    assert client.post(address, {"full_name": "新名", "email": ""}).status_code == 302
    wrong = client.post(address, {"full_name": "", "email": "x"})
    assert (wrong.status_code, 'value="x"' in text(wrong)) == (400, True)
    assert client.post(address + "close/").status_code == 302
    office.plain.refresh_from_db()
    assert (office.plain.full_name, office.plain.is_active) == ("新名", False)
    slip = client.post(address + "invite/")
    link = re.search(r"/office/people/invitation/[\w-]+/", text(slip))[0]
    browser().post(link, {"password": NEW, "again": NEW})
    office.plain.refresh_from_db()
    assert office.plain.is_active is True


@pytest.mark.parametrize("name", ["security", "audit", "system"])
def test_the_system_administrator_gets_no_link_to_who_watches_him_nor_to_himself(office, browser, name):
    pk = getattr(office, name).pk
    assert browser("system").post(f"/office/people/{pk}/invite/").status_code == 403
    assert browser("system").post(f"/office/people/{pk}/close/").status_code == 403
    assert (Invitation.objects.count(), User.objects.get(pk=pk).is_active) == (0, True)


def test_a_person_who_is_not_there_is_not_found(browser):
    for number in ("0", "999999", "9" * 30):
        assert browser("system").get(f"/office/people/{number}/").status_code == 404


def test_a_person_or_key_of_another_county_is_not_found(office, browser, two_counties):
    """Would leak: ids of the other county that this one does not have."""
    with county_context(two_counties[1]):
        made = [user_create(username=f"p{n}", full_name="乙", password=None) for n in range(60)][-1]
        for _ in range(3):
            api_key_issue(user=made, label="对接")
        key = made.api_keys.latest("pk")
    assert not User.objects.filter(pk=made.pk).exists()
    address = f"/office/people/{made.pk}/"
    for name in ("system", "security"):
        client = browser(name)
        assert client.get(address).status_code == 404
        acts = ("invite/", "close/", "role/", "unit/", "deputy/")
        assert [client.post(address + act).status_code for act in acts] == [404] * 5
        assert client.post(f"/office/people/keys/{key.pk}/revoke/").status_code == 404
    with county_context(two_counties[1]):
        assert (User.objects.get(pk=made.pk).is_active, made.api_keys.filter(revoked_at=None).count()) == (
            True,
            3,
        )


def test_people_are_found_by_name_role_and_state(office, browser):
    client = browser("system")

    def found(query):
        return re.findall(r'<span class="muted">(\w+)</span>', text(client.get(f"/office/people/?{query}")))

    assert found("q=ANQUAN") == ["anquan", "anquan2"]
    assert found("role=audit_admin") == ["shenji"]
    assert found("role=nothing&page=x&q=putong") == ["putong"]
    User.objects.filter(pk=office.clerk.pk).update(is_active=False)
    assert found("state=closed") == ["banshi"]


def test_a_key_is_shown_once_and_revoked_by_its_owner(office, browser):
    client = browser("plain")
    raw = re.search(
        r"<code>(luoshi_\S+)</code>", text(client.post("/office/people/keys/", {"label": "对接"}))
    )[1]
    assert raw not in text(client.get("/office/people/keys/"))
    key = ApiKey.objects.get()
    for name in ("clerk", "system", "audit"):
        assert browser(name).post(f"/office/people/keys/{key.pk}/revoke/").status_code == 404
    assert ApiKey.objects.get().revoked_at is None
    assert client.post(f"/office/people/keys/{key.pk}/revoke/").status_code == 302
    assert ApiKey.objects.get().revoked_at is not None
    assert client.post("/office/people/keys/", {"label": " "}).status_code == 400


def test_the_security_administrator_revokes_anybodys_key(office, browser):
    browser("plain").post("/office/people/keys/", {"label": "对接"})
    key = ApiKey.objects.get()
    assert browser("security").post(f"/office/people/keys/{key.pk}/revoke/").status_code == 302
    assert ApiKey.objects.get().revoked_at is not None


def test_rules_are_changed_on_their_page(office, browser):
    client = browser("security")
    given = {**policy_current().model_dump(), "min_length": 12}
    assert client.post("/office/people/policy/", given).status_code == 302
    assert policy_current().min_length == 12
    wrong = client.post("/office/people/policy/", {**given, "min_length": 5, "lock_seconds": 90})
    assert (wrong.status_code, "不能小于 8" in text(wrong), 'value="90"' in text(wrong)) == (400, True, True)
    assert browser("system").post("/office/people/policy/", given).status_code == 403
    assert policy_current().min_length == 12


# --- the log --------------------------------------------------------------------------------------------


def lines(answer):
    return re.findall(r'<strong>(\S+)</strong> <span>(\S*)</span> <span class="muted">(\S*)', text(answer))


def test_the_log_is_filtered_by_stream_kind_person_and_day(office, browser):
    role_propose(user=office.plain, role=Role.LEADER, actor=office.actor("system"))
    client = browser("audit")
    expected = [("申请角色", "xitong甲", f"user:{office.plain.pk}")]
    assert lines(client.get("/office/audit/?kind=account.role_proposed")) == expected
    assert lines(client.get("/office/audit/?who=xitong甲")) == expected
    assert len(lines(client.get(f"/office/audit/?stream=user:{office.plain.pk}"))) == 2
    assert lines(client.get("/office/audit/?to=2001-01-01")) == []
    assert lines(client.get("/office/audit/?from=2999-01-01&from=x&kind=account.role_proposed")) == expected
    for wrong in ("page=0", "page=-1", "page=99999999", "page=x", "from=2020-99-99"):
        assert client.get(f"/office/audit/?{wrong}").status_code == 200


def test_the_log_shows_no_business_content(office, browser):
    payload = {"title": "道路破损的秘密"}
    event_append(stream_key="suggestion:1", kind="x.done", actor_id=None, actor_role="", payload=payload)
    page = text(browser("audit").get("/office/audit/?stream=suggestion"))
    assert ("秘密" in page, "业务内容不在此显示（title）" in page) == (False, True)


def test_the_chains_are_verified_and_that_is_told(office, browser):
    client = browser("audit")
    page = text(client.post("/office/audit/"))
    assert ("核验通过" in page, "核验发现" in page) == (True, False)
    told = Event.objects.get(kind="audit.verified")
    assert (told.actor_id, told.payload["findings"]) == (office.audit.pk, 0)
    from django.db.models import QuerySet

    QuerySet(Event).filter(stream__key=f"user:{office.plain.pk}").update(kind="account.nothing")
    page = text(client.post("/office/audit/"))
    assert ("核验通过" in page, "处问题" in page) == (False, True)
    assert browser("system").post("/office/audit/").status_code == 403


# --- a phone, a keyboard --------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/office/people/new/", "/office/people/policy/", "/office/audit/"])
def test_every_control_has_a_label_or_words_of_its_own(browser, address):
    (name,) = SCREENS[address]
    page = text(browser(name).get(address))
    controls = re.findall(r"<(?:input|select|textarea)\b([^>]*)>", page.split("<main")[1])
    seen = [control for control in controls if 'type="hidden"' not in control]
    assert len(seen) > 3
    for control in seen:
        found = re.search(r'id="([^"]+)"', control)
        assert found is not None
        assert f'for="{found[1]}"' in page
    assert 'name="viewport"' in page
    assert re.search(r'tabindex="[1-9]', page) is None
