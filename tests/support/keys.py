"""A person who has no mouse: Tab, Enter, Space, arrows, and at every step sees where he is."""

from typing import Any

from hands import Person
from playwright.sync_api import Page

# Of what has the focus: its name, and how its frame stands out from what lies around it. A radio button that
# is drawn by its label shows its frame there.
FOCUS = """() => {
    const here = document.activeElement;
    if (!here || here === document.body) return null;
    const rgb = text => (text.match(/[\\d.]+/g) || []).map(Number);
    const light = colour => colour.slice(0, 3).map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
    const ground = box => {
        for (let at = box.parentElement; at; at = at.parentElement) {
            const colour = rgb(getComputedStyle(at).backgroundColor);
            if (colour.length === 3 || colour[3] > 0.5) return colour;
        }
        return [255, 255, 255];
    };
    const hidden = box => box.getBoundingClientRect().width < 5 || getComputedStyle(box).opacity === "0";
    const shown = hidden(here) && here.labels && here.labels[0] ? here.labels[0] : here;
    const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
    const [one, other] = [light(rgb(style.outlineColor)), light(ground(shown))].sort((a, b) => b - a);
    return {
        name: (here.getAttribute("aria-label") || (here.labels && here.labels[0] && here.labels[0].innerText)
            || here.innerText || "").trim(),
        id: here.id,
        frame: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
        contrast: (one + 0.05) / (other + 0.05),
        inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
}"""

# Everything that Tab should come to: of a group of radio buttons one.
STOPS = """() => {
    const groups = new Set();
    return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
        .filter(box => box.tabIndex >= 0 && !box.disabled && box.type !== "hidden" && box.checkVisibility())
        .filter(box => {
            if (box.type !== "radio") return true;
            const checked = document.querySelector(`input[name="${box.name}"]:checked`);
            if (groups.has(box.name) || (checked && checked !== box)) return false;
            groups.add(box.name);
            return true;
        })
        .map((box, index) => { box.dataset.stop = index; return box.outerHTML.slice(0, 120); });
}"""


class Keyboard:
    """The keyboard of a person."""

    def __init__(self, person: Person) -> None:
        self.page: Page = person.page

    @property
    def focus(self) -> dict[str, Any] | None:
        """What has the focus; ``None``: nothing."""
        return self.page.evaluate(FOCUS)  # type: ignore[no-any-return]

    def press(self, key: str) -> dict[str, Any] | None:
        """Press a key; whatever has the focus then stands in a frame that can be seen."""
        self.page.wait_for_load_state()  # without its style sheet a page shows another frame
        self.page.keyboard.press(key)
        focus = self.focus
        if focus and focus["id"] != "main":
            assert focus["inside"], focus
            assert focus["frame"] >= 2, focus
            assert focus["contrast"] >= 3, focus
        return focus

    def enter(self) -> None:
        """Press Enter, which may lead to another page."""
        self.page.keyboard.press("Enter")

    def tab_to(self, name: str, most: int = 120) -> None:
        """Press Tab until what has this name is reached."""
        passed = []
        for _ in range(most):
            focus = self.press("Tab")
            if focus and focus["name"] == name:
                return
            passed.append(focus and focus["name"])
        raise AssertionError(f"{name} is not reached: {passed}")

    def type(self, text: str) -> None:
        """Type over what stands in the field."""
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def through(self, most: int = 600) -> list[str]:
        """Press Tab from the beginning of the page to its end: what it should have come to and did not."""
        stops: list[str] = self.page.evaluate(STOPS)
        seen: set[int] = set()
        last = -1
        for _ in range(most):
            self.press("Tab")
            at = self.page.evaluate("document.activeElement && document.activeElement.dataset.stop")
            if at is None:
                if self.focus is None and seen:
                    break
                continue
            if int(at) in seen and int(at) != last:  # a date has several stops within it
                break
            last = int(at)
            seen.add(last)
        return [text for number, text in enumerate(stops) if number not in seen]
