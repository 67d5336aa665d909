"""The public site's people: an editor and three reviewers at their desks, and the office that takes down."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from hands import Person
from playwright.sync_api import expect
from stage import HOST, TO_PUBLISH, Stage

from luoshi.outbox.drain import outbox_drain
from luoshi.suggestions.models import Publication
from luoshi_cms.models import ReplyPage

NOTE = "本件答复已经三审，雨棚位置见附表。"
REASON = "附表中的站点有误，核对后重新公开"


@dataclass
class Room:
    """Those whose clicks they are, each in a browser of his own."""

    editor: Person
    first: Person
    second: Person
    final: Person
    office: Person
    citizen: Person


@pytest.fixture
def room(stage: Stage) -> Iterator[Room]:
    """The citizen holds a phone; what was taken down answers him 404 and 410."""
    with ExitStack() as stack:

        def person(name: str) -> Person:
            return stack.enter_context(stage.person(name))

        yield Room(
            editor=person("editor"),
            first=person("first_reviewer"),
            second=person("second_reviewer"),
            final=person("final_reviewer"),
            office=person("government"),
            citizen=stack.enter_context(stage.nobody(phone=True, refusals=(404, 410))),
        )


def drained(stage: Stage) -> None:
    with stage.data():
        outbox_drain(limit=10_000)


def opens(person: Person, about: str) -> None:
    """From the queue on the start page, by the row that names the suggestion."""
    person.page.goto("/office/")
    expect(person.heading).to_have_text("公开网站")
    row = person.page.get_by_role("row").filter(has_text=about)
    person.touch(row.get_by_role("link"))
    expect(person.heading).to_contain_text("审：")


def told(person: Person, words: str) -> None:
    expect(person.page.get_by_role("main").get_by_text(words, exact=True)).to_be_visible()


def test_three_reviewers_publish_and_the_office_takes_down(stage: Stage, room: Room) -> None:
    with stage.data():
        publication = Publication.objects.get(suggestion__title=TO_PUBLISH)
        address = f"/jianyi/{ReplyPage.objects.get(publication_id=publication.pk).slug}/"
    citizen = room.citizen.page

    def seen() -> list[bool]:
        """Whether the citizen finds it: in the list, by a search, in the feed."""
        found = []
        for place in ("/jianyi/", "/jianyi/?q=雨棚"):
            citizen.goto(place)
            found.append(citizen.get_by_role("link", name=TO_PUBLISH).count() > 0)
        port = urlsplit(stage.base).port
        with urlopen(Request(f"http://127.0.0.1:{port}/jianyi/feed.atom", headers={"Host": HOST})) as feed:
            return [*found, TO_PUBLISH in feed.read().decode()]

    answer = citizen.goto(address)
    assert answer is not None
    assert (answer.status, seen()) == (404, [False] * 3)

    # 一审 sends it back, the editor adds a note and sends it in
    opens(room.first, TO_PUBLISH)
    room.first.page.get_by_label("意见（退回时必填，最多500字）").fill("请加编者按")
    room.first.press("退回")
    told(room.first, "已退回网站编辑")
    drained(stage)
    room.editor.page.goto("/office/")
    expect(room.editor.page.get_by_text("一审退回修改（网站一审）：请加编者按").first).to_be_visible()
    opens(room.editor, TO_PUBLISH)
    room.editor.follow("修改", room.editor.page.get_by_role("main"))
    room.editor.page.locator(".public-DraftEditor-content").click()
    room.editor.page.keyboard.type(NOTE)
    # The editor's script puts what is typed into the form a moment later.
    expect(room.editor.page.locator("[name=introduction]")).to_have_value(re.compile(NOTE))
    room.editor.page.get_by_role("button", name="更多动作").click()
    room.editor.press("保存并送审")
    expect(room.editor.page.get_by_text("已送审，从一审开始")).to_be_visible()

    # 一审 → 二审 → 三审
    steps = ((room.first, "一审"), (room.second, "二审"), (room.final, "三审"))
    for reviewer, step in steps:
        drained(stage)
        opens(reviewer, TO_PUBLISH)
        expect(reviewer.heading).to_have_text(re.compile(f"^{step}："))
        expect(reviewer.page.get_by_text(NOTE).first).to_be_visible()
        assert seen() == [False] * 3
        reviewer.press("通过并公开" if step == "三审" else "通过")
        told(reviewer, "已通过，页面已经公开" if step == "三审" else "已通过，转入下一步审核")
    drained(stage)
    assert seen() == [True] * 3
    citizen.goto(address)
    expect(room.citizen.heading).to_have_text(TO_PUBLISH)
    expect(citizen.get_by_text(NOTE)).to_be_visible()

    # 撤下: gone for the citizen before any worker has heard of it
    room.office.open_case(TO_PUBLISH)
    room.office.does("撤下", {"公开的撤下理由": REASON})
    answer = citizen.goto(address)
    assert answer is not None
    assert answer.status == 410
    expect(citizen.get_by_text(REASON)).to_be_visible()
    today = citizen.evaluate(
        "(now => `${now.getFullYear()}年${now.getMonth() + 1}月${now.getDate()}日`)(new Date())"
    )
    expect(citizen.get_by_role("main")).to_contain_text(today)
    expect(citizen.get_by_text(NOTE)).to_have_count(0)
    assert seen() == [False] * 3
    drained(stage)
    answer = citizen.goto(address)
    assert answer is not None
    assert (answer.status, seen()) == (410, [False] * 3)
