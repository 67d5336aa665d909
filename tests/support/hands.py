"""What a person does at the workbench, by the words on the screen: the one place of every label tests click.

Each method is named after what the person does. Nothing here knows an address: a person clicks.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from chromium import Watch
from playwright.sync_api import Locator, Page, expect

MENU = "主导航"
ACTS = "下一步"
CONTROLS = "input, select, textarea"
MORE = re.compile("^其他可以办的")


class Person:
    """One person in front of a browser of his own. ``page`` is what he sees."""

    def __init__(self, page: Page, watch: Watch) -> None:
        self.page = page
        self.watch = watch

    # -- ways ---------------------------------------------------------------------------------------------

    def sign_in(self, username: str, password: str) -> None:
        """Type name and password, as on any morning."""
        self.page.goto("/office/")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(password)
        self.press("登录")
        menu = self.page.get_by_role("navigation", name=MENU)
        # Who works on the public site alone arrives at its queue.
        expect(menu.or_(self.page.get_by_role("heading", name="公开网站", level=1))).to_be_visible()

    def press(self, label: str, where: Page | Locator | None = None) -> None:
        """Click a button, or tap it on a phone."""
        self.touch((where or self.page).get_by_role("button", name=label, exact=True))

    def follow(self, label: str | re.Pattern[str], where: Page | Locator | None = None) -> None:
        """Click a link and see the next page."""
        here = self.page.url
        self.touch((where or self.page).get_by_role("link", name=label, exact=isinstance(label, str)))
        self.page.wait_for_url(lambda url: url != here)

    @contextmanager
    def at_size(self, size: tuple[int, int]) -> Iterator[None]:
        """Look at the same page in a window of another width and height (CSS pixels)."""
        before = self.page.viewport_size
        assert before is not None
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        try:
            yield
        finally:
            self.page.set_viewport_size(before)

    def touch(self, what: Locator) -> None:
        """Click, or tap on a phone."""
        what.tap() if self.page.viewport_size["width"] < 500 else what.click()  # type: ignore[index]

    def open_menu(self, label: str) -> None:
        """Go to a page of the menu."""
        link = self.page.get_by_role("navigation", name=MENU).get_by_role("link", name=label, exact=True)
        address = link.get_attribute("href")
        self.touch(link)
        # The script exchanges the page, so that no load tells when the next one is there.
        expect(self.page).to_have_url(re.compile(f"^[^?]*{re.escape(address or '')}$"))
        expect(link).to_have_attribute("aria-current", "page")

    @property
    def list_label(self) -> str:
        """What the menu calls this person's list of suggestions."""
        menu = self.page.get_by_role("navigation", name=MENU)
        return menu.get_by_role("link", name=re.compile("^(我的建议|我的承办件|建议)$")).inner_text()

    def open_case(self, title: str) -> None:
        """Find a case in one's list and open it."""
        self.open_menu(self.list_label)
        self.follow(title, self.page.get_by_role("main"))
        expect(self.heading).to_contain_text(title)

    # -- what is seen -------------------------------------------------------------------------------------

    @property
    def heading(self) -> Locator:
        """The page's one heading."""
        return self.page.get_by_role("heading", level=1)

    @property
    def acts(self) -> Locator:
        """What this person can do on the case that is open."""
        return self.page.get_by_role("region", name=ACTS)

    @property
    def state(self) -> Locator:
        """Where the open case stands."""
        return self.page.locator(".wb-state")

    # -- acts ---------------------------------------------------------------------------------------------

    def begin(self, act: str, heading: str = "") -> None:
        """Open the form of an act on the open case, unfolding what stands below the next steps."""
        link = self.acts.get_by_role("link", name=act, exact=True).last  # the newest part
        fold = self.acts.get_by_text(MORE)
        expect(self.acts).to_be_visible()
        if not link.is_visible() and fold.count():
            self.touch(fold)
        self.touch(link)
        expect(self.heading).to_have_text(heading or act)

    def does(self, act: str, typed: Mapping[str, Any] | None = None) -> None:
        """Do an act on the open case: fill its form by the labels, send it, and see that it was done.

        In ``typed`` a text is typed or chosen by its words, ``True`` ticks a box.
        """
        self.begin(act)
        for label, value in (typed or {}).items():
            self.fill(label, value)
        self._send(act)

    def _send(self, act: str, button: str = "") -> None:
        self.press(button or act, self.page.get_by_role("main"))
        expect(self.page.get_by_role("status").filter(has_text=f"已办：{act}")).to_be_visible()

    def fill(self, label: str, value: Any) -> None:
        """Fill one field, whatever kind it is."""
        field = (
            self.page.get_by_role("main").get_by_label(label, exact=True).and_(self.page.locator(CONTROLS))
        )
        if value is True:
            field.check()
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(str(value))

    # -- the steps of a suggestion's life -----------------------------------------------------------------

    def writes(self, title: str, content: str, asks: Sequence[str]) -> None:
        """提一条建议."""
        self.open_menu("提一条建议")
        self.fill("标题", title)
        self.fill("问题和理由", content)
        for number, ask in enumerate(asks, start=1):
            self.fill(f"第{number}件请求", ask)
        self.press("保存，下一步")
        expect(self.heading).to_have_text(title)

    def submits(self, title: str) -> None:
        """提交, from the draft that has just been written."""
        expect(self.heading).to_have_text(title)
        self.fill("这件建议只提了一件事（一事一议）", True)
        self.fill("我看过不予受理的情形，本件不在其中", True)
        self._send("提交", "提交建议")

    def registers(self, title: str) -> None:
        """受理编号."""
        self.open_case(title)
        self.does("受理编号")

    def _names_units(self, units: Mapping[str, str]) -> None:
        """Fill the rows of a list of units; what was proposed there is taken out."""
        rows = self.page.get_by_role("combobox", name=re.compile(r"^第\d+个单位$"))
        wanted = iter(units.items())
        for number in range(1, rows.count() + 1):
            unit, role = next(wanted, ("（不选）", ""))
            self.fill(f"第{number}个单位", unit)
            if role:
                self.fill(f"第{number}个单位的角色", role)

    def pre_assigns(self, title: str, units: Mapping[str, str]) -> None:
        """预分办."""
        self.open_case(title)
        self.begin("预分办")
        self._names_units(units)
        self._send("预分办")

    def hands_over(self, title: str) -> None:
        """交办, to the units proposed."""
        self.open_case(title)
        self.does("交办")

    def accepts(self, title: str) -> None:
        """签收."""
        self.open_case(title)
        self.does("签收")

    def asks_to_return(self, title: str, reason: str, rather: str) -> None:
        """申请退办."""
        self.open_case(title)
        self.does("申请退办", {"退办理由": reason, "建议改由": rather})

    def moves_to(self, title: str, units: Mapping[str, str], reason: str) -> None:
        """同意退办, and hand it to others."""
        self.open_case(title)
        self.begin("同意退办")
        self._names_units(units)
        self.fill("理由", reason)
        self._send("同意退办")

    def records_meeting(self, title: str, phase: str, summary: str) -> None:
        """记录沟通: a visit today."""
        self.open_case(title)
        today = self.page.evaluate("new Date().toLocaleDateString('sv')")
        typed = {
            "阶段": phase,
            "方式": "登门走访",
            "日期": today,
            "参加人员": "经办人、领衔代表",
            "沟通内容": summary,
        }
        self.does("记录沟通", typed)

    def confirms_meeting(self, title: str) -> None:
        """确认沟通属实: the one that waits for his word."""
        self.open_case(title)
        self._send("确认沟通属实", "属实")

    def starts(self, title: str) -> None:
        """开始办理."""
        self.open_case(title)
        self.does("开始办理")

    def gives_opinion(self, title: str, text: str) -> None:
        """提交会办意见."""
        self.open_case(title)
        self.does("提交会办意见", {"会办意见": text})

    def drafts(self, title: str, body: str, letter: str) -> None:
        """拟稿, and write the reply."""
        self.open_case(title)
        self.does("拟稿")
        expect(self.heading).to_have_text("写答复")
        self._writes_letter(body, letter)

    def redrafts(self, title: str, body: str, letter: str) -> None:
        """修改答复稿: each ask answered by what is written."""
        self.open_case(title)
        self.begin("修改答复稿", "写答复")
        self._writes_letter(body, letter)

    def _writes_letter(self, body: str, letter: str) -> None:
        self.fill("正文", body)
        for box in self.page.get_by_label("已回应").all():
            box.check()
        for passage in self.page.get_by_label("回应的是这段话").all():
            passage.fill(body)
        self.page.get_by_role("radio", name=re.compile(f"^{letter} 类")).check()
        self.press("保存")
        expect(self.page.get_by_role("status").filter(has_text="答复稿已保存")).to_be_visible()

    def signs(self, title: str) -> None:
        """单位审签."""
        self.open_case(title)
        self.does("单位审签")

    def sends_for_review(self, title: str) -> None:
        """报送审核."""
        self.open_case(title)
        self.does("报送审核")

    def sends_back(self, title: str, reason: str) -> None:
        """退改, with the first of the county's reasons."""
        self.open_case(title)
        self.begin("退改", "审核答复")
        self.page.get_by_role("group", name="退改原因").get_by_role("checkbox").first.check()
        self.fill("具体意见", reason)
        self._send("退改")

    def passes(self, title: str) -> None:
        """审核通过."""
        self.open_case(title)
        self.begin("审核通过", "审核答复")
        self._send("审核通过", "通过")

    def issues(self, title: str, number: str) -> None:
        """答复代表."""
        self.open_case(title)
        self.does("答复代表", {"发文字号": number})

    def evaluates(self, title: str, grade: str, reason: str = "") -> None:
        """评价, on the case itself: the same grade on every axis."""
        self.open_case(title)
        for axis in self.acts.get_by_role("group").filter(has=self.page.get_by_role("radio")).all():
            self.touch(axis.get_by_text(grade, exact=True))
            if reason:
                axis.get_by_role("textbox").fill(reason)
        self._send("评价", "提交评价")

    def orders_again(self, title: str, units: Mapping[str, str], reason: str) -> None:
        """重新办理."""
        self.open_case(title)
        self.begin("重新办理")
        self.fill("重办要求", reason)
        self._names_units(units)
        self._send("重新办理")

    def closes(self, title: str) -> None:
        """办结."""
        self.open_case(title)
        self.does("办结")
