"""Reads the forms of a page as a browser does: where they go and what they send when nothing is touched."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class Form:
    """One form. ``sends``: what stands in it; ``boxes``: what may be ticked, with its values."""

    action: str
    sends: dict[str, list[str]] = field(default_factory=dict)
    boxes: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)

    def with_(self, **typed: Any) -> dict[str, Any]:
        """What the form sends after ``typed`` was typed; a dot in a name is written ``__``."""
        return {**self.sends, **{name.replace("__", "."): value for name, value in typed.items()}}


def forms_of(text: str, action: str = "") -> list[Form]:
    """The forms of a page in their order, or those whose address ends with ``action``."""
    reader = _Reader()
    reader.feed(text)
    return [form for form in reader.forms if form.action.endswith(action)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.typing = ""
        self.choosing = ""

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in pairs}
        if tag == "form":
            self.form = Form(given.get("action", ""))
            self.forms.append(self.form)
        if self.form is None:
            return
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "input" and given.get("type") in ("checkbox", "radio"):
            self.form.boxes.setdefault(name, []).append(given.get("value", "on"))
            if "checked" in given:
                self.form.sends.setdefault(name, []).append(given.get("value", "on"))
        elif tag == "input" and name and given.get("type") != "file":
            self.form.sends.setdefault(name, []).append(value)
        elif tag == "textarea" and name:
            self.typing = name
            self.form.sends.setdefault(name, []).append("")
        elif tag == "select":
            self.choosing = name
        elif tag == "option" and "selected" in given:
            self.form.sends.setdefault(self.choosing, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if tag == "textarea":
            self.typing = ""

    def handle_data(self, data: str) -> None:
        if self.form is not None and self.typing:
            self.form.sends[self.typing][-1] += data
