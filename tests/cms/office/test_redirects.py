"""Which old addresses lead on is the system administrator's to set; they never lead off the site."""

from typing import Any

import pytest
from acting import browser_of
from people import Cast, cast_make
from wagtail.contrib.redirects.models import Redirect

from luoshi.audit.models import Event
from luoshi.errors import Invalid, NotAllowed, NotFound
from luoshi_cms.office.services import redirect_add, redirect_remove

HOST = "hengnan.localhost"
ADDRESS = "/office/website/redirects/"


@pytest.fixture
def c(county: Any) -> Cast:
    return cast_make()


def logged() -> list[tuple[str, str, str]]:
    rows = Event.objects.filter(stream__key="site:redirects").order_by("seq")
    return [(row.kind, row.payload["old"], row.payload["new"]) for row in rows if row.payload]


def test_an_old_address_leads_on_until_it_is_removed(c: Cast, at: Any) -> None:
    admin, anybody = browser_of(c.system_admin), at(HOST)
    assert anybody.get("/2019/jianyi.html").status_code == 404
    answer = admin.post(ADDRESS, {"old": "/2019/jianyi.html", "new": "/jianyi/"}, follow=True)
    assert ("/2019/jianyi.html" in answer.content.decode(), answer.status_code) == (True, 200)
    answer = anybody.get("/2019/jianyi.html")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/jianyi/")
    number = Redirect.objects.get().pk
    admin.post(ADDRESS, {"remove": str(number)})
    assert anybody.get("/2019/jianyi.html").status_code == 404
    assert logged() == [
        ("site.redirect_added", "/2019/jianyi.html", "/jianyi/"),
        ("site.redirect_removed", "/2019/jianyi.html", "/jianyi/"),
    ]
    with pytest.raises(NotFound):
        redirect_remove(redirect_id=number, actor=c.system_admin)


def test_a_page_that_is_there_is_not_led_away(c: Cast, at: Any) -> None:
    redirect_add(old="/jianyi/", new="/nowhere/", actor=c.system_admin)
    assert at(HOST).get("/jianyi/").status_code == 200


WRONG = [
    ("/alt/", "https://www.example.cn/", "new"),
    ("/alt/", "//www.example.cn/", "new"),
    ("/alt/", "/\\www.example.cn/", "new"),
    ("/alt/", "javascript:x", "new"),
    ("/alt/", "/a b/", "new"),
    ("/alt/", "/alt", "new"),
    ("/alt/", "/" + "x" * 200, "new"),
    ("alt/", "/jianyi/", "old"),
    ("https://www.example.cn/alt/", "/jianyi/", "old"),
    ("/office/", "/jianyi/", "old"),
    ("/cms/pages/", "/jianyi/", "old"),
    ("/api/v1/", "/jianyi/", "old"),
    ("/", "/jianyi/", "old"),
    ("/robots.txt", "/jianyi/", "old"),
    ("/known/", "/jianyi/", "old"),
    ("/one/", "/known/", "new"),
]


@pytest.mark.parametrize(("old", "new", "field"), WRONG)
def test_what_leads_off_the_site_nowhere_or_in_a_circle_is_refused(
    c: Cast, old: str, new: str, field: str
) -> None:
    redirect_add(old="/known/", new="/one/", actor=c.system_admin)
    with pytest.raises(Invalid) as refused:
        redirect_add(old=old, new=new, actor=c.system_admin)
    assert [problem.field for problem in refused.value.problems] == [field]
    answer = browser_of(c.system_admin).post(ADDRESS, {"old": old, "new": new})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])
    assert (Redirect.objects.count(), len(logged())) == (1, 1)


@pytest.mark.parametrize("who", ["editor", "final_reviewer", "congress", "security_admin", "audit_admin"])
def test_nobody_else_sets_one(c: Cast, who: str) -> None:
    client = browser_of(getattr(c, who))
    assert client.get(ADDRESS).status_code == 404
    assert client.post(ADDRESS, {"old": "/alt/", "new": "/jianyi/"}).status_code == 404
    with pytest.raises(NotAllowed):
        redirect_add(old="/alt/", new="/jianyi/", actor=getattr(c, who))
    assert (Redirect.objects.count(), logged()) == (0, [])


@pytest.mark.parametrize("number", ["x", "", "9" * 30, "-1"])
def test_a_number_that_is_none_removes_nothing(c: Cast, number: str) -> None:
    redirect_add(old="/alt/", new="/jianyi/", actor=c.system_admin)
    browser_of(c.system_admin).post(ADDRESS, {"remove": number})
    assert Redirect.objects.count() == 1
