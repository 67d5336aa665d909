"""Colours of a workbook, which may be written as numbers of a palette or of a theme."""

import colorsys
from xml.etree.ElementTree import Element

from openpyxl.styles.colors import COLOR_INDEX

from luoshi.publication.cleaning.package import local

_THEME = ("FFFFFF", "000000", "E7E6E6", "44546A", "4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47")
_ORDER = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6")
_LEAST_CONTRAST = 24


class Colours:
    """Tells the colour that is meant."""

    def __init__(self, theme: Element | None) -> None:
        self._theme = list(_THEME)
        scheme = (
            None
            if theme is None
            else next((row for row in theme.iter() if local(row.tag) == "clrScheme"), None)
        )
        for row in () if scheme is None else scheme:
            name, inner = local(row.tag), next(iter(row), None)
            if name in _ORDER and inner is not None:
                said: str = inner.get("lastClr") or inner.get("val") or ""
                if _is_colour(said):
                    self._theme[_ORDER.index(name)] = said.upper()

    def of(self, element: Element | None) -> str:
        """Six hexadecimal digits; empty for the automatic colour and where nothing sensible is said."""
        if element is None:
            return ""
        whole = element.get("rgb", "")[-6:]
        if not _is_colour(whole):
            whole = self._numbered(element)
        return _tinted(whole, element.get("tint", "")) if whole else ""

    def _numbered(self, element: Element) -> str:
        theme, index = element.get("theme", ""), element.get("indexed", "")
        if theme.isdigit() and int(theme[:3]) < len(self._theme):
            return self._theme[int(theme[:3])]
        if index.isdigit() and int(index[:3]) < len(COLOR_INDEX):
            return str(COLOR_INDEX[int(index[:3])])[-6:]
        return ""


def alike(one: str, two: str) -> bool:
    """Whether nobody could tell one from the other."""
    pairs = ((int(one[at : at + 2], 16), int(two[at : at + 2], 16)) for at in (0, 2, 4))
    return all(abs(first - second) <= _LEAST_CONTRAST for first, second in pairs)


def _is_colour(text: str) -> bool:
    return len(text) == 6 and all(sign in "0123456789abcdefABCDEF" for sign in text)


def _tinted(colour: str, tint: str) -> str:
    """Darker (below zero) or lighter, as a workbook says it."""
    try:
        share = max(-1.0, min(float(tint), 1.0)) if tint else 0.0
    except ValueError:
        share = 0.0
    if not share or share != share:
        return colour.upper()
    hue, light, dense = colorsys.rgb_to_hls(*(int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    light = light * (1 + share) if share < 0 else light * (1 - share) + share
    return "".join(f"{round(255 * part):02X}" for part in colorsys.hls_to_rgb(hue, light, dense))
