"""A login that ends while somebody writes: the text is kept for him alone and given back."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from forms import forms_of
from people import Cast
from ready import drafted, under_review
from world import fresh

from luoshi.accounts.actor import Actor
from luoshi.accounts.models import User
from luoshi.suggestions.models import Suggestion
from luoshi.tenancy import tenant_current
from luoshi.workbench.kept import LIMIT, typed_by

PASSWORD = "梅花-Kettle-77"


class Browser:
    """A browser of 衡南县 with real CSRF checks, in which persons sign in by the page."""

    def __init__(self) -> None:
        self.client = Client(SERVER_NAME="hengnan.localhost", enforce_csrf_checks=True)

    def login(self, actor: Actor, path: str = "/office/login/") -> Any:
        """Type name and password into the page at ``path``."""
        user = User.objects.get(pk=actor.user_id)
        user.set_password(PASSWORD)
        user.must_change_password = False
        user.save()
        (form,) = forms_of(self.client.get(path).content.decode())
        return self.client.post(path, form.with_(username=user.username, password=PASSWORD))

    def form(self, path: str, action: str = "", having: str = "once") -> Any:
        """The first form of a page that holds a field."""
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return next(form for form in forms_of(answer.content.decode(), action) if having in form.sends)


def login_ends() -> None:
    """Every session is gone, as after a night."""
    Session.objects.all().delete()


@pytest.fixture
def browser(cast: Cast) -> Browser:
    return Browser()


def test_an_act_typed_into_an_ended_login_comes_back(cast: Cast, browser: Browser) -> None:
    reply = under_review(cast)
    path = f"/office/acts/reply/{reply.pk}/send_back/"
    browser.login(cast.government)
    sent = browser.form(path, "send_back/").with_(reason="请写明完工时间，见附表", reasons=["too_brief"])
    login_ends()
    answer = browser.client.post(path, sent)
    assert (answer.status_code, answer["Location"]) == (302, f"/office/login/?next={path}")
    assert fresh(reply).state == "under_review"
    assert "您刚才填写的内容还在" in browser.client.get(answer["Location"]).content.decode()
    assert browser.login(cast.government, answer["Location"])["Location"] == path
    page = browser.client.get(path).content.decode()
    assert "您的内容还在，请重新提交" in page
    assert "请写明完工时间，见附表</textarea>" in page
    form = forms_of(page, "send_back/")[0]
    assert form.sends["reasons"] == ["too_brief"]
    assert browser.client.post(path, form.with_()).status_code == 302
    assert fresh(reply).reviews.get().reasons.endswith("请写明完工时间，见附表")
    # Sent, it is kept no more.
    assert browser.client.session["kept_typed"] == []


def test_a_draft_comes_back(cast: Cast, browser: Browser) -> None:
    browser.login(cast.writer)
    form = browser.form("/office/draft/")
    sent = form.with_(title="关于安装路灯的建议", content="村口没有路灯", asks=["安装", "管护", ""])
    login_ends()
    answer = browser.client.post("/office/draft/", sent)
    browser.login(cast.writer, answer["Location"])
    form = browser.form("/office/draft/")
    assert form.sends["title"] == ["关于安装路灯的建议"]
    assert form.sends["content"] == ["村口没有路灯"]
    assert form.sends["asks"][:2] == ["安装", "管护"]
    assert browser.client.post("/office/draft/", form.with_()).status_code == 302
    assert [ask.text for ask in Suggestion.objects.get().asks.all()] == ["安装", "管护"]


def test_a_reply_comes_back_with_the_version_it_began_with(cast: Cast, browser: Browser) -> None:
    reply = drafted(cast)
    path = f"/office/acts/reply/{reply.pk}/edit/"
    browser.login(cast.lead_handler)
    sent = browser.form(path, having="version").with_(body="写了一上午的答复")
    login_ends()
    back = browser.client.post(path, sent)["Location"]
    cast.world.act(reply, "edit", cast.lead_head, body="负责人改过的")
    browser.login(cast.lead_handler, back)
    form = browser.form(path, having="version")
    assert form.sends["body"] == ["写了一上午的答复"]
    answer = browser.client.post(path, form.with_())
    assert answer.status_code == 409  # the colleague's text was saved meanwhile
    assert "负责人改过的</textarea>" in answer.content.decode()
    assert fresh(reply).body == "负责人改过的"


def test_signed_in_again_in_another_window_one_goes_on_at_once(cast: Cast, browser: Browser) -> None:
    browser.login(cast.writer)
    sent = browser.form("/office/draft/").with_(title="关于路灯的建议")
    login_ends()
    browser.login(cast.writer)
    answer = browser.client.post("/office/draft/", sent)
    assert (answer.status_code, answer["Location"]) == (302, "/office/draft/")
    assert browser.form("/office/draft/").sends["title"] == ["关于路灯的建议"]


def test_nobody_else_is_given_it(cast: Cast, browser: Browser) -> None:
    browser.login(cast.writer)
    sent = browser.form("/office/draft/").with_(title="甲代表的建议")
    login_ends()
    back = browser.client.post("/office/draft/", sent)["Location"]
    assert len(browser.client.session["kept_typed"]) == 1
    browser.login(cast.second, back)
    assert browser.form("/office/draft/").sends["title"] == [""]
    assert browser.client.session["kept_typed"] == []


def test_a_form_of_another_person_in_the_same_browser_is_refused(cast: Cast, browser: Browser) -> None:
    browser.login(cast.writer)
    sent = browser.form("/office/draft/").with_(title="甲代表的建议")
    login_ends()
    browser.login(cast.second)
    assert browser.client.post("/office/draft/", sent).status_code == 403
    assert browser.form("/office/draft/").sends["title"] == [""]


def _foreign(sent: dict[str, Any], actor: Actor) -> dict[str, Any]:
    return {**sent, "typed_by": signing.dumps(["county_999999", actor.user_id], salt="luoshi.workbench.kept")}


def _forged(sent: dict[str, Any], actor: Actor) -> dict[str, Any]:
    return {**sent, "typed_by": typed_by(actor)[:-2] + "--"}


def _unmarked(sent: dict[str, Any], actor: Actor) -> dict[str, Any]:
    return {name: value for name, value in sent.items() if name != "typed_by"}


def _too_long(sent: dict[str, Any], actor: Actor) -> dict[str, Any]:
    return {**sent, "content": "长" * (LIMIT // 9 + 1)}


@pytest.mark.parametrize("change", [_foreign, _forged, _unmarked, _too_long])
def test_what_is_not_his_or_too_long_is_not_kept(cast: Cast, browser: Browser, change: Any) -> None:
    browser.login(cast.writer)
    assert tenant_current().schema != "county_999999"
    sent = change(browser.form("/office/draft/").with_(title="不该留下的"), cast.writer)
    login_ends()
    assert browser.client.post("/office/draft/", sent).status_code == 403
    browser.login(cast.writer)
    assert browser.form("/office/draft/").sends["title"] == [""]


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"X-Requested-With": "fetch"}])
def test_what_another_site_or_a_script_sends_is_not_kept(
    cast: Cast, browser: Browser, headers: dict[str, str]
) -> None:
    browser.login(cast.writer)
    sent = browser.form("/office/draft/").with_(title="不该留下的")
    login_ends()
    assert browser.client.post("/office/draft/", sent, headers=headers).status_code == 403
    browser.login(cast.writer)
    assert browser.form("/office/draft/").sends["title"] == [""]


def test_a_browser_keeps_three_forms_and_no_more(cast: Cast, browser: Browser) -> None:
    browser.login(cast.writer)
    sent = browser.form("/office/draft/").with_(title="标题")
    drafts = [cast.world.draft() for _ in range(3)]
    login_ends()
    for path in ("/office/draft/", *(f"/office/draft/{row.pk}/" for row in drafts)):
        assert browser.client.post(path, sent).status_code == 302
    assert [row["path"] for row in browser.client.session["kept_typed"]] == [
        f"/office/draft/{row.pk}/" for row in drafts
    ]


def test_every_form_that_is_written_in_carries_the_mark(cast: Cast, browser: Browser) -> None:
    reply = under_review(cast)
    browser.login(cast.government)
    page = browser.client.get(f"/office/acts/reply/{reply.pk}/approve/").content.decode()
    marks = re.findall(r'name="typed_by" value="([^"]+)"', page)
    assert len(marks) == 2
    assert signing.loads(marks[0], salt="luoshi.workbench.kept") == [
        tenant_current().schema,
        cast.government.user_id,
    ]
