"""Pictures, lines and text boxes of a document; whatever could lie over text is refused."""

from collections.abc import Callable
from xml.etree.ElementTree import Element, SubElement

from luoshi.publication.cleaning.package import local
from luoshi.publication.cleaning.values import TO_PDF, Tally, refuse
from luoshi.publication.cleaning.word.grammar import PIC, WP, WPS, A, R, W

PictureKept = Callable[[str, tuple[int, int, int, int] | None], str]
"""Carries a picture over. Arguments: its relation, what is cut off. Gives the new relation."""
BoxKept = Callable[[Element], list[Element]]
"""Carries the text of a box over."""

_OVER = f"文档里有浮在文字上方的图片或图形，下面可能盖着文字。{TO_PDF}（PDF 中被盖住的文字会真正删去）"
_KIND = f"文档里有图表、SmartArt、画布或组合图形，无法清理。{TO_PDF}"
_EFFECT = f"文档里有带特殊效果的图片，无法清理。{TO_PDF}"
_WRAPPED = ("wrapSquare", "wrapTopAndBottom", "wrapTight", "wrapThrough")
_LINES = ("line", "straightConnector1")
_LEAST = 25_400
"""English metric units (2 points): a smaller picture is not seen."""
_THICKEST = 76_200
"""English metric units (6 points): a thicker line could cover a line of text."""
_FARTHEST = 40_000_000


def drawing_kept(
    source: Element, number: int, picture: PictureKept, box: BoxKept, tally: Tally
) -> Element | None:
    """A drawing made anew, or None where it was not visible.

    :raises Invalid: where it is of a kind that cannot be carried over, or may cover text.
    """
    placed = next((row for row in source if local(row.tag) in ("inline", "anchor")), None)
    data = None if placed is None else placed.find(f"{{{A}}}graphic/{{{A}}}graphicData")
    content = None if data is None else next(iter(data), None)
    if placed is None or content is None:
        refuse(_KIND)
    described = placed.find(f"{{{WP}}}docPr")
    if described is not None:
        if described.get("hidden") in ("1", "true"):
            tally.add("hidden_pictures")
            return None
        tally.add("descriptions", 1 if described.get("descr") or described.get("title") else 0)
    wide, high = _extent(placed)
    is_line = content.tag == f"{{{WPS}}}wsp" and _is_line(content)
    if min(wide, high) < _LEAST and not is_line:
        tally.add("hidden_pictures")
        return None
    if content.tag == f"{{{PIC}}}pic":
        kept, address = _picture(content, wide, high, number, picture, tally), PIC
    elif content.tag == f"{{{WPS}}}wsp":
        kept, address = _shape(content, wide, high, box), WPS
    else:
        refuse(_KIND)
    outer = _placed(placed, wide, high, number, is_line)
    graphic = SubElement(outer, f"{{{A}}}graphic")
    SubElement(graphic, f"{{{A}}}graphicData", {"uri": address}).append(kept)
    whole = Element(f"{{{W}}}drawing")
    whole.append(outer)
    return whole


def _number(text: str | None, most: int = _FARTHEST) -> int:
    plain = (text or "").strip()
    if not plain.lstrip("-").isdigit() or len(plain) > 12:
        return 0
    return max(-most, min(int(plain), most))


def _extent(placed: Element) -> tuple[int, int]:
    extent = placed.find(f"{{{WP}}}extent")
    return (0, 0) if extent is None else (_number(extent.get("cx")), _number(extent.get("cy")))


def _placed(placed: Element, wide: int, high: int, number: int, is_line: bool) -> Element:
    size = {"cx": str(max(wide, 0)), "cy": str(max(high, 0))}
    zero = {"distT": "0", "distB": "0", "distL": "0", "distR": "0"}
    named = {"id": str(number), "name": f"图 {number}"}
    if local(placed.tag) == "inline":
        outer = Element(f"{{{WP}}}inline", zero)
        SubElement(outer, f"{{{WP}}}extent", size)
        SubElement(outer, f"{{{WP}}}docPr", named)
        return outer
    behind = placed.get("behindDoc") in ("1", "true")
    wrap = next((local(row.tag) for row in placed if local(row.tag).startswith("wrap")), "wrapNone")
    if wrap not in _WRAPPED and not is_line and not behind:
        refuse(_OVER)
    outer = Element(
        f"{{{WP}}}anchor",
        {
            **zero,
            "simplePos": "0",
            "relativeHeight": str(number),
            "behindDoc": "1" if behind else "0",
            "locked": "0",
            "layoutInCell": "1",
            "allowOverlap": "0",
        },
    )
    SubElement(outer, f"{{{WP}}}simplePos", {"x": "0", "y": "0"})
    for name in ("positionH", "positionV"):
        _position(outer, placed.find(f"{{{WP}}}{name}"), name)
    SubElement(outer, f"{{{WP}}}extent", size)
    if wrap in _WRAPPED and not behind:
        sides = {} if wrap == "wrapTopAndBottom" else {"wrapText": "bothSides"}
        SubElement(outer, f"{{{WP}}}{'wrapTopAndBottom' if not sides else 'wrapSquare'}", sides)
    else:
        SubElement(outer, f"{{{WP}}}wrapNone")
    SubElement(outer, f"{{{WP}}}docPr", named)
    SubElement(outer, f"{{{WP}}}cNvGraphicFramePr")
    return outer


def _position(outer: Element, source: Element | None, name: str) -> None:
    across = name == "positionH"
    from_what = "" if source is None else source.get("relativeFrom", "")
    known = ("margin", "page", "column", "character") if across else ("margin", "page", "paragraph", "line")
    made = SubElement(
        outer, f"{{{WP}}}{name}", {"relativeFrom": from_what if from_what in known else known[2]}
    )
    aligned = None if source is None else source.find(f"{{{WP}}}align")
    if aligned is not None and aligned.text in ("left", "center", "right", "top", "bottom"):
        SubElement(made, f"{{{WP}}}align").text = aligned.text
    else:
        offset = None if source is None else source.find(f"{{{WP}}}posOffset")
        SubElement(made, f"{{{WP}}}posOffset").text = str(_number(None if offset is None else offset.text))


def _picture(
    source: Element, wide: int, high: int, number: int, picture: PictureKept, tally: Tally
) -> Element:
    fill = source.find(f"{{{PIC}}}blipFill")
    blip = None if fill is None else fill.find(f"{{{A}}}blip")
    if fill is None or blip is None or not blip.get(f"{{{R}}}embed"):
        refuse(f"文档里有链接到外部的图片，无法清理。请把图片插入文档，或另存为 PDF。{TO_PDF}")
    if any(local(row.tag) not in ("extLst",) for row in blip):
        refuse(_EFFECT)
    cut = fill.find(f"{{{A}}}srcRect")
    crop = None
    if cut is not None:
        sides = tuple(max(0, _number(cut.get(side), 100_000)) for side in ("l", "t", "r", "b"))
        if any(sides):
            crop = (sides[0], sides[1], sides[2], sides[3])
            tally.add("cropped")
    named = source.find(f"{{{PIC}}}nvPicPr/{{{PIC}}}cNvPr")
    if named is not None:
        tally.add("descriptions", 1 if named.get("descr") else 0)
    kept = Element(f"{{{PIC}}}pic")
    naming = SubElement(kept, f"{{{PIC}}}nvPicPr")
    SubElement(naming, f"{{{PIC}}}cNvPr", {"id": str(number), "name": f"图 {number}"})
    SubElement(naming, f"{{{PIC}}}cNvPicPr")
    filled = SubElement(kept, f"{{{PIC}}}blipFill")
    SubElement(filled, f"{{{A}}}blip", {f"{{{R}}}embed": picture(blip.get(f"{{{R}}}embed", ""), crop)})
    SubElement(SubElement(filled, f"{{{A}}}stretch"), f"{{{A}}}fillRect")
    shape = SubElement(kept, f"{{{PIC}}}spPr")
    turned = source.find(f"{{{PIC}}}spPr/{{{A}}}xfrm")
    _form(shape, wide, high, "rect", turned)
    return kept


def _form(shape: Element, wide: int, high: int, form: str, turned: Element | None) -> None:
    turn = "0" if turned is None else str(_number(turned.get("rot"), 21_600_000))
    said = {"rot": turn} if turn != "0" else {}
    for side in ("flipH", "flipV"):
        if turned is not None and turned.get(side) in ("1", "true"):
            said[side] = "1"
    place = SubElement(shape, f"{{{A}}}xfrm", said)
    SubElement(place, f"{{{A}}}off", {"x": "0", "y": "0"})
    SubElement(place, f"{{{A}}}ext", {"cx": str(max(wide, 0)), "cy": str(max(high, 0))})
    SubElement(SubElement(shape, f"{{{A}}}prstGeom", {"prst": form}), f"{{{A}}}avLst")


def _is_line(shape: Element) -> bool:
    form = shape.find(f"{{{WPS}}}spPr/{{{A}}}prstGeom")
    drawn = shape.find(f"{{{WPS}}}spPr/{{{A}}}ln")
    return (
        form is not None
        and form.get("prst") in _LINES
        and (drawn is None or _number(drawn.get("w")) <= _THICKEST)
        and shape.find(f"{{{WPS}}}txbx") is None
    )


def _shape(source: Element, wide: int, high: int, box: BoxKept) -> Element:
    """A line, or a box of text; a box keeps its frame and loses its fill."""
    line = _is_line(source)
    text = source.find(f"{{{WPS}}}txbx/{{{W}}}txbxContent")
    kept = Element(f"{{{WPS}}}wsp")
    SubElement(kept, f"{{{WPS}}}cNvSpPr")
    shape = SubElement(kept, f"{{{WPS}}}spPr")
    _form(shape, wide, high, "line" if line else "rect", source.find(f"{{{WPS}}}spPr/{{{A}}}xfrm"))
    if not line:
        SubElement(shape, f"{{{A}}}noFill")
    drawn = source.find(f"{{{WPS}}}spPr/{{{A}}}ln")
    if drawn is None or drawn.find(f"{{{A}}}noFill") is None:
        thick = 9_525 if drawn is None else min(max(_number(drawn.get("w")), 3_175), _THICKEST)
        colour = None if drawn is None else drawn.find(f"{{{A}}}solidFill/{{{A}}}srgbClr")
        stroke = SubElement(shape, f"{{{A}}}ln", {"w": str(thick)})
        said = "" if colour is None else colour.get("val", "")
        plain = (
            said if len(said) == 6 and all(sign in "0123456789abcdefABCDEF" for sign in said) else "000000"
        )
        SubElement(SubElement(stroke, f"{{{A}}}solidFill"), f"{{{A}}}srgbClr", {"val": plain})
    if text is not None:
        content = SubElement(SubElement(kept, f"{{{WPS}}}txbx"), f"{{{W}}}txbxContent")
        content.extend(box(text))
    body = SubElement(kept, f"{{{WPS}}}bodyPr")
    if text is not None:
        SubElement(body, f"{{{A}}}spAutoFit")
    return kept
