"""Formats of cells: those in use, written anew; and whether a cell's text can be seen in them."""

import re
from dataclasses import dataclass
from typing import TypeVar
from xml.etree.ElementTree import Element, SubElement

from luoshi.publication.cleaning.package import local
from luoshi.publication.cleaning.sheets.colours import Colours, alike
from luoshi.publication.cleaning.values import Tally

T = TypeVar("T")
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LEAST_SIZE = 4.0
"""Points: smaller text is not read."""
_LITERAL = re.compile(r'"[^"]*"|\\.')
_LETTERS = re.compile(r"[一-鿿]")
_SAFE_CODE = re.compile(
    r"(General|\[(Red|Black|Blue|Green|White|Yellow|Cyan|Magenta|DBNum[1-3]|h+|m+|s+|[<>=]{1,2}\d+"
    r"|\$[¥￥€$]?-[0-9A-Fa-f]+)\]|[0#?.,%/\-+:;()_*@ yYmMdDhHsSeEgGaAbBpP¥￥$年月日时分秒上午下元])*"
)
_MOST_LITERAL = 4
_SIDES = ("left", "right", "top", "bottom", "diagonal")
_LINES = (
    *("thin", "medium", "dashed", "dotted", "thick", "double", "hair", "slantDashDot"),
    *("mediumDashed", "dashDot", "mediumDashDot", "dashDotDot", "mediumDashDotDot"),
)
_AFTER = 164
"""The first number of a number format of one's own."""


def s(name: str) -> str:
    """A tag of SpreadsheetML."""
    return f"{{{S}}}{name}"


def number(text: str | None, most: float) -> float:
    """A number within bounds; zero where it is none."""
    try:
        found = float(text or "")
    except ValueError:
        return 0.0
    return max(0.0, min(found, most)) if found == found else 0.0


@dataclass(frozen=True, slots=True)
class Format:
    """How a cell looks. ``seen``: whether what is written in it can be seen."""

    font: tuple[str, ...]
    fill: str
    border: tuple[tuple[str, str], ...]
    code: str
    align: tuple[tuple[str, str], ...]
    seen: bool


class Formats:
    """The workbook's formats, and those of the new one."""

    def __init__(self, root: Element | None, colours: Colours, tally: Tally) -> None:
        self._colours = colours
        self._tally = tally
        self._codes = {
            row.get("numFmtId", ""): row.get("formatCode", "") for row in _rows(root, "numFmts", "numFmt")
        }
        self._fonts = [self._font(row) for row in _rows(root, "fonts", "font")]
        self._fills = [self._fill(row) for row in _rows(root, "fills", "fill")]
        self._borders = [self._border(row) for row in _rows(root, "borders", "border")]
        self._rows = [self._format(row) for row in _rows(root, "cellXfs", "xf")]
        self._used: dict[Format, int] = {_PLAIN: 0}

    def of(self, index: str) -> Format:
        """The format that a cell names."""
        at = int(index) if index.isdigit() and len(index) < 7 else 0
        return self._rows[at] if at < len(self._rows) else _PLAIN

    def kept(self, index: str) -> int:
        """The number of the same format in the new workbook."""
        return self._used.setdefault(self.of(index), len(self._used))

    def _format(self, row: Element) -> Format:
        font = _at(self._fonts, row.get("fontId", ""), ("", "", "", ""))
        fill = _at(self._fills, row.get("fillId", ""), "")
        code = self._code(row.get("numFmtId", "0"))
        aligned = row.find(s("alignment"))
        align = () if aligned is None else _alignment(aligned)
        size = number(font[1], 409)
        seen = not (0 < size < _LEAST_SIZE) and not alike(font[2] or "000000", fill or "FFFFFF")
        return Format(
            font, fill, _at(self._borders, row.get("borderId", ""), ()), code, align, seen and code != ";;;"
        )

    def _code(self, key: str) -> str:
        """A number format; ``;;;`` where it shows nothing. A built-in one is ``#`` and its number."""
        if key not in self._codes:
            return f"#{key}" if key.isdigit() and len(key) < 4 else "#0"
        code = self._codes[key]
        if code and not _LITERAL.sub("", code).replace(";", "").strip() and not _LETTERS.search(code):
            return ";;;"
        words = "".join(part.strip('"') for part in _LITERAL.findall(code))
        if len(words) > _MOST_LITERAL or not _SAFE_CODE.fullmatch(_LITERAL.sub("", code)) or len(code) > 120:
            self._tally.add("number_formats")
            return "#0"
        return code

    def _font(self, row: Element) -> tuple[str, ...]:
        name = next((part.get("val", "") for part in row if local(part.tag) in ("name", "rFont")), "")
        size = next((part.get("val", "") for part in row if local(part.tag) == "sz"), "")
        marks = "".join(
            mark
            for mark, tag in (("b", "b"), ("i", "i"), ("u", "u"), ("s", "strike"))
            if (found := row.find(s(tag))) is not None and found.get("val", "1") not in ("0", "false", "none")
        )
        colour = self._colours.of(row.find(s("color")))
        safe = name if re.fullmatch(r"[\w \-.&()+]{1,64}", name) else ""
        return (safe, size if number(size, 409) else "", colour, marks)

    def text_seen(self, row: Element | None, index: str) -> bool:
        """Whether a part of a cell's text that has its own font (``row``) can be seen."""
        if row is None:
            return True
        font = self._font(row)
        fill = self.of(index).fill or "FFFFFF"
        size = number(font[1], 409)
        return not (0 < size < _LEAST_SIZE) and not (font[2] and alike(font[2], fill))

    def _fill(self, row: Element) -> str:
        pattern = row.find(s("patternFill"))
        if pattern is not None:
            return (
                ""
                if pattern.get("patternType", "none") == "none"
                else self._colours.of(pattern.find(s("fgColor")))
            )
        first = next((part for part in row.iter() if local(part.tag) == "color"), None)
        return self._colours.of(first)

    def _border(self, row: Element) -> tuple[tuple[str, str], ...]:
        found = []
        for side in _SIDES:
            part = row.find(s(side))
            if part is not None and part.get("style") in _LINES:
                found.append((side, part.get("style", "")))
        return tuple(found)

    def part(self) -> Element:
        """The part of formats of the new workbook."""
        whole = Element(s("styleSheet"))
        formats = list(self._used)
        fonts = _listed([_PLAIN.font, *(row.font for row in formats)])
        fills = _listed([row.fill for row in formats if row.fill])
        borders = _listed([(), *(row.border for row in formats)])
        codes = _listed([row.code for row in formats if not row.code.startswith("#") and row.code != ";;;"])
        if codes:
            listed = SubElement(whole, s("numFmts"), {"count": str(len(codes))})
            for code, at in codes.items():
                SubElement(listed, s("numFmt"), {"numFmtId": str(_AFTER + at), "formatCode": code})
        listed = SubElement(whole, s("fonts"), {"count": str(len(fonts))})
        for font in fonts:
            _font_written(SubElement(listed, s("font")), font)
        listed = SubElement(whole, s("fills"), {"count": str(len(fills) + 2)})
        for kind in ("none", "gray125"):
            SubElement(SubElement(listed, s("fill")), s("patternFill"), {"patternType": kind})
        for fill in fills:
            pattern = SubElement(SubElement(listed, s("fill")), s("patternFill"), {"patternType": "solid"})
            SubElement(pattern, s("fgColor"), {"rgb": f"FF{fill}"})
        listed = SubElement(whole, s("borders"), {"count": str(len(borders))})
        for border in borders:
            drawn = SubElement(listed, s("border"))
            for side in _SIDES:
                line = dict(border).get(side)
                SubElement(drawn, s(side), {"style": line} if line else {})
        SubElement(SubElement(whole, s("cellStyleXfs"), {"count": "1"}), s("xf"))
        listed = SubElement(whole, s("cellXfs"), {"count": str(len(formats))})
        for row in formats:
            own = (
                str(_AFTER + codes[row.code])
                if row.code in codes
                else row.code[1:]
                if row.code[0] == "#"
                else "0"
            )
            written = SubElement(
                listed,
                s("xf"),
                {
                    "numFmtId": own,
                    "fontId": str(fonts[row.font]),
                    "fillId": str(fills[row.fill] + 2) if row.fill else "0",
                    "borderId": str(borders[row.border]),
                    "xfId": "0",
                    "applyNumberFormat": "1",
                    "applyFont": "1",
                    "applyFill": "1",
                    "applyBorder": "1",
                    "applyAlignment": "1",
                },
            )
            if row.align:
                SubElement(written, s("alignment"), dict(row.align))
        styles = SubElement(whole, s("cellStyles"), {"count": "1"})
        SubElement(styles, s("cellStyle"), {"name": "Normal", "xfId": "0", "builtinId": "0"})
        return whole


_PLAIN = Format(("", "", "", ""), "", (), "#0", (), True)


def _rows(root: Element | None, group: str, name: str) -> list[Element]:
    found = None if root is None else root.find(s(group))
    return [] if found is None else found.findall(s(name))


def _at(rows: list[T], index: str, otherwise: T) -> T:
    at = int(index) if index.isdigit() and len(index) < 7 else 0
    return rows[at] if at < len(rows) else otherwise


def _alignment(source: Element) -> tuple[tuple[str, str], ...]:
    known = {
        "horizontal": ("left", "center", "right", "fill", "justify", "centerContinuous", "distributed"),
        "vertical": ("top", "center", "bottom", "justify", "distributed"),
        "wrapText": ("1", "true"),
    }
    found = [(key, source.get(key, "")) for key, allowed in known.items() if source.get(key) in allowed]
    for key, most in (("textRotation", 255), ("indent", 15)):
        turned = int(number(source.get(key), most))
        if turned:
            found.append((key, str(turned)))
    return tuple(found)


def _listed(rows: list[T]) -> dict[T, int]:
    found: dict[T, int] = {}
    for row in rows:
        found.setdefault(row, len(found))
    return found


def _font_written(whole: Element, font: tuple[str, ...]) -> None:
    name, size, colour, marks = font
    for mark, tag in (("b", "b"), ("i", "i"), ("s", "strike")):
        if mark in marks:
            SubElement(whole, s(tag))
    if "u" in marks:
        SubElement(whole, s("u"))
    SubElement(whole, s("sz"), {"val": size or "11"})
    if colour:
        SubElement(whole, s("color"), {"rgb": f"FF{colour}"})
    SubElement(whole, s("name"), {"val": name or "宋体"})
