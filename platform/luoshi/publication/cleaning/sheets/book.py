"""A workbook made anew: its visible sheets, each rebuilt from the cells that are seen."""

from xml.etree.ElementTree import Element, SubElement

from luoshi.publication.cleaning.package import (
    OFFICE,
    Package,
    local,
    package_written,
    parts_counted,
    relations_written,
    space,
    xml_written,
)
from luoshi.publication.cleaning.plain import letters_clean
from luoshi.publication.cleaning.sheets.colours import Colours
from luoshi.publication.cleaning.sheets.page import Text, sheet_kept
from luoshi.publication.cleaning.sheets.styling import Formats, S, s
from luoshi.publication.cleaning.values import TO_PDF, Tally, refuse

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PREFIXES = {S: "", OFFICE: "r"}
_MOST_SHEETS = 100


def book_clean(body: bytes, tally: Tally) -> bytes:
    """``body``, a workbook, with what can be seen in it and nothing else.

    :raises Invalid: where something visible cannot be carried over, or it is broken or too large.
    """
    package = Package(body)
    main = package.main()
    root = package.xml(main)
    if space(root.tag) != S:
        refuse(f"工作簿是“Strict Open XML”格式，无法清理。请另存为普通的 .xlsx。{TO_PDF}")
    relations = package.relations(main)
    read = {main}

    def part(kind: str) -> Element | None:
        for relation in relations.values():
            if relation.kind == kind and not relation.outside and package.has(relation.target):
                read.add(relation.target)
                return package.xml(relation.target)
        return None

    formats = Formats(part("styles"), Colours(part("theme")), tally)
    strings = part("sharedStrings")
    texts = [] if strings is None else [text_of(row) for row in strings if row.tag == s("si")]
    names = root.find(s("definedNames"))
    tally.add("names", 0 if names is None else len(names))
    listed = root.find(s("sheets"))
    sheets: list[tuple[str, Element]] = []
    parts: dict[str, bytes] = {}
    types: dict[str, str] = {}
    for row in () if listed is None else listed:
        relation = relations.get(row.get(f"{{{OFFICE}}}id", ""))
        if relation is None or not package.has(relation.target):
            refuse(f"工作簿的内部结构有误。{TO_PDF}")
        read.add(relation.target)
        if row.get("state", "visible") != "visible":
            tally.add("hidden_sheets")
            continue
        if relation.kind != "worksheet":
            refuse(f"工作簿里有图表页等，无法清理。{TO_PDF}")
        if len(sheets) >= _MOST_SHEETS:
            refuse(f"工作簿的工作表过多，最多 {_MOST_SHEETS} 张。请拆分后再上传")
        _surroundings(package, relation.target, tally)
        kept = sheet_kept(package.xml(relation.target), texts, formats, tally)
        sheets.append((letters_clean(row.get("name", ""))[:31], kept))
    if not sheets:
        refuse("工作簿里没有可见的工作表。请取消隐藏要公开的工作表后再上传")
    whole = Element(s("workbook"))
    written = SubElement(whole, s("sheets"))
    relations_made = {"rId1": ("styles", "styles.xml")}
    for index, (name, kept) in enumerate(sheets, 1):
        file_name = f"worksheets/sheet{index}.xml"
        key = f"rId{index + 1}"
        relations_made[key] = ("worksheet", file_name)
        SubElement(
            written,
            s("sheet"),
            {"name": name or f"Sheet{index}", "sheetId": str(index), f"{{{OFFICE}}}id": key},
        )
        parts[f"xl/{file_name}"] = xml_written(kept, _PREFIXES)
        types[f"xl/{file_name}"] = f"{_TYPE}.worksheet+xml"
    parts["xl/workbook.xml"] = xml_written(whole, _PREFIXES)
    parts["xl/styles.xml"] = xml_written(formats.part(), _PREFIXES)
    parts["xl/_rels/workbook.xml.rels"] = relations_written(relations_made)
    types["xl/workbook.xml"] = f"{_TYPE}.sheet.main+xml"
    types["xl/styles.xml"] = f"{_TYPE}.styles+xml"
    parts_counted(package, read, tally)
    return package_written(parts, types, "xl/workbook.xml")


def text_of(source: Element) -> Text:
    """A text as its parts, each with the font that it has of its own; readings over letters are left out."""
    found: list[tuple[Element | None, str]] = []
    for row in source:
        if row.tag == s("t"):
            found.append((None, row.text or ""))
        elif row.tag == s("r"):
            letters = row.find(s("t"))
            found.append((row.find(s("rPr")), "" if letters is None else letters.text or ""))
    return tuple(found)


def _surroundings(package: Package, name: str, tally: Tally) -> None:
    """What lies around a sheet. Drawings are refused: they may be what is meant to be seen, or cover it."""
    for relation in package.relations(name).values():
        if relation.outside or not package.has(relation.target):
            continue
        if relation.kind == "comments":
            tally.add(
                "comments", sum(1 for row in package.xml(relation.target).iter() if row.tag == s("comment"))
            )
        elif relation.kind == "drawing" and len(package.xml(relation.target)) > 0:
            refuse(f"工作表里有图片、图表或图形，下面可能盖着内容，无法清理。{TO_PDF}")
        elif (
            relation.kind == "threadedComment"
            and local(package.xml(relation.target).tag) == "ThreadedComments"
        ):
            tally.add("comments", len(package.xml(relation.target)))
