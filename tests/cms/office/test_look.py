"""How the site looks is the system administrator's to set, with a line in the log for each change."""

from typing import Any

import pytest
from acting import browser_of
from django.core.files.uploadedfile import SimpleUploadedFile
from files import photo
from people import Cast, cast_make
from sides import body
from wagtail.images.models import Image
from wagtail.models import Site

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.audit.models import Event
from luoshi.errors import Invalid, NotAllowed
from luoshi_cms.look import SiteLook
from luoshi_cms.office.services import LOOK_FIELDS, look_set

HOST = "hengnan.localhost"
ADDRESS = "/office/website/"
GIVEN = {
    "palette": "blue",
    "organiser": "衡南县人民代表大会常务委员会",
    "maintainer": "县人大办公室",
    "contact": "0000-0000000",
    "icp": "湘ICP备00000000号",
    "police_record": "",
    "site_id_code": "4304220001",
    "portal_origins": "https://www.example.cn\nhttps://zx.example.cn:8443",
}


@pytest.fixture
def c(county: Any) -> Cast:
    return cast_make()


def state() -> Any:
    return (
        list(SiteLook.objects.values()),
        Site.objects.get().site_name,
        Event.objects.filter(kind="site.look_changed").count(),
    )


def test_the_administrator_sets_it_and_the_public_sees_it_at_once(c: Cast, at: Any) -> None:
    admin = browser_of(c.system_admin)
    assert "公开网站" in admin.get("/office/").content.decode()
    assert admin.get(ADDRESS).status_code == 200
    emblem = SimpleUploadedFile("徽.jpg", photo())
    answer = admin.post(ADDRESS, {"name": "衡南县建议公开", **GIVEN, "emblem": emblem}, follow=True)
    assert [str(row) for row in answer.context["messages"]] == ["已保存，公开网站马上使用"]
    public = at(HOST).get("/").content.decode()
    for words in (
        "衡南县建议公开",
        "县人大办公室",
        "look-blue",
        "4304220001",
        "湘ICP备00000000号",
        "/media/",
    ):
        assert words in public, words
    event = Event.objects.get(kind="site.look_changed")
    assert (event.stream.key, event.actor_id, event.actor_role) == (
        "site:look",
        c.system_admin.user_id,
        "system_admin",
    )
    assert event.payload is not None
    changed = event.payload["changed"]
    assert (changed["palette"], changed["site_id_code"], "police_record" in changed) == (
        ["red", "blue"],
        ["", "4304220001"],
        False,
    )
    emblem_address = Image.objects.get().get_rendition("max-120x120").url
    given = at(HOST).get(emblem_address)
    assert (given.status_code, body(given)[:2]) == (200, b"\xff\xd8")
    admin.post(ADDRESS, {"name": "衡南县建议公开", **GIVEN, "drops_emblem": "on"})
    assert SiteLook.objects.get().emblem is None
    assert at(HOST).get(emblem_address).status_code == 404


def test_the_same_again_writes_nothing(c: Cast) -> None:
    assert look_set(name="名称", data=GIVEN, actor=c.system_admin) is True
    before = state()
    assert look_set(name=" 名称 ", data=GIVEN, actor=c.system_admin) is False
    assert state() == before
    assert look_set(name="名称", data={**GIVEN, "icp": ""}, actor=SYSTEM_ACTOR) is True
    assert Event.objects.filter(kind="site.look_changed").count() == 2


WRONG = [
    ({"name": ""}, "name"),
    ({"name": "长" * 61}, "name"),
    ({"palette": "yellow"}, "palette"),
    ({"palette": "#ffff00"}, "palette"),
    ({"site_id_code": "430422"}, "site_id_code"),
    ({"site_id_code": "43042200011"}, "site_id_code"),
    ({"site_id_code": "43042200AB"}, "site_id_code"),
    ({"site_id_code": "0304220001"}, "site_id_code"),
    ({"portal_origins": "http://www.example.cn"}, "portal_origins"),
    ({"portal_origins": "https://www.example.cn/x"}, "portal_origins"),
    ({"portal_origins": "https://*"}, "portal_origins"),
    ({"organiser": "长" * 101}, "organiser"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG, ids=lambda value: str(value)[:30])
def test_a_bad_value_is_refused_in_chinese_and_changes_nothing(
    c: Cast, wrong: dict[str, str], field: str
) -> None:
    before = state()
    given = {"name": "名称", **GIVEN, **wrong}
    with pytest.raises(Invalid) as refused:
        look_set(name=given["name"], data={key: given[key] for key in LOOK_FIELDS}, actor=c.system_admin)
    assert [problem.field for problem in refused.value.problems] == [field]
    answer = browser_of(c.system_admin).post(ADDRESS, given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])
    for text in answer.context["form"].errors[field]:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text), text
    assert state() == before


def test_an_emblem_that_is_no_picture_is_refused(c: Cast) -> None:
    file = SimpleUploadedFile("徽.png", b"<svg onload='x'/>")
    answer = browser_of(c.system_admin).post(ADDRESS, {"name": "名称", **GIVEN, "emblem": file})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["emblem"])
    assert (Image.objects.count(), SiteLook.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "who", ["editor", "final_reviewer", "congress", "government", "security_admin", "audit_admin", "writer"]
)
def test_nobody_else_sets_or_sees_it(c: Cast, at: Any, who: str) -> None:
    client, before = browser_of(getattr(c, who)), state()
    assert client.get(ADDRESS).status_code == 404
    assert client.post(ADDRESS, {"name": "名称", **GIVEN}).status_code == 404
    with pytest.raises(NotAllowed, match="系统管理员"):
        look_set(name="名称", data=GIVEN, actor=getattr(c, who))
    assert state() == before
    assert at(HOST).get(ADDRESS).status_code == 302
