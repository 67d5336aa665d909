"""One story of a document (its body, a header, the notes), rebuilt element by element."""

from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element

from luoshi.publication.cleaning.package import local, space
from luoshi.publication.cleaning.plain import letters_clean
from luoshi.publication.cleaning.values import TO_PDF, Tally, refuse
from luoshi.publication.cleaning.word.drawings import PictureKept, drawing_kept
from luoshi.publication.cleaning.word.fields import Fields, live_code
from luoshi.publication.cleaning.word.grammar import MC, Change, W, child, is_on, made, properties, value, w
from luoshi.publication.cleaning.word.looks import COVERED, HIDDEN, SEEN, Grounds, Styles, fill_of, run_look

SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_INSERTED = ("ins", "moveTo")
_DELETED = {"del": "deletions", "moveFrom": "moves"}
_OPENED = ("smartTag", "customXml", "bdo", "dir")
_UNSEEN = frozenset(
    [
        "proofErr",
        "permStart",
        "permEnd",
        "commentRangeStart",
        "commentRangeEnd",
        "moveFromRangeStart",
        "moveFromRangeEnd",
        "moveToRangeStart",
        "moveToRangeEnd",
        "customXmlInsRangeStart",
        "customXmlInsRangeEnd",
        "customXmlDelRangeStart",
        "customXmlDelRangeEnd",
        "customXmlMoveFromRangeStart",
        "customXmlMoveFromRangeEnd",
        "customXmlMoveToRangeStart",
        "customXmlMoveToRangeEnd",
        "bookmarkEnd",
        "lastRenderedPageBreak",
        "annotationRef",
        "commentReference",
        "softHyphen",
        "smartTagPr",
        "customXmlPr",
        "delText",
        "delInstrText",
        "separator",
        "continuationSeparator",
    ]
)
_CHANGES = (
    *("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange", "tcPrChange"),
    *("tblGridChange", "tblPrExChange", "numberingChange"),
)
_MARKS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("tab", "cr", "noBreakHyphen", "footnoteRef", "endnoteRef", "pgNum"), ()),
    "br": ("type", "clear"),
    "ptab": ("alignment", "relativeTo", "leader"),
    "sym": ("font", "char"),
}
_BLACK = "█"
NoteKept = Callable[[str, str], str]
"""Carries a note over. Arguments: ``footnote`` or ``endnote``, its id. Gives the new id, or nothing."""


class Story:
    """Rebuilds one part. Fields are followed through it from its beginning to its end."""

    def __init__(
        self,
        styles: Styles,
        change: Change,
        section: Change,
        picture: PictureKept,
        note: NoteKept,
        tally: Tally,
    ) -> None:
        self._styles = styles
        self._change = change
        self._section = section
        self._picture = picture
        self._note = note
        self._tally = tally
        self._fields = Fields(tally)
        self._drawings = 0

    def blocks(self, source: Element, grounds: Grounds) -> list[Element]:
        """Paragraphs and tables inside of ``source``.

        :raises Invalid: where something visible is of a kind that cannot be carried over.
        """
        kept: list[Element] = []
        joined: list[Element] = []
        for row in self._opened(source):
            name = local(row.tag)
            if name == "p":
                paragraph = self._paragraph(row, grounds)
                at = 1 if len(paragraph) and paragraph[0].tag == w("pPr") else 0
                paragraph[at:at] = joined
                joined = []
                if self._mark_is_gone(row):
                    joined = [part for part in paragraph if part.tag != w("pPr")]
                    if child(paragraph, "pPr", "sectPr") is None:
                        continue
                    joined = []
                kept.append(paragraph)
            elif name == "tbl":
                kept += self._table(row)
            elif name != "sectPr" and name not in ("tcPr",):
                self._unknown(name)
        if joined:
            last = made("p")
            last.extend(joined)
            kept.append(last)
        return kept

    def _unknown(self, name: str) -> None:
        refuse(f"文档里有无法清理的内容（{name[:40]}），如公式、旧式图形或嵌入的对象。{TO_PDF}")

    def _opened(self, source: Element) -> Iterable[Element]:
        """The children of ``source`` as if every change were accepted and every wrapping taken off."""
        for row in source:
            name = local(row.tag)
            if space(row.tag) == MC and name == "AlternateContent":
                yield from self._opened(self._chosen(row))
                continue
            if space(row.tag) != W:
                self._unknown(name)
            if name in _INSERTED:
                self._tally.add("insertions")
                yield from self._opened(row)
            elif name in _DELETED:
                self._tally.add(_DELETED[name])
            elif name in _OPENED:
                yield from self._opened(row)
            elif name == "sdt":
                self._tally.add("controls")
                content = child(row, "sdtContent")
                if content is not None:
                    yield from self._opened(content)
            elif name == "hyperlink":
                self._tally.add("links")
                yield from self._opened(row)
            elif name == "bookmarkStart":
                self._tally.add("bookmarks")
            elif name not in _UNSEEN:
                yield row

    def _chosen(self, source: Element) -> Element:
        """What a program of today shows of alternatives."""
        self._tally.add("alternates")
        for row in source:
            if row.tag == f"{{{MC}}}Choice" and row.get("Requires", "") in ("wps", "w14", "wp14", "wps wp14"):
                return row
        return refuse(f"文档里有组合图形、画布或旧式图形，无法清理。{TO_PDF}")

    def _mark_is_gone(self, paragraph: Element) -> bool:
        mark = child(paragraph, "pPr", "rPr")
        return child(mark, "del") is not None or child(mark, "moveFrom") is not None

    def _counted(self, source: Element | None) -> None:
        if source is not None:
            self._tally.add("format_changes", sum(1 for row in source.iter() if local(row.tag) in _CHANGES))

    def _paragraph(self, source: Element, grounds: Grounds) -> Element:
        kept = made("p")
        said = child(source, "pPr")
        if said is not None:
            self._counted(said)
            mark = child(said, "rPr")
            self._tally.add("insertions", 1 if child(mark, "ins") is not None else 0)
            self._tally.add("deletions", 1 if self._mark_is_gone(source) else 0)
            written = properties(said, self._change)
            section = child(said, "sectPr")
            if section is not None:
                made_anew = self._section(section)
                if made_anew is not None:
                    written.append(made_anew)
            kept.append(written)
        before = HIDDEN + "-none"
        for row in self._opened(source):
            name = local(row.tag)
            if name == "pPr":
                continue
            if name == "fldSimple":
                kept.extend(self._simple_field(row, said, grounds))
            elif name == "r":
                look = run_look(self._styles, child(row, "rPr"), said, grounds)
                run = self._run(row, look)
                if look in (HIDDEN, COVERED) and look != before and self._has_text(row):
                    self._tally.add(look)
                before = look
                if run is not None:
                    kept.append(run)
            else:
                self._unknown(name)
        return kept

    def _has_text(self, run: Element) -> bool:
        """Whether there is something to be hidden; what was blackened once is nothing more."""
        return any(
            local(row.tag) not in ("rPr", "lastRenderedPageBreak")
            and not (local(row.tag) == "t" and (row.text or "").strip(f"{_BLACK} ") == "")
            for row in run
        )

    def _simple_field(self, source: Element, paragraph: Element | None, grounds: Grounds) -> list[Element]:
        code = live_code(value(source, "instr"))
        runs = []
        for row in self._opened(source):
            if local(row.tag) == "fldSimple":
                runs += self._simple_field(row, paragraph, grounds)
            elif local(row.tag) == "r":
                look = run_look(self._styles, child(row, "rPr"), paragraph, grounds)
                if look == HIDDEN:
                    self._tally.add(look)
                run = self._run(row, look)
                if run is not None:
                    runs.append(run)
            elif local(row.tag) != "fldData":
                self._unknown(local(row.tag))
        if not code or not self._fields.shown:
            self._tally.add("fields")
            return runs
        field = made("fldSimple", instr=code)
        field.extend(runs)
        return [field]

    def _run(self, source: Element, look: str) -> Element | None:
        """A run made anew; None where nothing of it is left."""
        self._counted(child(source, "rPr"))
        kept = made("r")
        said = child(source, "rPr")
        if said is not None:
            kept.append(properties(said, self._change))
        start = len(kept)
        for row in self._opened(source):
            name = local(row.tag)
            if name == "rPr":
                continue
            if name == "fldChar":
                kept.extend(self._fields.mark(value(row, "fldCharType")))
            elif name == "instrText":
                self._fields.code(row.text or "")
            elif self._fields.shown and look != HIDDEN:
                kept.extend(self._content(row, name, look))
        return kept if len(kept) > start else None

    def _content(self, row: Element, name: str, look: str) -> list[Element]:
        if name == "t":
            text = letters_clean(row.text or "", self._tally)
            if look == COVERED:
                text = "".join(letter if letter.isspace() else _BLACK for letter in text)
            made_anew = made("t")
            made_anew.text = text
            made_anew.set(SPACE, "preserve")
            return [made_anew]
        if name in _MARKS:
            if look == COVERED and name == "sym":
                return []
            allowed = _MARKS[name]
            said = {key: value(row, key) for key in allowed if value(row, key)}
            return [made(name, **{key: text for key, text in said.items() if len(text) <= 40})]
        if name in ("footnoteReference", "endnoteReference"):
            number = self._note(name.removesuffix("Reference"), value(row, "id"))
            return [made(name, id=number)] if number else []
        if name == "drawing":
            self._drawings += 1
            drawing = drawing_kept(row, self._drawings, self._picture, self._box, self._tally)
            return [] if drawing is None else [drawing]
        if name == "ruby":
            return self._ruby(row, look)
        self._unknown(name)
        return []

    def _box(self, source: Element) -> list[Element]:
        return self.blocks(source, Grounds()) or [made("p")]

    def _ruby(self, source: Element, look: str) -> list[Element]:
        """Small letters over letters (pinyin): the base and what stands over it, as one line of text."""
        found: list[Element] = []
        for part in ("rubyBase", "rt"):
            runs = child(source, part)
            words = [] if runs is None else [row for row in self._opened(runs) if local(row.tag) == "r"]
            words = [run for run in words if self._look_alone(run) == SEEN]
            texts = [text for run in words for row in self._opened(run) if local(row.tag) == "t"
                     for text in self._content(row, "t", look)]  # fmt: skip
            if part == "rt" and texts:
                texts[0].text, texts[-1].text = f"（{texts[0].text}", f"{texts[-1].text}）"
                if len(texts) == 1:
                    texts[0].text = f"（{(texts[0].text or '').strip('（）')}）"
            found += texts
        return found

    def _look_alone(self, run: Element) -> str:
        return run_look(self._styles, child(run, "rPr"), None, Grounds())

    def _table(self, source: Element) -> list[Element]:
        said = child(source, "tblPr")
        self._counted(said)
        style = value(child(said, "tblStyle")) or self._styles.default("table")
        whole = fill_of(child(said, "shd"))
        behind = (*self._styles.fills(style), *([whole] if whole else []))
        kept = made("tbl")
        kept.append(made("tblPr") if said is None else properties(said, self._change))
        grid = child(source, "tblGrid")
        kept.append(made("tblGrid") if grid is None else properties(grid, self._change))
        rows = 0
        for row in self._opened(source):
            name = local(row.tag)
            if name == "tr":
                written = self._row(row, style, behind)
                if written is not None:
                    kept.append(written)
                    rows += 1
            elif name not in ("tblPr", "tblGrid"):
                self._unknown(name)
        return [kept] if rows else []

    def _row(self, source: Element, style: str, behind: tuple[str, ...]) -> Element | None:
        said = child(source, "trPr")
        self._counted(said)
        if child(said, "del") is not None:
            self._tally.add("deletions")
            return None
        if is_on(child(said, "hidden")):
            self._tally.add("hidden_text")
            return None
        kept = made("tr")
        if said is not None:
            self._tally.add("insertions", 1 if child(said, "ins") is not None else 0)
            kept.append(properties(said, self._change))
        cells = 0
        for row in self._opened(source):
            name = local(row.tag)
            if name == "tc":
                cell = self._cell(row, style, behind)
                if cell is not None:
                    kept.append(cell)
                    cells += 1
            elif name not in ("trPr", "tblPrEx"):
                self._unknown(name)
        return kept if cells else None

    def _cell(self, source: Element, style: str, behind: tuple[str, ...]) -> Element | None:
        said = child(source, "tcPr")
        self._counted(said)
        if child(said, "cellDel") is not None:
            self._tally.add("deletions")
            return None
        own = fill_of(child(said, "shd"))
        kept = made("tc")
        if said is not None:
            kept.append(properties(said, self._change))
        blocks = self.blocks(source, Grounds((own,) if own else behind, style))
        if not blocks or blocks[-1].tag != w("p"):
            blocks.append(made("p"))
        kept.extend(blocks)
        return kept
