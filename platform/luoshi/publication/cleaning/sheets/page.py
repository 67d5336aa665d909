"""One sheet, rebuilt from its cells."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, range_boundaries

from luoshi.publication.cleaning.plain import letters_clean
from luoshi.publication.cleaning.sheets.styling import Formats, number, s
from luoshi.publication.cleaning.values import TO_PDF, Tally, refuse

Text = tuple[tuple[Element | None, str], ...]
"""Parts of a text, each with the font that it has of its own."""

MOST_CELLS = 500_000
_MOST_MERGED = 20_000
_LAST_ROW = 1_048_576
_LAST_COLUMN = 16_384
_LEAST_HEIGHT = 1.5
"""Points: a lower row is not seen."""
_LEAST_WIDTH = 0.3
"""Letters: a narrower column is not seen."""
_LONGEST = 32_767
_VALUE = re.compile(r"[-+]?\d{1,40}(\.\d{1,40})?([eE][-+]?\d{1,4})?")
_ERRORS = frozenset(("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"))
_DATE = re.compile(r"[\d\-:T.Z]{1,40}")
_ON = ("1", "true")
_BROKEN = f"工作表的内部结构有误。请用 Excel 或 WPS 打开后“另存为”，再上传另存的文件。{TO_PDF}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def sheet_kept(source: Element, texts: Sequence[Text], formats: Formats, tally: Tally) -> Element:
    """The sheet as a new part: its visible cells with results, merged ranges, widths and heights.

    :raises Invalid: where a formula has no result that was saved, or it is broken or too large.
    """
    _counts(source, tally)
    columns = _Columns(source)
    merged = _merged(source)
    shown_by_merging = {(top, left): (bottom, right) for left, top, right, bottom in merged}
    kept = Element(s("worksheet"))
    _views(source, kept)
    default = source.find(s("sheetFormatPr"))
    no_rows = default is not None and (
        default.get("zeroHeight") in _ON or 0 < number(default.get("defaultRowHeight"), 409) < _LEAST_HEIGHT
    )
    SubElement(
        kept, s("sheetFormatPr"), {"defaultRowHeight": "14.4", **({"zeroHeight": "1"} if no_rows else {})}
    )
    columns.written(kept)
    data = SubElement(kept, s("sheetData"))
    rows = source.find(s("sheetData"))
    hidden_rows = {
        at
        for at, row in _numbered(rows)
        if row.get("hidden") in _ON or 0 < _height(row) < _LEAST_HEIGHT or _flat(row)
    }
    cells = 0
    under = _Merged(merged)
    for at, row in _numbered(rows):
        under.row(at)
        written = SubElement(data, s("row"), {"r": str(at)})
        if at in hidden_rows:
            written.set("hidden", "1")
        elif _height(row):
            written.set("ht", f"{_height(row):g}")
            written.set("customHeight", "1")
        for column, cell in _cells(row, at):
            cells += 1
            if cells > MOST_CELLS:
                refuse(f"工作表的单元格过多，最多 {MOST_CELLS} 个。请拆分，或另存为 PDF 再上传")
            bottom, right = shown_by_merging.get((at, column), (at, column))
            covered = under.covers(at, column)
            unseen_row = all(line in hidden_rows for line in range(at, min(bottom, at + 2000) + 1))
            unseen_column = all(columns.hidden(line) for line in range(column, min(right, column + 2000) + 1))
            _cell(cell, (at, column), written, texts, formats, tally, (unseen_row, unseen_column, covered))
    if merged:
        group = SubElement(kept, s("mergeCells"), {"count": str(len(merged))})
        for left, top, right, bottom in merged:
            SubElement(group, s("mergeCell"), {"ref": f"{_letter(left)}{top}:{_letter(right)}{bottom}"})
    _paper(source, kept)
    return kept


def _counts(source: Element, tally: Tally) -> None:
    for name, kind in (
        ("dataValidations", "validations"),
        ("hyperlinks", "links"),
        ("scenarios", "custom_data"),
    ):
        group = source.find(s(name))
        tally.add(kind, 0 if group is None else len(group))
    tally.add("conditional", len(source.findall(s("conditionalFormatting"))))
    header = source.find(s("headerFooter"))
    tally.add("sheet_headers", 0 if header is None else sum(1 for row in header if row.text))
    if source.find(s("oleObjects")) is not None or source.find(s("controls")) is not None:
        refuse(f"工作表里有嵌入的对象或控件，无法清理。{TO_PDF}")


class _Columns:
    """Widths of columns, and which are hidden."""

    def __init__(self, source: Element) -> None:
        self._rows: list[tuple[int, int, float, bool]] = []
        group = source.find(s("cols"))
        for row in () if group is None else group:
            first, last = int(number(row.get("min"), _LAST_COLUMN)), int(number(row.get("max"), _LAST_COLUMN))
            width = number(row.get("width"), 255)
            said = row.get("width") is not None and width < _LEAST_WIDTH
            if not (self._rows[-1][1] if self._rows else 0) < first <= last:
                refuse(_BROKEN)
            self._rows.append((first, last, width, row.get("hidden") in _ON or said))
        self._hidden = {
            column for first, last, _, hidden in self._rows if hidden for column in range(first, last + 1)
        }
        default = source.find(s("sheetFormatPr"))
        said_width = None if default is None else default.get("defaultColWidth")
        if said_width is not None and number(said_width, 255) < _LEAST_WIDTH:
            listed = {column for first, last, _, _ in self._rows for column in range(first, last + 1)}
            self._hidden |= set(range(1, _LAST_COLUMN + 1)) - listed

    def hidden(self, column: int) -> bool:
        return column in self._hidden

    def written(self, kept: Element) -> None:
        if not self._rows:
            return
        group = SubElement(kept, s("cols"))
        for first, last, width, hidden in self._rows:
            said = {"min": str(first), "max": str(last), "width": f"{width or 9:g}", "customWidth": "1"}
            SubElement(group, s("col"), {**said, **({"hidden": "1"} if hidden else {})})


def _height(row: Element) -> float:
    return number(row.get("ht"), 409)


def _flat(row: Element) -> bool:
    return row.get("ht") is not None and _height(row) == 0


def _numbered(rows: Element | None) -> list[tuple[int, Element]]:
    """Rows with their numbers, which have to rise."""
    found: list[tuple[int, Element]] = []
    last = 0
    for row in () if rows is None else rows:
        if row.tag != s("row"):
            continue
        said = row.get("r", "")
        at = int(said) if said.isdigit() and len(said) < 8 else last + 1
        if not last < at <= _LAST_ROW:
            refuse(_BROKEN)
        found.append((at, row))
        last = at
    return found


def _cells(row: Element, at: int) -> list[tuple[int, Element]]:
    found: list[tuple[int, Element]] = []
    last = 0
    for cell in row:
        if cell.tag != s("c"):
            continue
        column = last + 1
        if cell.get("r"):
            try:
                letters, line = coordinate_from_string(cell.get("r", ""))
                column = column_index_from_string(letters)
            except ValueError:
                refuse(_BROKEN)
            if line != at:
                refuse(_BROKEN)
        if not last < column <= _LAST_COLUMN:
            refuse(_BROKEN)
        found.append((column, cell))
        last = column
    return found


def _merged(source: Element) -> list[tuple[int, int, int, int]]:
    group = source.find(s("mergeCells"))
    found: list[tuple[int, int, int, int]] = []
    for row in () if group is None else group:
        try:
            left, top, right, bottom = range_boundaries(row.get("ref", ""))
        except (ValueError, TypeError):
            refuse(_BROKEN)
        if left is None or top is None or right is None or bottom is None or len(found) >= _MOST_MERGED:
            refuse(_BROKEN)
        if 1 <= left <= right <= _LAST_COLUMN and 1 <= top <= bottom <= _LAST_ROW:
            found.append((left, top, right, bottom))
    return found


class _Merged:
    """Which cells lie under a merged one: their values are still in the file, yet never shown."""

    def __init__(self, ranges: Sequence[tuple[int, int, int, int]]) -> None:
        self._waiting = sorted(ranges, key=lambda one: one[1], reverse=True)
        self._here: list[tuple[int, int, int, int]] = []
        self._lefts: list[int] = []

    def row(self, at: int) -> None:
        """Go to a row; rows rise.

        :raises Invalid: where two ranges share a cell.
        """
        still = [one for one in self._here if one[3] >= at]
        changed = len(still) != len(self._here)
        while self._waiting and self._waiting[-1][1] <= at:
            still.append(self._waiting.pop())
            changed = True
        if changed:
            self._here = sorted(one for one in still if one[3] >= at)
            self._lefts = [one[0] for one in self._here]
            if any(one[2] >= two[0] for one, two in pairwise(self._here)):
                refuse(_BROKEN)

    def covers(self, at: int, column: int) -> bool:
        """Whether a cell of the row is under another."""
        index = bisect_right(self._lefts, column) - 1
        if index < 0:
            return False
        left, top, right, _ = self._here[index]
        return column <= right and (at, column) != (top, left)


def _letter(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _cell(
    source: Element,
    place: tuple[int, int],
    row: Element,
    texts: Sequence[Text],
    formats: Formats,
    tally: Tally,
    unseen: tuple[bool, bool, bool],
) -> None:
    style = source.get("s", "0")
    value = source.find(s("v"))
    inside = source.find(s("is"))
    has = (value is not None and value.text) or inside is not None or source.find(s("f")) is not None
    if has and any(unseen):
        tally.add(("hidden_rows", "hidden_columns", "hidden_cells")[unseen.index(True)])
    if unseen[0] or unseen[1]:
        return
    written = SubElement(row, s("c"), {"r": f"{_letter(place[1])}{place[0]}", "s": str(formats.kept(style))})
    if not has or unseen[2]:
        return
    if not formats.of(style).seen:
        tally.add("hidden_cells")
        return
    if source.find(s("f")) is not None:
        if value is None and inside is None:
            refuse("工作表里的公式没有保存结果。请用 Excel 或 WPS 打开并保存一次，再上传")
        tally.add("formulas")
    _valued(source, value, inside, style, written, texts, formats, tally)


def _valued(
    source: Element,
    value: Element | None,
    inside: Element | None,
    style: str,
    written: Element,
    texts: Sequence[Text],
    formats: Formats,
    tally: Tally,
) -> None:
    kind = source.get("t", "n")
    said = (value.text or "").strip() if value is not None else ""
    if kind in ("s", "inlineStr", "str"):
        parts: Text = ()
        if kind == "s":
            at = int(said) if said.isdigit() and len(said) < 10 else -1
            if not 0 <= at < len(texts):
                refuse(_BROKEN)
            parts = texts[at]
        elif kind == "str":
            parts = ((None, (value.text or "") if value is not None else ""),)
        elif inside is not None:
            parts = _inside(inside)
        _text(parts, style, written, formats, tally)
        return
    known = {"b": said in ("0", "1"), "e": said in _ERRORS, "d": bool(_DATE.fullmatch(said))}
    if not said:
        return
    if not known.get(kind, bool(_VALUE.fullmatch(said))):
        refuse(_BROKEN)
    if kind in known:
        written.set("t", kind)
    SubElement(written, s("v")).text = said


def _inside(source: Element) -> Text:
    plain = source.find(s("t"))
    parts: list[tuple[Element | None, str]] = [] if plain is None else [(None, plain.text or "")]
    for row in source.findall(s("r")):
        letters = row.find(s("t"))
        parts.append((row.find(s("rPr")), "" if letters is None else letters.text or ""))
    return tuple(parts)


def _text(parts: Text, style: str, written: Element, formats: Formats, tally: Tally) -> None:
    seen = [text for font, text in parts if formats.text_seen(font, style)]
    tally.add("hidden_text", len(parts) - len(seen))
    text = letters_clean("".join(seen), tally)[:_LONGEST]
    if text:
        written.set("t", "inlineStr")
        made = SubElement(SubElement(written, s("is")), s("t"))
        made.text = text
        made.set(_SPACE, "preserve")


def _views(source: Element, kept: Element) -> None:
    """Frozen headings and the grid, as they are."""
    view = source.find(f"{s('sheetViews')}/{s('sheetView')}")
    if view is None:
        return
    said = {"workbookViewId": "0"}
    if view.get("showGridLines") in ("0", "false"):
        said["showGridLines"] = "0"
    written = SubElement(SubElement(kept, s("sheetViews")), s("sheetView"), said)
    pane = view.find(s("pane"))
    corner = "" if pane is None else pane.get("topLeftCell", "")
    if pane is not None and pane.get("state") == "frozen" and re.fullmatch(r"[A-Z]{1,3}\d{1,7}", corner):
        frozen = {"topLeftCell": corner, "state": "frozen"}
        for key in ("xSplit", "ySplit"):
            if number(pane.get(key), 1000):
                frozen[key] = f"{number(pane.get(key), 1000):g}"
        SubElement(written, s("pane"), frozen)


def _paper(source: Element, kept: Element) -> None:
    setup = source.find(s("pageSetup"))
    if setup is None:
        return
    said = {}
    if setup.get("orientation") in ("portrait", "landscape"):
        said["orientation"] = setup.get("orientation", "")
    if setup.get("paperSize", "").isdigit():
        said["paperSize"] = str(int(number(setup.get("paperSize"), 118)))
    if said:
        SubElement(kept, s("pageSetup"), said)
