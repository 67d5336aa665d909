"""What was typed into a form of typed settings, as the model reads it.

What cannot be read stays as it was typed: the model then refuses it, and the form shows it again.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from luoshi.errors import Problem
from luoshi.workbench.typed.shapes import Absent, Json, Part, Shape

PREFIX = "o"
"""Before every name, so that no setting is taken for one of the form's own fields."""
MOST_ROWS = 60
_CONTROL = "含有无法保存的控制字符，请删去后重新输入"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed. ``problems``: what no model could see, such as a number that was deleted."""

    data: dict[str, Json]
    problems: tuple[Problem, ...]


def typed_read(parts: Sequence[Part], posted: QueryDict) -> Typed:
    """The settings as they were typed, rows that were taken out or left empty not among them."""
    reader = _Reader(posted)
    data = reader.group(parts, PREFIX, "", "")
    return Typed(data, tuple(reader.problems))


class _Reader:
    """Reads one form. ``place``: the name in the form; ``path``: that in the settings, as in a problem."""

    def __init__(self, posted: QueryDict) -> None:
        self.posted = posted
        self.problems: list[Problem] = []

    def group(self, parts: Sequence[Part], place: str, path: str, above: str) -> dict[str, Json]:
        read = {
            part.name: self.value(part, f"{place}.{part.name}", f"{path}{part.name}", f"{above}{part.title}")
            for part in parts
        }
        return {name: value for name, value in read.items() if value is not Absent}

    def value(self, part: Part, place: str, path: str, title: str) -> Json:
        shape = part.shape
        if shape.kind == "yes":
            return place in self.posted
        if shape.kind == "many":
            return [_chosen(shape, key) for key in self.posted.getlist(place)]
        if shape.kind == "group":
            return self.group(shape.parts, place, f"{path}.", f"{title}·")
        if shape.kind == "rows":
            return self.rows(shape, place, path, title)
        text = self.posted.get(place, "").replace("\r\n", "\n")
        if "\x00" in text:
            self.problems.append(Problem(path, f"{title}：{_CONTROL}"))
            return text
        if shape.kind == "lines":
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            return [_whole(line) for line in lines] if shape.whole else lines
        if shape.kind in ("text", "long"):
            return None if shape.optional and not text.strip() else text
        return self.exact(part, text.strip(), path, title)

    def exact(self, part: Part, text: str, path: str, title: str) -> Json:
        """A value that no empty field can mean: empty, it is left out and the default stands."""
        shape = part.shape
        if not text:
            if shape.optional:
                return None
            if part.default is Absent:
                self.problems.append(Problem(path, f"{title}：此项必填"))
            return Absent
        if shape.kind == "choice":
            return _chosen(shape, text)
        if shape.kind == "number":
            return _whole(text)
        if shape.kind == "decimal":
            if not _is_finite(text):
                self.problems.append(Problem(path, f"{title}：应为数字"))
            return text
        if shape.kind == "date":
            if not _is_date(text):
                self.problems.append(Problem(path, f"{title}：日期应写作 2025-04-28"))
            return text
        try:
            return json.loads(text, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            self.problems.append(Problem(path, f"{title}：应为 JSON，请检查引号、逗号和括号"))
            return text

    def rows(self, shape: Shape, place: str, path: str, title: str) -> list[Json]:
        """The entries that are filled in. The browser says how many it showed, we say how many at most."""
        shown = self.posted.get(f"{place}.count", "")
        count = min(int(shown), MOST_ROWS) if shown.isascii() and shown.isdigit() and len(shown) < 4 else 0
        found: list[Json] = []
        for number in range(count):
            row = f"{place}.{number}"
            if f"{row}.off" in self.posted or not self._typed_in(row):
                continue
            at = len(found)
            found.append(self.group(shape.parts, row, f"{path}.{at}.", f"{title}第 {at + 1} 项·"))
        return found

    def _typed_in(self, row: str) -> bool:
        """Whether anything stands in this row."""
        return any(
            name.startswith(f"{row}.") and any(text.strip() for text in texts)
            for name, texts in self.posted.lists()
        )


def _chosen(shape: Shape, key: str) -> Json:
    return next((choice.value for choice in shape.choices if choice.key == key), key)


def _whole(text: str) -> Json:
    """A whole number of at most 18 digits; anything else stays text, and the model says what is wrong."""
    digits = text[1:] if text[:1] in "+-" else text
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else text


def _is_finite(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _refuse_constant(name: str) -> Json:
    raise ValueError(name)
