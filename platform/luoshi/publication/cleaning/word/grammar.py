"""Which elements and attributes of WordprocessingML are carried over. What is not named here is not."""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

from luoshi.publication.cleaning.package import local, space

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
PREFIXES = {W: "w", R: "r", WP: "wp", A: "a", PIC: "pic", WPS: "wps"}

_EDGES = "top left start bottom right end insideH insideV between tl2br tr2bl"
_ON = "b bCs i iCs caps smallCaps strike dstrike kern snapToGrid rtl"
_PLAIN = "vertAlign em position sz szCs spacing highlight"
CHILDREN: dict[str, frozenset[str]] = {
    name: frozenset(children.split())
    for name, children in {
        "rPr": f"rStyle rFonts {_ON} {_PLAIN} u color shd bdr",
        "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs kinsoku wordWrap "
        "overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind "
        "contextualSpacing mirrorIndents jc textAlignment outlineLvl rPr",
        "numPr": "ilvl numId",
        "pBdr": _EDGES,
        "tblBorders": _EDGES,
        "tcBorders": _EDGES,
        "tblCellMar": _EDGES,
        "tcMar": _EDGES,
        "tabs": "tab",
        "tblPr": "tblStyle tblW jc tblInd tblBorders shd tblLayout tblCellMar tblLook tblStyleRowBandSize "
        "tblStyleColBandSize",
        "tblGrid": "gridCol",
        "trPr": "trHeight tblHeader cantSplit jc gridBefore gridAfter wBefore wAfter",
        "tcPr": "tcW gridSpan vMerge hMerge vAlign shd tcBorders noWrap textDirection tcMar",
        "sectPr": "type pgSz pgMar cols docGrid pgNumType titlePg vAlign textDirection",
        "cols": "col",
    }.items()
}
_VALUE = frozenset({"val"})
_BORDER = frozenset({"val", "sz", "space", "color"})
ATTRIBUTES: dict[str, frozenset[str]] = {
    name: frozenset(said.split())
    for name, said in {
        "rFonts": "ascii hAnsi eastAsia cs hint",
        "u": "val color",
        "shd": "val color fill",
        "bdr": "val sz space color",
        "tab": "val pos leader",
        "spacing": "val before beforeLines beforeAutospacing after afterLines afterAutospacing line lineRule",
        "ind": "left leftChars start startChars right rightChars end endChars hanging hangingChars firstLine "
        "firstLineChars",
        "tblW": "w type",
        "tblInd": "w type",
        "tcW": "w type",
        "wBefore": "w type",
        "wAfter": "w type",
        "tblLayout": "type",
        "tblLook": "val firstRow lastRow firstColumn lastColumn noHBand noVBand",
        "gridCol": "w",
        "trHeight": "val",
        "pgSz": "w h orient",
        "pgMar": "top right bottom left header footer gutter",
        "cols": "num space equalWidth sep",
        "col": "w space",
        "docGrid": "type linePitch charSpace",
        "pgNumType": "fmt start",
    }.items()
}
_EDGE_ATTRIBUTES = _BORDER | {"w", "type"}
_SAFE = re.compile(r"[\w%.#+ ,()&\-]{0,64}")
_FARTHEST = 6000
"""Twentieths of a point: an indent beyond it moves text off the page."""


def w(name: str) -> str:
    """A tag or attribute of WordprocessingML."""
    return f"{{{W}}}{name}"


def value(element: Element | None, name: str = "val") -> str:
    """An attribute of WordprocessingML; empty where it or the element is missing."""
    return "" if element is None else element.get(w(name), "")


def child(element: Element | None, *path: str) -> Element | None:
    """The first child of each name in turn."""
    for name in path:
        element = None if element is None else element.find(w(name))
    return element


def is_on(element: Element | None) -> bool | None:
    """A switch such as bold: None where nothing is said."""
    return None if element is None else value(element) not in ("0", "false", "off", "none")


def made(name: str, /, **said: str) -> Element:
    """A new element of WordprocessingML."""
    return Element(w(name), {w(key): text for key, text in said.items()})


Change = Callable[[Element], Element | None]
"""Looks at an element that was carried over: gives it back, changed, or None to leave it out."""


def properties(source: Element, change: Change) -> Element:
    """``source`` (a container of properties) with what the grammar names, each through ``change``."""
    name = local(source.tag)
    kept = Element(source.tag, _attributes(source))
    for row in source:
        row_name = local(row.tag)
        if space(row.tag) != W or row_name not in CHILDREN[name]:
            continue
        copied = properties(row, change) if row_name in CHILDREN else Element(row.tag, _attributes(row))
        changed = change(copied) if row_name != "rFonts" else change(row)
        if changed is not None:
            kept.append(changed)
    return kept


def _attributes(element: Element) -> dict[str, str]:
    name = local(element.tag)
    allowed = _EDGE_ATTRIBUTES if name in _EDGES.split() else ATTRIBUTES.get(name, _VALUE)
    return {
        key: said
        for key, said in element.items()
        if space(key) == W and local(key) in allowed and _SAFE.fullmatch(said) and not _too_far(name, said)
    }


def _too_far(name: str, said: str) -> bool:
    return name == "ind" and (not said.lstrip("-").isdigit() or abs(int(said[:9])) > _FARTHEST)
