"""Real .xlsx files for tests: built with openpyxl, then altered inside the zip where a test needs it."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HEADERS = ("编号", "标题", "领衔代表")
ROW = (1, "关于改善饮水的建议", "甲代表（东乡）")


def workbook(
    rows: Sequence[Sequence[object]] = (HEADERS, ROW),
    *,
    name: str = "代表建议",
    alter: Callable[[Workbook, Worksheet], None] | None = None,
) -> bytes:
    """A workbook of one sheet; ``alter`` may do anything openpyxl can."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    if alter is not None:
        alter(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(
    source: bytes,
    *,
    replace: Mapping[str, Callable[[bytes], bytes]] | None = None,
    add: Mapping[str, bytes] | None = None,
    drop: Sequence[str] = (),
) -> bytes:
    """The same package with members changed, added or left out."""
    out = io.BytesIO()
    changes = dict(replace or {})
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name in drop:
                continue
            body = old.read(name)
            change = changes.pop(name, None)
            new.writestr(name, change(body) if change else body)
        for name, body in (add or {}).items():
            new.writestr(name, body)
    assert not changes, f"no such member: {sorted(changes)}"
    return out.getvalue()


def with_shared_strings(source: bytes) -> bytes:
    """The same workbook with its texts in a shared table, as Excel and WPS store them."""
    sheet, texts = "xl/worksheets/sheet1.xml", list[str]()

    def shared(xml: bytes) -> bytes:
        def moved(match: re.Match[str]) -> str:
            texts.append(match[2])
            return f'{match[1]} t="s"><v>{len(texts) - 1}</v></c>'

        inline = re.compile(
            r'(<c r="[A-Z]+[0-9]+"[^>]*?) t="inlineStr"><is><t[^>]*>(.*?)</t></is></c>', re.DOTALL
        )
        return inline.sub(moved, xml.decode()).encode()

    changed = repacked(source, replace={sheet: shared})
    items = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in texts)
    table = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{items}</sst>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    return repacked(
        changed,
        replace={"[Content_Types].xml": lambda xml: xml.replace(b"</Types>", part.encode())},
        add={"xl/sharedStrings.xml": table.encode()},
    )
