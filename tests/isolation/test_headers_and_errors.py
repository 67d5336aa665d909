"""What every answer tells the browser, and how the product says that something went wrong."""

import json
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client
from endpoints import COUNTY_LINES
from sides import Sides, body, send

from luoshi.accounts.models import User
from luoshi.accounts.services import password_set
from luoshi_site import middleware

PASSWORD = "木棉-Harbour-42"
SECRET = "Passwort=geheim"
PAGES = ("/office/", "/office/login/", "/office/password/", "/", "/no-such-page/")


def test_every_answer_carries_the_headers(sides: Sides) -> None:
    here, _ = sides
    wrong = []
    for who in ("nobody", "congress"):
        client = here.client(who)
        for line in COUNTY_LINES:
            if line.method == "GET" and "logout" not in line.address:
                answer = client.get(here.address(line.address))
                found = {name: answer.headers.get(name) for name in EXPECTED}
                body(answer)  # closes a file that is streamed
                expected = dict(EXPECTED)
                if line.route.startswith(FILES):  # stricter ones, see below
                    expected[POLICY] = found[POLICY]
                elif line.address.startswith("/cms/"):
                    expected[POLICY] = middleware.EDITOR_POLICY
                elif line.address.startswith("/office/people/invitation/"):
                    expected["Referrer-Policy"] = "strict-origin"  # the address holds the secret
                if found != expected:
                    wrong.append((who, line.address, found))
    assert wrong == []


FILES = ("media/", "documents/^", "office/^attachments/", "office/^uploads/", "api/v1/^attachments/(")
POLICY = "Content-Security-Policy"
EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    POLICY: middleware.OWN_POLICY,
}


@pytest.mark.parametrize("host", ["hengnan.localhost", "hunan.localhost", "stranger.localhost"])
@pytest.mark.parametrize("address", ["/", "/nothing/", "/api/v1/nothing/", "/login/"])
def test_every_place_carries_them_and_so_does_none(sides: Sides, host: str, address: str) -> None:
    answer = Client(SERVER_NAME=host).get(address)
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED


def test_our_own_pages_allow_no_script_of_anybody_elses(sides: Sides) -> None:
    policy = dict(part.strip().split(" ", 1) for part in middleware.OWN_POLICY.split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_our_own_pages_need_no_more_than_the_policy_allows(sides: Sides) -> None:
    """No script written into a page, no handler in an attribute, nothing from another host."""
    here, _ = sides
    for host, addresses in ((here.host, PAGES), ("hunan.localhost", ("/", "/login/")), ("nobody", ("/",))):
        client = here.client("congress") if host == here.host else Client(SERVER_NAME=host)
        for address in addresses:
            page = client.get(address, follow=True).content.decode()
            assert re.findall(r"<script(?![^>]*\ssrc=)|\son\w+\s*=|javascript:", page) == [], address
            assert re.findall(r"""(?:src|href|action)=["'](?:https?:)?//(?!\w+\.localhost)""", page) == []


def test_files_are_sandboxed_and_documents_never_shown(sides: Sides) -> None:
    here, _ = sides
    image = here.client().get(here.address("/media/{schema}/images/marker.png"))
    body(image)
    assert (image.status_code, image.headers[POLICY]) == (200, "sandbox; default-src 'none'")
    document = here.client().get(here.address("/documents/{document}/{file}"))
    body(document)
    assert document.status_code == 200
    assert document.headers[POLICY] == "default-src 'none'"
    assert document.headers["Content-Disposition"].startswith("attachment;")
    assert document.headers["X-Content-Type-Options"] == "nosniff"


def test_wagtails_admin_has_a_looser_policy_and_no_foreign_frame(sides: Sides) -> None:
    here, _ = sides
    user = User.objects.create(username="root", full_name="甲", is_superuser=True)
    client = here.client()
    client.force_login(user, backend="luoshi_tenants.backends.CountyBackend")
    answer = client.get("/cms/")
    assert (answer.status_code, answer.headers[POLICY]) == (200, middleware.EDITOR_POLICY)
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'self'" in middleware.EDITOR_POLICY
    preview = client.post(here.address("/cms/pages/{page}/edit/preview/"), {"title": "甲", "slug": "a"})
    assert preview.status_code == 200
    shown = client.get(here.address("/cms/pages/{page}/edit/preview/") + "?mode=")
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_no_cookie_is_set_but_the_sessions(sides: Sides, settings: Any) -> None:
    """Would leak: whatever is signed into a cookie is good in every county, for they share one secret key."""
    here, _ = sides
    password_set(user=here.people["writer"], password=PASSWORD)
    client = here.client()
    form = {"username": here.people["writer"].username, "password": PASSWORD}
    assert client.post("/office/login/", form).status_code == 302
    for line in COUNTY_LINES:
        if line.method in ("GET", "POST") and "logout" not in line.address:
            body(send(client, line.method, here.address(line.address)))
    assert set(client.cookies) == {settings.SESSION_COOKIE_NAME}


# --- errors ---------------------------------------------------------------------------------------------

WORDS = {400: "请求有误", 403: "没有权限", 404: "找不到页面", 500: "系统出错"}
FAILURES: dict[int, type[Exception]] = {
    400: SuspiciousOperation,
    403: PermissionDenied,
    500: RuntimeError,
}


def failing(error: type[Exception]) -> Any:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise error(SECRET)

    return fail


@pytest.mark.parametrize("status", sorted(FAILURES))
def test_a_page_that_fails_says_so_in_chinese(
    sides: Sides, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr("luoshi.workbench.views.start_page", failing(FAILURES[status]))
    answer = sides[0].client("congress").get("/office/")
    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert WORDS[status] in page
    assert [word for word in (SECRET, "Traceback", "RuntimeError") if word in page] == []


@pytest.mark.parametrize(("status", "code"), [(400, "invalid"), (403, "not_allowed"), (500, "server_error")])
def test_a_call_that_fails_is_told_in_json(
    sides: Sides, monkeypatch: pytest.MonkeyPatch, status: int, code: str
) -> None:
    monkeypatch.setattr("luoshi.api.views.tenant_current", failing(FAILURES[status]))
    answer = sides[0].client("congress").get("/api/v1/me/")
    found = json.loads(answer.content)
    assert (answer.status_code, found["code"], sorted(found)) == (
        status,
        code,
        ["code", "message", "problems", "requirements"],
    )
    assert re.search("[一-鿿]", found["message"])
    assert SECRET not in answer.content.decode()


@pytest.mark.parametrize(
    "address", ["/api/", "/api", "/api/v1/", "/api/v1/nothing/", "/api/v1/suggestions", "/api/v1/methods/x/"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_of_the_api_that_is_none_is_told_in_json(sides: Sides, address: str, method: str) -> None:
    """Without the redirect that adds a slash: it would turn a POST into a GET."""
    client = Client(SERVER_NAME=sides[0].host, enforce_csrf_checks=True)
    answer = client.generic(method, address, "{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.json()["message"] == "没有这个接口地址，请核对路径、编号与末尾的斜杠。"


def test_a_page_that_is_not_there_says_so_in_chinese(sides: Sides) -> None:
    for address in ("/no-such-page/", "/office/no/", "/media/no", "/documents/9/no.txt"):
        answer = sides[0].client().get(address)
        assert (answer.status_code, WORDS[404] in body(answer).decode()) == (404, True)


def test_a_provinces_api_is_told_in_json_too(sides: Sides) -> None:
    answer = Client(SERVER_NAME="hunan.localhost").get("/api/v1/suggestions/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


# --- the first password ---------------------------------------------------------------------------------


def test_nobody_goes_on_with_a_password_that_somebody_else_gave(sides: Sides) -> None:
    """By session the whole county is shut until it is changed; the way out and the change itself are open."""
    here, _ = sides
    client = here.client("congress")
    assert client.get("/api/v1/suggestions/").status_code == 200
    User.objects.filter(pk=here.people["congress"].pk).update(must_change_password=True)
    refused = client.get("/api/v1/suggestions/")
    assert (refused.status_code, refused.json()["message"]) == (403, "请先在工作台修改初始密码，再继续使用。")
    for address in ("/office/", "/cms/", "/methods/x/"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/office/password/")
    assert client.get("/office/password/").status_code == 200
    assert client.get("/").status_code == 200
    assert client.post("/office/logout/").status_code == 302
    User.objects.filter(pk=here.people["congress"].pk).update(must_change_password=False)
