"""Styles, fonts and numbering of a document: those in use, under names of our own or known to all."""

import re
from xml.etree.ElementTree import Element

from luoshi.publication.cleaning.package import local, space
from luoshi.publication.cleaning.word.grammar import A, W, child, is_on, made, properties, value, w
from luoshi.publication.cleaning.word.looks import Styles

_KNOWN = re.compile(
    r"(normal|heading [1-9]|title|subtitle|toc [1-9]|toc heading|header|footer|footnote text|"
    r"footnote reference|"
    r"endnote text|endnote reference|list paragraph|table grid|normal table|default paragraph font|no list|"
    r"hyperlink|page number|body text( indent)?( [23])?|caption|strong|emphasis|date|"
    r"salutation|closing|signature|"
    r"balloon text|plain text|no spacing|normal \(web\)|list bullet|list number)",
    re.IGNORECASE,
)
_FONT = re.compile(r"[\w \-.&()+]{1,64}")
_LEVEL = {"start": "val", "numFmt": "val", "isLgl": "val", "suff": "val", "lvlText": "val", "lvlJc": "val"}
_THEMES = {"asciiTheme": "ascii", "hAnsiTheme": "hAnsi", "eastAsiaTheme": "eastAsia", "cstheme": "cs"}


class StylesKept:
    """Notes which styles and numbers are used while a document is rebuilt, and writes those."""

    def __init__(self, styles: Styles, theme: Element | None, numbering: Element | None) -> None:
        self._styles = styles
        self._numbering = numbering
        self._fonts = _theme_fonts(theme)
        self._names: dict[str, str] = {}
        self._queue: list[str] = []
        self._numbers: dict[str, int] = {}
        self._last_number = ""

    def change(self, element: Element) -> Element | None:
        """A property that is carried over: its style, font or number put under the new name."""
        name = local(element.tag)
        if name in ("pStyle", "rStyle", "tblStyle"):
            kept = self._style(value(element))
            return made(name, val=kept) if kept else None
        if name == "rFonts":
            return self._font(element)
        if name == "numPr":
            number, level = value(child(element, "numId")), value(child(element, "ilvl"))
            if number and number != "0":
                deepest = int(level) if level.isdigit() and len(level) == 1 else 0
                self._numbers[number] = max(deepest, self._numbers.get(number, 0))
        return element

    def _style(self, key: str) -> str:
        if key not in self._styles.rows:
            return ""
        if key not in self._names:
            self._names[key] = f"s{len(self._names) + 1}"
            self._queue.append(key)
        return self._names[key]

    def _font(self, source: Element) -> Element | None:
        said = {}
        for key in ("ascii", "hAnsi", "eastAsia", "cs", "hint"):
            text = value(source, key)
            if text and _FONT.fullmatch(text):
                said[key] = text
        for key, plain in _THEMES.items():
            font = self._fonts.get(value(source, key), "")
            if font and _FONT.fullmatch(font):
                said[plain] = font
        return made("rFonts", **said) if said else None

    def styles(self) -> Element:
        """The part of styles: what was used, what those are based on, and the defaults."""
        whole = made("styles")
        defaults = made("docDefaults")
        for outer, source in (
            ("rPrDefault", self._styles.defaults),
            ("pPrDefault", self._styles.paragraph_defaults),
        ):
            block = made(outer)
            if source is not None:
                block.append(properties(source, self.change))
            defaults.append(block)
        whole.append(defaults)
        for kind in ("paragraph", "character", "table", "numbering"):
            self._style(self._styles.default(kind))
        while self._queue:
            whole.append(self._written(self._queue.pop(0)))
        return whole

    def _written(self, key: str) -> Element:
        source = self._styles.rows[key]
        kind = value(source, "type")
        said = {"type": kind if kind in ("paragraph", "character", "table", "numbering") else "paragraph"}
        if self._styles.default(said["type"]) == key:
            said["default"] = "1"
        said["styleId"] = self._names[key]
        kept = made("style", **said)
        name = value(child(source, "name"))
        kept.append(made("name", val=name if _KNOWN.fullmatch(name) else f"样式 {self._names[key][1:]}"))
        based = self._style(value(child(source, "basedOn")))
        if based and based != self._names[key]:
            kept.append(made("basedOn", val=based))
        kept.append(made("qFormat"))
        self._blocks(source, kept)
        for part in source.findall(w("tblStylePr")):
            where = value(part, "type")
            if re.fullmatch(r"[A-Za-z0-9]{1,20}", where):
                block = made("tblStylePr", type=where)
                self._blocks(part, block)
                kept.append(block)
        return kept

    def _blocks(self, source: Element, kept: Element) -> None:
        for name in ("pPr", "rPr", "tblPr", "trPr", "tcPr"):
            found = child(source, name)
            if found is not None:
                kept.append(properties(found, self.change))

    def numbering(self) -> Element:
        """The part of numberings in use; levels deeper than any used show nothing."""
        whole = made("numbering")
        if self._numbering is None:
            return whole
        abstract = {
            value(row, "abstractNumId"): row for row in self._numbering if row.tag == w("abstractNum")
        }
        used: dict[str, int] = {}
        numbers = []
        for row in self._numbering:
            number, source = value(row, "numId"), value(child(row, "abstractNumId"))
            if row.tag != w("num") or number not in self._numbers or source not in abstract:
                continue
            used[source] = max(self._numbers[number], used.get(source, 0))
            kept = made("num", numId=number)
            kept.append(made("abstractNumId", val=source))
            for override in row.findall(w("lvlOverride")):
                begin = child(override, "startOverride")
                if begin is not None and value(override, "ilvl").isdigit() and value(begin).isdigit():
                    block = made("lvlOverride", ilvl=value(override, "ilvl"))
                    block.append(made("startOverride", val=value(begin)))
                    kept.append(block)
            numbers.append(kept)
        for key, deepest in used.items():
            kept = made("abstractNum", abstractNumId=key)
            kind = value(child(abstract[key], "multiLevelType"))
            if kind in ("singleLevel", "multilevel", "hybridMultilevel"):
                kept.append(made("multiLevelType", val=kind))
            for level in abstract[key].findall(w("lvl")):
                if value(level, "ilvl").isdigit():
                    kept.append(self._level(level, deepest))
            whole.append(kept)
        whole.extend(numbers)
        return whole

    def _level(self, source: Element, deepest: int) -> Element:
        level = value(source, "ilvl")
        kept = made("lvl", ilvl=level)
        unseen = int(level[:3]) > deepest or is_on(child(source, "rPr", "vanish")) is True
        for row in source:
            name = local(row.tag)
            if space(row.tag) != W:
                continue
            if name in _LEVEL:
                text = "" if name == "lvlText" and unseen else value(row)[:64]
                kept.append(made(name, val=text))
            elif name in ("pPr", "rPr"):
                kept.append(properties(row, self.change))
        return kept


def _theme_fonts(theme: Element | None) -> dict[str, str]:
    """The fonts that the theme's names stand for: the theme itself is not carried over."""
    fonts: dict[str, str] = {}
    for group in ("major", "minor"):
        source = None if theme is None else next(theme.iter(f"{{{A}}}{group}Font"), None)
        if source is None:
            continue
        by_script = {row.get("script", ""): row.get("typeface", "") for row in source.findall(f"{{{A}}}font")}
        for part, names in (("latin", ("Ascii", "HAnsi")), ("ea", ("EastAsia",)), ("cs", ("Bidi",))):
            row = source.find(f"{{{A}}}{part}")
            face = "" if row is None else row.get("typeface", "")
            for name in names:
                fonts[f"{group}{name}"] = face or (by_script.get("Hans", "") if part == "ea" else "")
    return fonts
