"""Stacked bars as drawings of the server: each part with its pattern, its words and its number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from luoshi.workbench.figures.page import Figure

WIDTH = 600
"""Units of a whole bar."""
PATTERNS = ("solid", "stripes", "dots", "grid", "light", "waves")
NARROW = 64
"""Units below which a part holds no words."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: where it stands, and how it is filled."""

    label: str
    count: int
    share: str
    x: float
    width: float
    pattern: str

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return round(self.x + self.width / 2, 1)

    @property
    def has_room(self) -> bool:
        """Whether its number fits into it."""
        return self.width >= NARROW


@dataclass(frozen=True, slots=True)
class Chart:
    """A stacked bar. ``told``: the same in one sentence."""

    key: str
    title: str
    parts: list[Part]
    told: str


_CHARTS = {
    "handed": ("办理进度", ("in_progress", "awaiting_close", "closed")),
    "deadlines": ("时限", ("deadlines.on_time", "deadlines.late", "deadlines.running", "deadlines.undated")),
}


def chart(key: str, figures: "Sequence[Figure]") -> Chart | None:
    """The bar of a section, where it has one and there is anything to draw."""
    if key == "classes":
        title = "结果类别"
        chosen = [
            row
            for row in figures
            if row.code.startswith("classes.") and not row.code.endswith((".closed", ".base"))
        ]
    elif key.startswith("evaluation-"):
        title, start = "评价", f"evaluations.{key.removeprefix('evaluation-')}."
        grades = ("satisfied", "basically_satisfied", "dissatisfied", "not_evaluated")
        chosen = [row for row in figures if row.code.removeprefix(start) in grades]
    elif key in _CHARTS:
        title, codes = _CHARTS[key]
        chosen = [row for row in figures if row.code in codes]
    else:
        return None
    return _bar(key, title, [(row.label.split("（")[0], row.value or 0) for row in chosen])


def _bar(key: str, title: str, given: list[tuple[str, int]]) -> Chart | None:
    total = sum(count for _, count in given)
    if not total:
        return None
    parts, x = [], 0.0
    for place, (label, count) in enumerate(given):
        width = round(WIDTH * count / total, 1)
        if count:
            share = f"{100 * count / total:.0f}%"
            parts.append(Part(label, count, share, x, width, PATTERNS[place % len(PATTERNS)]))
        x = round(x + width, 1)
    told = "，".join(f"{part.label} {part.count}" for part in parts)
    return Chart(key, title, parts, f"{title}：{told}，共 {total}")
