"""What comes out of the printer: the content alone, whole and large enough to read."""

import re

import pytest
from looking import sideways
from playwright.sync_api import expect
from stage import Stage

A4 = {"width": 794, "height": 1123}
"""The sheet at 96 dots an inch."""
SMALLEST = 12.0
"""Pixels of text: nine points."""
SIZES = """() => [...document.querySelectorAll("main *")]
    .filter(box => box.checkVisibility() && [...box.childNodes].some(
        node => node.nodeType === Node.TEXT_NODE && node.textContent.trim()))
    .filter(box => box.getBoundingClientRect().width > 1)
    .map(box => [parseFloat(getComputedStyle(box).fontSize), box.innerText.slice(0, 30)])"""


@pytest.mark.parametrize(
    ("who", "address", "says"),
    [
        ("congress", "/office/suggestions/{suggestion}/", "关于疏通村口涵洞的建议"),
        ("congress", "/office/suggestions/{suggestion}/print/", "关于疏通村口涵洞的建议"),
        ("writer", "/office/suggestions/{suggestion}/print/", "限高警示"),
        ("lead_head", "/office/replies/{reply}/letter/", "现答复如下"),
        ("congress", "/office/suggestions/", "关于疏通村口涵洞的建议"),
        ("congress", "/office/statistics/17-4/", "办结"),
    ],
)
def test_a_page_on_paper(stage: Stage, who: str, address: str, says: str) -> None:
    with stage.seen_by(who) as person:
        page = person.page
        page.goto(address.format(**stage.ids))
        page.emulate_media(media="print")
        page.set_viewport_size(A4)  # type: ignore[arg-type]
        expect(page.get_by_role("main").get_by_text(says).first).to_be_visible()
        expect(page.get_by_role("navigation")).to_have_count(0)
        expect(page.get_by_role("banner")).to_have_count(0)
        expect(page.get_by_role("button")).to_have_count(0)
        assert sideways(page) == []
        sizes = page.evaluate(SIZES)
        assert sizes != []
        assert [row for row in sizes if row[0] < SMALLEST] == []
        paper = page.pdf(format="A4")
        assert paper.startswith(b"%PDF-")
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 6
