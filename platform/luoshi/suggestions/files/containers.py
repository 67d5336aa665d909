"""Documents that are zip containers (Word, Excel, OFD): read within limits, free of macros."""

import struct
import zipfile
import zlib
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from luoshi.suggestions.files.kinds import ARCHIVE_ADVICE, MACRO_ADVICE, MEGABYTE, Kind, Unfit

MOST_MEMBERS = 3000
MOST_UNPACKED = 200 * MEGABYTE
MOST_XML = 2 * MEGABYTE
"""Of one of the small XML members that are read here: lists of types and of relations."""
_END = b"PK\x05\x06"
_END_LENGTH = 22
_MAIN = {
    "wordprocessingml.document.main+xml": Kind.DOCX,
    "spreadsheetml.sheet.main+xml": Kind.XLSX,
}
_MACROS = ("vbaproject", "vbadata", "activex", "macrosheets", "customui", "attachedtoolbars")
_PROGRAMS = (
    *(".exe", ".dll", ".com", ".scr", ".msi", ".bat", ".cmd", ".ps1", ".sh", ".py", ".jar", ".apk"),
    *(".vbs", ".vbe", ".js", ".jse", ".wsf", ".hta", ".lnk", ".reg", ".html", ".htm"),
)
_OUTSIDE = frozenset({"attachedTemplate", "oleObject", "frame", "subDocument", "control", "package"})
"""Relations that make the program fetch or run something from elsewhere as soon as the document is opened."""
_HIDDEN_ADVICE = "文档里嵌入了其他文件或控件，不收。请删去嵌入的内容，或另存为 PDF 再上传"
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
)
"""Everything that a container raises which is damaged, locked or packed in an unknown way."""


def container_kind(data: bytes) -> Kind:
    """Which kind of document the container is.

    :raises Unfit: where it is none of those that are taken, is broken, would unpack to too much, or carries
        macros, programs or other files.
    """
    try:
        return _kind(data, depth=0)
    except Unfit:
        raise
    except (ParseError, DefusedXmlException):
        raise Unfit("文档的内部结构有误。请用 Word、Excel 或 WPS 打开后“另存为”，再上传另存的文件") from None
    except BROKEN:
        raise Unfit("文档不完整或已损坏。请重新保存后再上传") from None


def _kind(data: bytes, depth: int) -> Kind:
    with zipfile.ZipFile(BytesIO(data)) as container:
        members = container.infolist()
        _members_check(members, data)
        names = [member.filename for member in members]
        if "[Content_Types].xml" in names:
            kind = _office_kind(_xml(container, "[Content_Types].xml"))
            _relations_check(container, names)
            _embedded_check(container, names, depth)
            return kind
        if "OFD.xml" in names:
            if _local(_xml(container, "OFD.xml").tag) != "OFD":
                raise Unfit("不是有效的 OFD 文件。请从办公软件重新导出后再上传")
            return Kind.OFD
    raise Unfit(ARCHIVE_ADVICE)


def _members_check(members: list[zipfile.ZipInfo], data: bytes) -> None:
    """What can be told without unpacking anything."""
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Unfit("文档解开后过大，不收。请删减内容（如缩小其中的图片），或另存为 PDF 再上传")
    end = data.rfind(_END)
    trailing = len(data) - end - _END_LENGTH - int.from_bytes(data[end + 20 : end + 22], "little")
    starts = min((member.header_offset for member in members), default=1)
    if trailing != 0 or starts != 0 or sum(member.compress_size for member in members) > len(data):
        raise Unfit("文档前后附有其他内容，不收。请重新保存后再上传")
    for member in members:
        name = member.filename.lower()
        if member.flag_bits & 0x1:
            raise Unfit("文档设有密码，别人打不开。请去掉密码后再上传")
        if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise Unfit("文档的内部结构有误。请重新保存后再上传")
        if any(mark in name for mark in _MACROS):
            raise Unfit(MACRO_ADVICE)
        if name.endswith(_PROGRAMS) or "oleobject" in name:
            raise Unfit(_HIDDEN_ADVICE)
    if len({member.filename.lower() for member in members}) != len(members):
        raise Unfit("文档的内部结构有误。请重新保存后再上传")


def _xml(container: zipfile.ZipFile, name: str) -> Element:
    if container.getinfo(name).file_size > MOST_XML:
        raise Unfit("文档的内部结构有误。请重新保存后再上传")
    root: Element = fromstring(container.read(name), forbid_dtd=True)
    return root


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _office_kind(types: Element) -> Kind:
    said = [str(entry.get("ContentType", "")) for entry in types]
    if any("macroenabled" in text.lower() or "vbaproject" in text.lower() for text in said):
        raise Unfit(MACRO_ADVICE)
    kinds = {kind for ending, kind in _MAIN.items() for text in said if text.endswith(ending)}
    if len(kinds) != 1:
        raise Unfit("不收模板、演示文稿等。请另存为 .docx、.xlsx 或 PDF，再上传另存的文件")
    return kinds.pop()


def _relations_check(container: zipfile.ZipFile, names: list[str]) -> None:
    for name in names:
        if not name.lower().endswith(".rels"):
            continue
        for relation in _xml(container, name):
            kind = str(relation.get("Type", "")).rpartition("/")[2]
            if relation.get("TargetMode") == "External" and kind in _OUTSIDE:
                raise Unfit(
                    "文档引用了外部的模板或对象，不收。请在 Word 或 WPS 中去掉引用，或另存为 PDF 再上传"
                )


def _embedded_check(container: zipfile.ZipFile, names: list[str], depth: int) -> None:
    """A chart brings its figures as a workbook inside the document; anything else inside is refused."""
    for name in names:
        if "/embeddings/" not in name.lower() or name.endswith("/"):
            continue
        if depth > 0 or not name.lower().endswith(".xlsx") or _kind(container.read(name), 1) != Kind.XLSX:
            raise Unfit(_HIDDEN_ADVICE)
