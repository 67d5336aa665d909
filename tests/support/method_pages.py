"""Reads the page of a method as its browser does."""

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

VOID = {"input", "link", "meta", "br", "hr", "img"}


class _Forms(HTMLParser):
    """The successful controls of every form, by the form's place on the page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.select = ""
        self.first = False
        self.area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif not self.forms:
            return
        elif tag == "input" and given.get("name"):
            if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                return
            self._put(given["name"], given.get("value", "on"))
        elif tag == "select":
            self.select, self.first = given["name"], True
        elif tag == "option" and (self.first or "selected" in given):
            # A browser takes the first option where none is said to be chosen.
            self.forms[-1][self.select] = [given.get("value", "")]
            self.first = False
        elif tag == "textarea":
            self.area = (given["name"], [])

    def handle_data(self, data: str) -> None:
        if self.area:
            self.area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            # The line break after the tag is not part of what is typed.
            self._put(self.area[0], "".join(self.area[1]).removeprefix("\n"))
            self.area = None

    def _put(self, name: str, value: str) -> None:
        self.forms[-1].setdefault(name, []).append(value)


def form_with(page: str, name: str) -> dict[str, list[str]]:
    """The form that has a field of this name, as a browser would send it untouched."""
    reader = _Forms()
    reader.feed(page)
    (found,) = [form for form in reader.forms if name in form]
    return found


def buttons(page: str) -> list[str]:
    """The words on every button of the content that does something."""
    return [text(found) for found in re.findall(r'<button[^>]*name="do"[^>]*>(.*?)</button>', page, re.S)]


def text(part: str) -> str:
    """What stands in a piece of a page, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", part)).split())


def alert(page: str) -> str:
    """What the page says went wrong."""
    found = re.search(r'<div class="alert alert-danger".*?</div>', page, re.S)
    return text(found[0]) if found else ""


def section(page: str, element: str) -> str:
    """The text of the section with this heading's id."""
    found = re.search(rf'<(section|form)[^>]*aria-labelledby="{element}".*?</\1>', page, re.S)
    return text(found[0]) if found else ""


def history(page: str) -> list[str]:
    """The lines of the history without their time."""
    return list(_lines(page))


def _lines(page: str) -> Iterator[str]:
    part = page.split('id="history"')[1]
    for line in re.findall(r"<li><time.*?(?=<li><time|</ul>\s*(?:<nav|</section))", part, re.S):
        yield re.sub(r"^\d{4}-\d\d-\d\d \d\d:\d\d ", "", text(line))
