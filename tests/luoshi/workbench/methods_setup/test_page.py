"""The page of the methods: what it shows of each, to whom, and what was done with it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from method_pages import alert, buttons, form_with, history, section, text

from luoshi.accounts.actor import Actor
from luoshi.methods.models import MethodActivation
from luoshi.methods.types import HealthNote
from luoshi.workbench.methods_setup.cards import cards_all
from luoshi_tenants.context import public_context
from luoshi_tenants.hosts import snapshot_forget
from luoshi_tenants.models import County

LIST = "/office/methods-setup/"
PAGE = "/office/methods-setup/kinds/"
SEES = {"system_admin", "audit_admin"}
PEOPLE = (
    "writer", "congress", "secretariat", "presidium", "government", "lead_head", "lead_handler", "leader",
    "committee", "editor", "system_admin", "security_admin", "audit_admin",
)  # fmt: skip


def page(client: Client, path: str = PAGE, status: int = 200, **data: Any) -> str:
    answer = client.post(path, data) if data else client.get(path)
    assert answer.status_code == status, text(answer.content.decode())[-600:]
    return answer.content.decode()


def enable(setup: Any, **changes: str) -> None:
    """Through the page, by both of its steps."""
    sent = {**form_with(page(setup.admin), "o.name"), "do": "enable", **changes}
    confirm(setup, page(setup.admin, **sent))


def confirm(setup: Any, shown: str) -> str:
    sent = {**form_with(shown, "change"), "do": "confirm"}
    return str(setup.admin.post(PAGE, sent, follow=True).content.decode())


@pytest.fixture
def allow(county: County) -> Iterator[Callable[[list[str]], None]]:
    """Sets what the province lets this county use, for the test's own county and those of its requests."""

    def province_allows(slugs: list[str]) -> None:
        county.province.methods_allowed = slugs
        with public_context():
            county.province.save()

    yield province_allows
    snapshot_forget()


# Who


@pytest.mark.parametrize("name", PEOPLE)
def test_who_sees_the_page_and_its_menu_entry(setup: Any, signed_in: Any, name: str) -> None:
    person: Actor = getattr(setup.cast, name)
    client = signed_in(person)
    status = 200 if name in SEES else 403
    shown = page(client, LIST, status)
    page(client, PAGE, status)
    assert ('href="/office/methods-setup/"' in shown) is (name in SEES)
    if name not in SEES:
        assert "只有系统管理员可以管理工作法" in shown


@pytest.mark.parametrize("name", [name for name in PEOPLE if name != "system_admin"])
def test_nobody_else_tries_or_changes_anything(setup: Any, signed_in: Any, name: str) -> None:
    setup.switch_on("refusing")
    client = signed_in(getattr(setup.cast, name))
    before = list(MethodActivation.objects.values_list())
    for do in ("enable", "options", "disable", "again", "confirm"):
        for slug, change in (("kinds", "enable"), ("refusing", "disable")):
            sent = {"do": do, "change": change, "seen": "0", "options": "{}"}
            page(client, f"/office/methods-setup/{slug}/", 403, **sent)
    assert list(MethodActivation.objects.values_list()) == before


def test_the_audit_administrator_reads_and_has_no_button(setup: Any) -> None:
    enable(setup)
    shown = page(setup.audit)
    assert buttons(shown) == []
    assert [line.split()[0] for line in history(shown)] == ["启用"]
    assert "登记前须沟通几次 1" in section(shown, "options")


def test_who_is_not_signed_in_goes_to_the_login_and_back() -> None:
    client = Client(SERVER_NAME="hengnan.localhost")
    for answer in (client.get(PAGE), client.post(PAGE, {"do": "enable"})):
        assert answer.headers["Location"] == f"/office/login/?next={PAGE}"


@pytest.mark.parametrize("slug", ["nothing", "kinds-2"])
def test_there_is_no_page_of_what_is_not_installed(setup: Any, slug: str) -> None:
    assert setup.admin.get(f"/office/methods-setup/{slug}/").status_code == 404
    assert setup.admin.post(f"/office/methods-setup/{slug}/", {"do": "enable"}).status_code == 404


# The cards


def standings() -> dict[str, str]:
    return {card.slug: card.standing.key for card in cards_all()}


def test_each_method_stands_where_it_stands(setup: Any, allow: Any) -> None:
    assert standings() == {
        "crashing": "off",
        "database-breaker": "off",
        "kinds": "off",
        "refusing": "off",
        "from-the-future": "unusable",
    }
    setup.switch_on("kinds", "crashing", "from-the-future", "never-installed")
    assert standings() == {
        "crashing": "red",
        "from-the-future": "red",
        "never-installed": "red",
        "kinds": "on",
        "database-breaker": "off",
        "refusing": "off",
    }
    setup.kinds.notes = [HealthNote("warning", "还没有登记人员"), HealthNote("ok", "其余正常")]
    assert standings()["kinds"] == "warned"
    allow(["refusing"])
    assert standings() == {
        "crashing": "red",
        "from-the-future": "red",
        "never-installed": "red",
        "kinds": "warned",
        "refusing": "off",
        "database-breaker": "barred",
    }


def test_what_the_province_does_not_allow_is_grey_with_its_reason_and_cannot_be_switched_on(
    setup: Any, allow: Any
) -> None:
    allow(["refusing"])
    shown = page(setup.admin, LIST)
    (card,) = [part for part in shown.split("<section")[1:] if 'id="m-kinds"' in part]
    assert "– 省级未开放" in text(card)
    assert "省级没有允许衡南县使用，请先向省级申请开通" in text(card)
    assert "设置并启用" not in text(card)
    assert buttons(page(setup.admin)) == []
    sent = {"do": "confirm", "change": "enable", "seen": "0", "options": "{}"}
    assert "衡南县未获准使用工作法“kinds”" in alert(page(setup.admin, status=403, **sent))
    assert MethodActivation.objects.count() == 0
    allow(["refusing", "kinds"])
    assert buttons(page(setup.admin)) == ["看影响并启用"]


def test_what_is_on_and_no_longer_allowed_can_still_be_switched_off(setup: Any, allow: Any) -> None:
    enable(setup)
    allow([])
    shown = page(setup.admin)
    assert "省级已不再允许本县使用该工作法" in section(shown, "about")
    assert buttons(shown) == ["看影响并保存选项", "看影响并停用"]


def test_a_card_says_what_it_does_whose_it_is_what_it_asks_and_since_when(setup: Any) -> None:
    enable(setup, **{"o.contacts_needed": "2"})
    shown = page(setup.admin, LIST)
    (card,) = [part for part in shown.split("<section")[1:] if 'id="m-kinds"' in part]
    words = text(card)
    for part in (
        "各式选项",
        "● 已启用",
        "登记前先沟通",
        "做法来自：某县做法",
        "承办单位 ：与代表沟通 2 次 （登记前）",
        "由系统管理员启用",
    ):
        assert part in words, (part, words)


@pytest.mark.parametrize("slug", ["crashing", "database-breaker", "from-the-future", "never-installed"])
def test_a_method_that_cannot_work_is_red_and_can_be_switched_off(setup: Any, slug: str) -> None:
    setup.cast.world.submitted()
    setup.switch_on(slug)
    address = f"/office/methods-setup/{slug}/"
    shown = page(setup.admin, address)
    assert "■ 已启用，运行出错" in text(shown)
    assert "停用" in section(shown, "off")
    tried = page(setup.admin, address, **form_with_off(shown))
    assert "1 件的" in section(tried, "effect")
    assert standings()[slug] == "red"
    answer = setup.admin.post(address, {**form_with(tried, "change"), "do": "confirm"}, follow=True)
    assert "已停用" in text(answer.content.decode())
    assert MethodActivation.objects.get(slug=slug).is_enabled is False
    assert [line.split()[0] for line in history(page(setup.admin, address))] == ["停用"]


def form_with_off(shown: str) -> dict[str, Any]:
    seen = form_with(shown.split('aria-labelledby="off"')[1].join(["<form>", ""]), "seen")
    return {**seen, "do": "disable"}


def test_the_list_asks_the_database_as_often_for_many_methods_as_for_one(setup: Any) -> None:
    setup.switch_on("refusing")
    page(setup.admin, LIST)
    with CaptureQueriesContext(connection) as captured:
        page(setup.admin, LIST)
    # A hook that is asked inside the test's own transaction has a savepoint; in a request it has none.
    one = [row for row in captured if "SAVEPOINT" not in row["sql"]]
    setup.switch_on("refusing", "from-the-future", "kinds", "never-installed")
    with CaptureQueriesContext(connection) as captured:
        page(setup.admin, LIST)
    many = [row for row in captured if "SAVEPOINT" not in row["sql"]]
    assert len(many) == len(one) <= 20


def test_without_any_method_the_page_says_so(setup: Any) -> None:
    from luoshi.methods.registry import MethodRegistry, registry_using

    with registry_using(MethodRegistry()):
        assert "本平台还没有安装任何工作法" in text(page(setup.admin, LIST))


# History


def test_the_history_tells_every_change_in_words(setup: Any) -> None:
    enable(setup, **{"o.contacts_needed": "2"})
    for changes in ({"o.contacts_needed": "3", "o.mode": "loose"}, {"o.words.title": "三访"}):
        sent = {**form_with(page(setup.admin), "o.name"), "do": "options", **changes}
        confirm(setup, page(setup.admin, **sent))
    shown = page(setup.admin)
    confirm(setup, page(setup.admin, **form_with_off(shown)))
    assert history(page(setup.admin)) == [
        "停用 系统管理员",
        "修改选项 系统管理员 用语·栏目名： 三见面 → 改为 三访",
        "修改选项 系统管理员 登记前须沟通几次： 2 → 改为 3 宽严： 从严 → 改为 从宽",
        "启用 系统管理员 与默认值不同的选项： 登记前须沟通几次： 1 → 改为 2",
    ]


def test_an_erased_event_and_a_strange_one_are_lines_too(setup: Any) -> None:
    from luoshi.audit.models import Event
    from luoshi.audit.services import event_append, payload_erase

    enable(setup)
    payload_erase(event=Event.objects.get(kind="method.enabled"), reason="误录", actor_id=None, actor_role="")
    event_append(
        stream_key="method:kinds",
        kind="method.options_set",
        actor_id=999_999,
        actor_role="",
        payload={"x": 1},
    )
    assert history(page(setup.admin)) == [
        "修改选项 #999999",
        "清除了一条记录的内容 系统",
        "启用 系统管理员 内容已清除",
    ]


def test_a_long_history_is_turned(setup: Any) -> None:
    from luoshi.audit.services import event_append

    for number in range(70):
        event_append(
            stream_key="method:kinds",
            kind="method.disabled",
            actor_id=number + 1_000_000,
            actor_role="",
            payload={},
        )
    assert [len(history(page(setup.admin, f"{PAGE}?page={number}"))) for number in (1, 2, 3, 4)] == [
        30,
        30,
        10,
        0,
    ]
    assert history(page(setup.admin, f"{PAGE}?page=2"))[0] == "停用 #1000039"
    for odd in ("x", "-1", "0", "99999999999999"):
        assert setup.admin.get(PAGE, {"page": odd}).status_code == 200
