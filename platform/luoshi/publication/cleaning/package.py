"""Office documents as containers: parts read within bounds, and written without dates or chance."""

import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape, quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from luoshi.publication.cleaning.values import TO_PDF, Tally, refuse
from luoshi.suggestions.files.containers import BROKEN

MOST_XML = 32 << 20
"""Bytes of one XML part."""
MOST_ALL_XML = 64 << 20
"""Bytes of all XML parts that are read."""
MOST_BINARY = 64 << 20
"""Bytes of one picture."""
DEEPEST = 120
"""Elements inside of elements; text boxes inside of tables inside of tables stay far below."""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_UNSOUND = "文档的内部结构有误。请用 Word、Excel 或 WPS 打开后“另存为”，再上传另存的文件"
_LARGE = f"文档内容过多，无法清理。{TO_PDF}"
_XML = "http://www.w3.org/XML/1998/namespace"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Relation:
    """From one part to another. ``kind``: the last word of its type; ``target``: a part's name, or empty."""

    kind: str
    target: str
    outside: bool


class Package:
    """A container that was handed in."""

    def __init__(self, body: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(body))
        except BROKEN:
            refuse(_UNSOUND)
        self.names = tuple(name for name in self._zip.namelist() if not name.endswith("/"))
        self._folded = {name.lower(): name for name in self.names}
        self._left = MOST_ALL_XML

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name.lower() in self._folded

    def binary(self, name: str) -> bytes:
        """A picture's bytes.

        :raises Invalid: where it is missing, broken or too large.
        """
        return self._read(name, MOST_BINARY)

    def xml(self, name: str) -> Element:
        """A part's root element, free of entities, its depth within bounds.

        :raises Invalid: where it is missing, broken or too large.
        """
        data = self._read(name, min(MOST_XML, self._left))
        self._left -= len(data)
        parser = DefusedXMLParser(forbid_dtd=True, target=_Bounded())
        try:
            parser.feed(data)
            root: Element = parser.close()
        except (ParseError, DefusedXmlException, ValueError, LookupError):
            refuse(_UNSOUND)
        return root

    def relations(self, part: str) -> dict[str, Relation]:
        """What ``part`` refers to, by id. An empty ``part`` is the container itself."""
        folder, name = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(listed):
            return {}
        found = {}
        for row in self.xml(listed):
            outside = row.get("TargetMode") == "External"
            target = row.get("Target", "")
            if not outside:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[row.get("Id", "")] = Relation(row.get("Type", "").rpartition("/")[2], target, outside)
        return found

    def main(self) -> str:
        """The name of the main part.

        :raises Invalid: where none is named.
        """
        found = [
            relation.target
            for relation in self.relations("").values()
            if relation.kind == "officeDocument" and self.has(relation.target)
        ]
        if not found:
            refuse(_UNSOUND)
        return found[0]

    def _read(self, name: str, most: int) -> bytes:
        try:
            with self._zip.open(self._folded[name.lower()]) as part:
                data = part.read(most + 1)
        except BROKEN:
            refuse(_UNSOUND)
        except RuntimeError:
            refuse("文档设有密码。请去掉密码后再上传")
        if len(data) > most:
            refuse(_LARGE)
        return data


class _Bounded:
    """Builds the tree as the library does, but no deeper than :data:`DEEPEST`."""

    def __init__(self) -> None:
        self._open: list[Element] = []
        self._root: Element | None = None
        self._last: Element | None = None
        self._data: list[str] = []
        self._tail = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> Element:
        self._flush()
        made = Element(tag, dict(attributes))
        if self._open:
            self._open[-1].append(made)
        else:
            self._root = made
        self._open.append(made)
        if len(self._open) > DEEPEST:
            refuse(f"文档的结构过于复杂，无法清理。{TO_PDF}")
        self._last, self._tail = made, False
        return made

    def end(self, tag: str) -> Element:
        del tag
        self._flush()
        self._last, self._tail = self._open.pop(), True
        return self._last

    def data(self, data: str) -> None:
        self._data.append(data)

    def _flush(self) -> None:
        text, self._data = "".join(self._data), []
        if self._last is not None and text:
            if self._tail:
                self._last.tail = text
            else:
                self._last.text = text

    def close(self) -> Element:
        self._flush()
        if self._root is None:
            raise ParseError("no element")
        return self._root


def local(tag: str) -> str:
    """A tag without its name space."""
    return tag.rpartition("}")[2]


def space(tag: str) -> str:
    """The name space of a tag."""
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def xml_written(root: Element, prefixes: Mapping[str, str]) -> bytes:
    """``root`` as XML. Name spaces that are not in ``prefixes`` (address to prefix) cannot be written.

    :raises KeyError: for such a name space: nothing unknown slips through.
    """
    declared = "".join(
        f" xmlns{':' + prefix if prefix else ''}={quoteattr(address)}" for address, prefix in prefixes.items()
    )
    out = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n']
    _element(root, prefixes, declared, out)
    return "".join(out).encode()


def _name(tag: str, prefixes: Mapping[str, str]) -> str:
    if not tag.startswith("{"):
        return tag
    if space(tag) == _XML:
        return f"xml:{local(tag)}"
    prefix = prefixes[space(tag)]
    return f"{prefix}:{local(tag)}" if prefix else local(tag)


def _element(element: Element, prefixes: Mapping[str, str], declared: str, out: list[str]) -> None:
    name = _name(element.tag, prefixes)
    said = "".join(
        f" {_name(key, prefixes)}={quoteattr(_NOT_XML.sub('', value))}" for key, value in element.items()
    )
    text = escape(_NOT_XML.sub("", element.text)) if element.text else ""
    if not text and len(element) == 0:
        out.append(f"<{name}{declared}{said}/>")
        return
    out.append(f"<{name}{declared}{said}>{text}")
    for child in element:
        _element(child, prefixes, "", out)
    out.append(f"</{name}>")


def relations_written(relations: Mapping[str, tuple[str, str]]) -> bytes:
    """A part of relations. ``relations``: id to (last word of the type, target)."""
    rows = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in relations.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'
    ).encode()


def package_written(parts: Mapping[str, bytes], types: Mapping[str, str], main: str) -> bytes:
    """The container. ``types``: part to content type, but for pictures; ``main``: the main part's name."""
    rows = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in types.items())
    listed = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="jpeg" ContentType="image/jpeg"/>'
        '<Default Extension="png" ContentType="image/png"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{rows}</Types>'
    ).encode()
    whole = {
        "[Content_Types].xml": listed,
        "_rels/.rels": relations_written({"rId1": ("officeDocument", main)}),
        **parts,
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in whole.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = (
                zipfile.ZIP_STORED if name.endswith((".png", ".jpeg")) else zipfile.ZIP_DEFLATED
            )
            entry.create_system = 0
            made.writestr(entry, content, compresslevel=9)
    return out.getvalue()


_CUSTOM = ("customxml/",)
_SKIPPED = ("[content_types].xml",)


def parts_counted(package: Package, kept: set[str], tally: Tally) -> None:
    """Count the parts that are not carried over. ``kept``: names of those that were read and rebuilt."""
    known = {name.lower() for name in kept}
    for name in package.names:
        folded = name.lower()
        if folded in known or folded in _SKIPPED or folded.endswith(".rels"):
            continue
        if folded.startswith("docprops/"):
            if folded.endswith(".xml"):
                tally.add(
                    "properties",
                    max(1, sum(1 for row in package.xml(name).iter() if (row.text or "").strip())),
                )
            else:
                tally.add("picture_data")
        elif folded.startswith(_CUSTOM):
            if "itemprops" not in folded:
                tally.add("custom_data")
        elif "pivotcache" in folded:
            tally.add("pivots", 1 if "records" in folded else 0)
        elif "externallink" in folded or folded.endswith("connections.xml") or "querytable" in folded:
            tally.add("outside")
        elif "comment" not in folded and "person" not in folded:
            tally.add("other_parts")
