"""A Word document made anew: known parts only, each rebuilt, under names of our own."""

import hashlib
import re
from xml.etree.ElementTree import Element

from luoshi.publication.cleaning.package import (
    OFFICE,
    Package,
    Relation,
    local,
    package_written,
    parts_counted,
    relations_written,
    space,
    xml_written,
)
from luoshi.publication.cleaning.pictures import picture_inside
from luoshi.publication.cleaning.values import TO_PDF, Tally, refuse
from luoshi.publication.cleaning.word.grammar import PREFIXES, W, child, is_on, made, properties, value
from luoshi.publication.cleaning.word.looks import Grounds, Styles
from luoshi.publication.cleaning.word.story import Story
from luoshi.publication.cleaning.word.styling import StylesKept
from luoshi.suggestions.files.kinds import Limits

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_NOTES = ("footnote", "endnote")
_MOST_NOTES = 2000
_RSID = re.compile(r"rsid\w*")


def document_clean(body: bytes, limits: Limits, tally: Tally) -> bytes:
    """``body``, a Word document, with what can be seen in it and nothing else.

    :raises Invalid: where something visible cannot be carried over, or it is broken or too large.
    """
    return _Document(Package(body), limits, tally).made()


class _Document:
    def __init__(self, package: Package, limits: Limits, tally: Tally) -> None:
        self._package = package
        self._limits = limits
        self._tally = tally
        self._main = package.main()
        self._relations = package.relations(self._main)
        self._read = {self._main}
        self._root = package.xml(self._main)
        if space(self._root.tag) != W:
            refuse(f"文档是“Strict Open XML”格式，无法清理。请另存为普通的 .docx。{TO_PDF}")
        self._styles = Styles.of(self._part("styles"))
        self._kept_styles = StylesKept(self._styles, self._part("theme"), self._part("numbering"))
        settings = self._part("settings")
        self._even = is_on(child(settings, "evenAndOddHeaders")) or False
        self._parts: dict[str, bytes] = {}
        self._types: dict[str, str] = {}
        self._pictures: dict[str, str] = {}
        self._made_headers: dict[str, str] = {}
        self._listed: dict[str, tuple[str, str]] = {
            "rId1": ("styles", "styles.xml"),
            "rId2": ("settings", "settings.xml"),
            "rId3": ("numbering", "numbering.xml"),
        }
        self._note_sources = {kind: self._notes(kind) for kind in _NOTES}
        self._note_numbers: dict[tuple[str, str], str] = {}
        self._note_rows: dict[str, list[Element]] = {kind: [] for kind in _NOTES}
        self._note_stories: dict[str, Story] = {}
        self._note_listed: dict[str, dict[str, tuple[str, str]]] = {kind: {} for kind in _NOTES}

    def _part(self, kind: str) -> Element | None:
        name = self._name(kind)
        return self._package.xml(name) if name else None

    def _name(self, kind: str) -> str:
        for relation in self._relations.values():
            if relation.kind == kind and not relation.outside and self._package.has(relation.target):
                self._read.add(relation.target)
                return relation.target
        return ""

    def _notes(self, kind: str) -> dict[str, Element]:
        root = self._part(f"{kind}s")
        return {} if root is None else {value(row, "id"): row for row in root if not value(row, "type")}

    def made(self) -> bytes:
        body = child(self._root, "body")
        if body is None:
            refuse(f"文档里没有正文。{TO_PDF}")
        self._count()
        story = self._story(self._relations, self._listed)
        written = made("body")
        written.extend(story.blocks(body, Grounds()) or [made("p")])
        section = child(body, "sectPr")
        if section is not None:
            written.append(self._section(section))
        whole = made("document")
        whole.append(written)
        for kind in _NOTES:
            self._notes_written(kind)
        self._put("word/document.xml", whole, "document.main", self._listed)
        self._put("word/styles.xml", self._kept_styles.styles(), "styles")
        self._put("word/numbering.xml", self._kept_styles.numbering(), "numbering")
        self._put("word/settings.xml", self._settings(), "settings")
        parts_counted(self._package, self._read, self._tally)
        unused = sum(len(rows) for rows in self._note_sources.values()) - len(self._note_numbers)
        self._tally.add("unused_notes", max(0, unused))
        return package_written(self._parts, self._types, "word/document.xml")

    def _count(self) -> None:
        for row in self._root.iter():
            self._tally.add("revision_ids", sum(1 for key in row.attrib if _RSID.fullmatch(local(key))))
        comments = self._part("comments")
        if comments is not None:
            self._tally.add("comments", sum(1 for row in comments if local(row.tag) == "comment"))

    def _story(self, relations: dict[str, Relation], listed: dict[str, tuple[str, str]]) -> Story:
        def picture(key: str, crop: tuple[int, int, int, int] | None) -> str:
            relation = relations.get(key)
            if relation is None or relation.outside or not self._package.has(relation.target):
                refuse(f"文档里有链接到外部或缺失的图片，无法清理。{TO_PDF}")
            self._read.add(relation.target)
            content, ending = picture_inside(self._package.binary(relation.target), self._limits, crop)
            digest = hashlib.sha256(content).hexdigest()
            name = self._pictures.setdefault(digest, f"media/image{len(self._pictures) + 1}.{ending}")
            self._parts[f"word/{name}"] = content
            new = f"rId{len(listed) + 1}"
            listed[new] = ("image", name)
            return new

        return Story(self._styles, self._kept_styles.change, self._section, picture, self._note, self._tally)

    def _section(self, source: Element) -> Element:
        self._tally.add("format_changes", 1 if child(source, "sectPrChange") is not None else 0)
        kept = properties(source, self._kept_styles.change)
        first = is_on(child(source, "titlePg")) or False
        references = []
        for row in source:
            name = local(row.tag)
            if name not in ("headerReference", "footerReference"):
                continue
            kind = value(row, "type")
            if (kind == "first" and not first) or (kind == "even" and not self._even):
                self._tally.add("unused_headers")
                continue
            key = self._header(name.removesuffix("Reference"), row.get(f"{{{OFFICE}}}id", ""))
            if key:
                reference = made(name, type=kind)
                reference.set(f"{{{OFFICE}}}id", key)
                references.append(reference)
        kept[0:0] = references
        return kept

    def _header(self, kind: str, key: str) -> str:
        """A header or footer made anew; the relation to it, empty where there is none."""
        relation = self._relations.get(key)
        if relation is None or relation.kind != kind or not self._package.has(relation.target):
            return ""
        if relation.target in self._made_headers:
            return self._made_headers[relation.target]
        self._read.add(relation.target)
        listed: dict[str, tuple[str, str]] = {}
        story = self._story(self._package.relations(relation.target), listed)
        written = made("hdr" if kind == "header" else "ftr")
        written.extend(story.blocks(self._package.xml(relation.target), Grounds()) or [made("p")])
        new = f"rId{len(self._listed) + 1}"
        name = f"{kind}{len(self._made_headers) + 1}.xml"
        self._listed[new] = (kind, name)
        self._made_headers[relation.target] = new
        self._put(f"word/{name}", written, kind, listed)
        return new

    def _note(self, kind: str, key: str) -> str:
        """A note made anew where it is first referred to; its new number."""
        if (kind, key) in self._note_numbers:
            return self._note_numbers[kind, key]
        source = self._note_sources[kind].get(key)
        if source is None or len(self._note_numbers) >= _MOST_NOTES:
            return ""
        number = str(len(self._note_rows[kind]) + 1)
        self._note_numbers[kind, key] = number
        if kind not in self._note_stories:
            relations = self._package.relations(self._name(f"{kind}s"))
            self._note_stories[kind] = self._story(relations, self._note_listed[kind])
        row = made(kind, id=number)
        self._note_rows[kind].append(row)
        row.extend(self._note_stories[kind].blocks(source, Grounds()) or [made("p")])
        return number

    def _notes_written(self, kind: str) -> None:
        if not self._note_rows[kind]:
            return
        whole = made(f"{kind}s")
        for number, mark in (("-1", "separator"), ("0", "continuationSeparator")):
            row = made(kind, type=mark, id=number)
            paragraph, run = made("p"), made("r")
            run.append(made(mark))
            paragraph.append(run)
            row.append(paragraph)
            whole.append(row)
        whole.extend(self._note_rows[kind])
        self._listed[f"rId{len(self._listed) + 1}"] = (f"{kind}s", f"{kind}s.xml")
        self._put(f"word/{kind}s.xml", whole, f"{kind}s", self._note_listed[kind])

    def _settings(self) -> Element:
        whole = made("settings")
        if self._even:
            whole.append(made("evenAndOddHeaders"))
        for kind in _NOTES:
            if self._note_rows[kind]:
                said = made(f"{kind}Pr")
                said.extend([made(kind, id="-1"), made(kind, id="0")])
                whole.append(said)
        together = made("compat")
        together.append(
            made(
                "compatSetting",
                name="compatibilityMode",
                uri="http://schemas.microsoft.com/office/word",
                val="15",
            )
        )
        whole.append(together)
        return whole

    def _put(
        self, name: str, root: Element, kind: str, listed: dict[str, tuple[str, str]] | None = None
    ) -> None:
        self._parts[name] = xml_written(root, PREFIXES)
        self._types[name] = f"{_TYPE}.{kind}+xml"
        if listed:
            folder, _, short = name.rpartition("/")
            self._parts[f"{folder}/_rels/{short}.rels"] = relations_written(listed)
