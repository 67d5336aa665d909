"""A citizen at the public site: on a phone, at a desk, with large print, without a script."""

import re

from playwright.sync_api import expect
from public_pages import Showcase
from stage import Stage


def test_a_citizen_finds_a_reply_by_a_word_from_its_middle_on_a_phone(stage: Stage, shown: Showcase) -> None:
    with stage.nobody(phone=True) as citizen:
        page = citizen.page
        page.goto("/")
        page.get_by_label("检索答复").fill("太阳能路灯")
        citizen.press("检索")
        expect(page.get_by_role("heading", level=2).first).to_have_text("“太阳能路灯”的检索结果：1 件答复")
        expect(page.locator("mark").first).to_have_text(re.compile("太阳能|路灯"))
        citizen.follow("关于拓宽云集镇中学门前道路的建议")
        expect(page.get_by_role("heading", level=1)).to_have_text("关于拓宽云集镇中学门前道路的建议")
        expect(page.get_by_text("还有45天")).to_be_visible()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width == 375


def test_large_print_stays_for_the_next_page_and_needs_no_script(stage: Stage, shown: Showcase) -> None:
    size = "getComputedStyle(document.body).fontSize"
    with stage.nobody() as citizen:
        citizen.page.goto("/jianyi/")
        assert citizen.page.evaluate(size) == "16px"
        citizen.follow("大字")
        assert citizen.page.evaluate(size) == "22px"
        citizen.follow("首页", citizen.page.get_by_label("栏目"))
        assert citizen.page.evaluate(size) == "22px"
        citizen.page.get_by_role("link", name="标准").click()
        expect(citizen.page.get_by_role("link", name="标准")).to_have_count(0)
        assert citizen.page.evaluate(size) == "16px"
    with stage.nobody(java_script_enabled=False) as plain:
        page = plain.page
        page.goto("/jianyi/")
        page.get_by_role("link", name="大字", exact=True).click()
        expect(page.locator("html")).to_have_class("look-red view-large")
        page.get_by_text("办理结果").first.click()
        page.get_by_role("link", name="因条件限制暂不能解决").click()
        expect(page.locator("#list")).to_have_text("1 件答复")


def test_no_public_page_asks_another_host_or_is_wider_than_a_phone(stage: Stage, shown: Showcase) -> None:
    slug = shown.pages["main"].slug
    with stage.nobody(phone=True) as citizen:
        asked: list[str] = []
        citizen.page.on("request", lambda request: asked.append(request.url))
        for address in ("/", "/jianyi/", "/jianyi/statistics/", f"/jianyi/{slug}/", "/jianyi/embed/"):
            before = len(asked)
            citizen.page.goto(address)
            assert len(asked) - before <= 4
            assert citizen.page.evaluate("document.documentElement.scrollWidth") == 375
        assert [url for url in asked if not url.startswith((stage.base, "data:"))] == []
