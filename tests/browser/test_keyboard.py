"""The main acts without a mouse."""

import pytest
from failing import PASSWORD
from keys import Keyboard
from playwright.sync_api import expect
from stage import TO_ACCEPT, TO_GRADE, Stage


def test_sign_in_and_skip_to_the_content(stage: Stage) -> None:
    with stage.nobody() as person:
        person.page.goto("/office/")
        expect(person.page.get_by_label("用户名")).to_be_focused()  # the browser does it after it has loaded
        keys = Keyboard(person)
        assert keys.focus is not None
        assert keys.focus["name"] == "用户名"
        keys.type(stage.username("lead_handler"))
        keys.tab_to("密码", most=1)
        keys.type(PASSWORD)
        keys.tab_to("登录", most=1)
        keys.enter()
        expect(person.heading).to_contain_text("您好")
        keys.tab_to("跳到正文", most=1)
        keys.enter()
        assert keys.focus is not None
        assert keys.focus["id"] == "main"
        keys.press("Tab")
        assert person.page.evaluate("document.activeElement.closest('main') !== null")


def test_a_unit_accepts_with_three_persons(stage: Stage) -> None:
    with stage.seen_by("lead_handler") as person:
        person.page.goto("/office/")
        keys = Keyboard(person)
        keys.tab_to("我的承办件")
        keys.enter()
        expect(person.heading).to_contain_text("我的承办件")
        keys.tab_to(TO_ACCEPT)
        keys.enter()
        expect(person.heading).to_contain_text(TO_ACCEPT)
        keys.tab_to("签收")
        keys.enter()
        expect(person.heading).to_have_text("签收")
        for label, name in (("主要负责人", "甲局长"), ("分管负责人", "乙局长"), ("经办人", "丙科员")):
            keys.tab_to(label)
            keys.type(name)
        keys.tab_to("签收")
        keys.enter()
        expect(person.page.get_by_role("status").filter(has_text="已办：签收")).to_be_visible()
        for name in ("甲局长", "乙局长", "丙科员"):
            expect(person.page.get_by_role("main").get_by_text(name, exact=True)).to_be_visible()


def test_a_deputy_writes_and_hands_in(stage: Stage) -> None:
    with stage.seen_by("writer") as person:
        person.page.goto("/office/")
        keys = Keyboard(person)
        keys.tab_to("提一条建议")
        keys.enter()
        expect(person.heading).to_have_text("提一条建议")
        keys.tab_to("标题")
        keys.type("关于修复水渠的建议")
        keys.tab_to("问题和理由")
        keys.type("水渠塌了一段。")
        keys.tab_to("第1件请求")
        keys.type("修复")
        keys.tab_to("保存，下一步")
        keys.enter()
        expect(person.heading).to_have_text("关于修复水渠的建议")
        for label in ("这件建议只提了一件事（一事一议）", "我看过不予受理的情形，本件不在其中"):
            keys.tab_to(label)
            keys.press("Space")
        keys.tab_to("提交建议")
        keys.enter()
        expect(person.page.get_by_role("status").filter(has_text="已办：提交")).to_be_visible()


def test_a_deputy_grades_with_the_arrows(stage: Stage) -> None:
    with stage.seen_by("writer") as person:
        person.page.goto("/office/")
        keys = Keyboard(person)
        keys.tab_to("我的建议")
        keys.enter()
        expect(person.heading).to_contain_text("我的建议")
        keys.tab_to(TO_GRADE)
        keys.enter()
        expect(person.heading).to_contain_text(TO_GRADE)
        for _ in range(2):
            keys.tab_to("满意")
            keys.press("ArrowRight")
            keys.press("ArrowRight")
            focus = keys.press("ArrowLeft")
            assert focus is not None
            assert focus["name"] == "基本满意"
        keys.tab_to("提交评价")
        keys.enter()
        expect(person.page.get_by_role("status").filter(has_text="已办：评价")).to_be_visible()


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("congress", "/office/"),
        ("congress", "/office/suggestions/"),
        ("lead_head", "/office/suggestions/{suggestion}/"),
        ("lead_handler", "/office/acts/assignment/{accepted}/record_contact/"),
        ("lead_handler", "/office/acts/reply/{drafted}/edit/"),
        ("congress", "/office/desk/pre-assignment/"),
        ("system_admin", "/office/people/{person}/"),
        ("writer", "/office/draft/{draft}/"),
    ],
)
def test_tab_comes_to_everything_and_out_again(stage: Stage, who: str, address: str) -> None:
    with stage.seen_by(who) as person:
        person.page.goto(address.format(**stage.ids))
        assert Keyboard(person).through() == []
