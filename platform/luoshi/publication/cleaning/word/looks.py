"""Whether text can be seen: styles, colours, sizes and hidden marks taken together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from luoshi.publication.cleaning.package import local
from luoshi.publication.cleaning.word.grammar import W, child, is_on, value, w

_DEEPEST = 20
_LEAST_SIZE = 8
"""Half points: smaller text is not read."""
_LEAST_LINE = 80
"""Twentieths of a point: a lower line of exact height shows no letters."""
_LEAST_CONTRAST = 24
_HIGHLIGHTS = {
    "black": "000000", "blue": "0000FF", "cyan": "00FFFF", "green": "00FF00", "magenta": "FF00FF",
    "red": "FF0000", "yellow": "FFFF00", "white": "FFFFFF", "darkBlue": "00008B", "darkCyan": "008B8B",
    "darkGreen": "006400", "darkMagenta": "800080", "darkRed": "8B0000", "darkYellow": "808000",
    "darkGray": "A9A9A9", "lightGray": "D3D3D3",
}  # fmt: skip
SEEN, HIDDEN, COVERED = "seen", "hidden_text", "covered_text"


@dataclass(slots=True)
class Grounds:
    """What text in a cell stands on: colours, any of which may be the one; and its table's style."""

    colours: tuple[str, ...] = ()
    style: str = ""


@dataclass(slots=True)
class Styles:
    """The document's styles by id, read only."""

    rows: dict[str, Element] = field(default_factory=dict)
    defaults: Element | None = None
    paragraph_defaults: Element | None = None

    @classmethod
    def of(cls, root: Element | None) -> "Styles":
        """``root``: the styles part; None where there is none."""
        if root is None:
            return cls()
        rows = {value(row, "styleId"): row for row in root if row.tag == w("style")}
        run, paragraph = ("rPrDefault", "rPr"), ("pPrDefault", "pPr")
        return cls(rows, child(root, "docDefaults", *run), child(root, "docDefaults", *paragraph))

    def default(self, kind: str) -> str:
        """The id of the style that is meant where none is named."""
        for key, row in self.rows.items():
            if value(row, "type") == kind and value(row, "default") in ("1", "true", "on"):
                return key
        return ""

    def chain(self, key: str) -> list[Element]:
        """A style and those it is based on."""
        found: list[Element] = []
        while key in self.rows and len(found) < _DEEPEST and self.rows[key] not in found:
            found.append(self.rows[key])
            key = value(child(found[-1], "basedOn"))
        return found

    def fills(self, key: str) -> tuple[str, ...]:
        """Every colour that a table's style may put behind a cell."""
        return tuple(
            colour
            for style in self.chain(key)
            for shading in style.iter(w("shd"))
            if (colour := fill_of(shading))
        )


def run_look(styles: Styles, direct: Element | None, paragraph: Element | None, grounds: Grounds) -> str:
    """:data:`SEEN`, :data:`HIDDEN` or :data:`COVERED` (dark on dark, as a pen blackens paper).

    :param direct: the run's own properties.
    :param paragraph: the paragraph's own properties.
    """
    paragraph_styles = styles.chain(value(child(paragraph, "pStyle")) or styles.default("paragraph"))
    said = [
        row
        for row in (
            direct,
            *(child(style, "rPr") for style in styles.chain(value(child(direct, "rStyle")))),
            *(child(style, "rPr") for style in paragraph_styles),
            *(child(style, "rPr") for style in styles.chain(grounds.style)),
            styles.defaults,
        )
        if row is not None
    ]
    if is_on(_first(said, "vanish")) or is_on(_first(said, "specVanish")):
        return HIDDEN
    size = value(_first(said, "sz"))
    if size.isdigit() and int(size) < _LEAST_SIZE:
        return HIDDEN
    spacing = [
        child(row, "spacing") for row in (paragraph, *(child(style, "pPr") for style in paragraph_styles))
    ]
    exact = next((row for row in spacing if value(row, "line")), None)
    line = value(exact, "line")
    if value(exact, "lineRule") == "exact" and line.lstrip("-").isdigit() and int(line) < _LEAST_LINE:
        return HIDDEN
    if any(_is_clear(row) for row in said):
        return HIDDEN
    shadings = [
        fill_of(child(row, "shd"))
        for row in (paragraph, *(child(style, "pPr") for style in paragraph_styles))
    ]
    return _on_ground(said, [colour for colour in shadings if colour], grounds)


def _on_ground(said: Sequence[Element], paragraph: Sequence[str], grounds: Grounds) -> str:
    colour = value(_first(said, "color"))
    highlight = _HIGHLIGHTS.get(value(_first(said, "highlight")), "")
    own = fill_of(_first(said, "shd"))
    behind: Iterable[str] = (
        [highlight or own] if highlight or own else paragraph[:1] or grounds.colours or ["FFFFFF"]
    )
    if len(colour) != 6:
        # Automatic text turns white on a dark ground, yet not on a dark highlight.
        return COVERED if highlight and _alike("000000", highlight) else SEEN
    if not all(_alike(colour, one) for one in behind):
        return SEEN
    return COVERED if max(_rgb(colour)) < 128 else HIDDEN


def _first(said: Sequence[Element], name: str) -> Element | None:
    return next((found for row in said if (found := child(row, name)) is not None), None)


def _is_clear(row: Element) -> bool:
    """Text filled with nothing, or seen through (an effect of newer programs)."""
    for effect in row:
        if local(effect.tag) == "textFill" and not effect.tag.startswith(f"{{{W}}}"):
            for part in effect.iter():
                if local(part.tag) == "noFill":
                    return True
                through = next((text for key, text in part.items() if local(key) == "val"), "")
                if local(part.tag) == "alpha" and through.isdigit() and int(through) > 80_000:
                    return True
    return False


def fill_of(shading: Element | None) -> str:
    """The colour of a shading; empty where it has none."""
    kind = value(shading)
    dense = kind == "solid" or (kind.startswith("pct") and kind[3:].isdigit() and int(kind[3:]) >= 50)
    colour = value(shading, "color" if dense else "fill")
    if dense and colour in ("", "auto"):
        colour = "000000"
    return colour.upper() if len(colour) == 6 else ""


def _rgb(colour: str) -> tuple[int, int, int]:
    try:
        return int(colour[:2], 16), int(colour[2:4], 16), int(colour[4:6], 16)
    except ValueError:
        return 0, 0, 0


def _alike(one: str, two: str) -> bool:
    return all(abs(a - b) <= _LEAST_CONTRAST for a, b in zip(_rgb(one), _rgb(two), strict=True))
