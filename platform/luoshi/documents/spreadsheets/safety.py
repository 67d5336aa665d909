"""Opening a workbook that a stranger sent, without trusting it.

Everything is checked on the zip itself, with streaming parsers that expand nothing, before openpyxl sees the
file: magic bytes, sizes, members, macros, links, DTDs, the real extent of every sheet. What fails is refused
with :class:`luoshi.errors.Invalid` and a sentence that says what to do.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, NoReturn
from xml.parsers import expat

import openpyxl
from openpyxl.utils.cell import range_boundaries

from luoshi.errors import Invalid, Problem

Source = Path | bytes | IO[bytes]

MEBIBYTE = 1024 * 1024
SAVE_AGAIN = "请用 WPS 表格或 Excel 打开，另存为普通的“Excel 工作簿（*.xlsx）”后再导入"
EXCEL_LAST_ROW = 1_048_576
_ROWS_AT_ONCE = 256
NOTES_SHEETS = frozenset({"填表说明", "说明", "填写说明"})

_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_TEMPLATE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml"
_MAIN_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ZIP_MAGIC = b"PK\x03\x04"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_ARCHIVE_MAGICS = (_ZIP_MAGIC, _OLE_MAGIC, b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b")
_REFUSED_PARTS = (
    ("xl/externallinks/", "含有指向其他文件的外部链接，请先断开链接，把数据粘贴为数值"),
    ("xl/connections.xml", "含有外部数据连接，请先删除连接，把数据粘贴为数值"),
    ("xl/querytables/", "含有外部数据查询，请先删除查询，把数据粘贴为数值"),
    ("xl/embeddings/", "嵌入了其他文件，请先删除嵌入的对象"),
    ("xl/activex/", "含有 ActiveX 控件，请先删除控件"),
    ("xl/macrosheets/", f"含有宏表，不能导入。{SAVE_AGAIN}"),
    ("xl/dialogsheets/", f"含有对话框表，不能导入。{SAVE_AGAIN}"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a workbook may be. ``ratio`` binds members of more than one mebibyte."""

    file_bytes: int = 20 * MEBIBYTE
    unpacked_bytes: int = 200 * MEBIBYTE
    strings_bytes: int = 64 * MEBIBYTE
    members: int = 2000
    ratio: int = 200
    rows: int = 20_000
    columns: int = 100
    cell_characters: int = 32_767


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell as stored. ``kind``: openpyxl's letter (n number, s text, d date, b boolean, f formula, e)."""

    value: object
    kind: str


EMPTY = RawCell(None, "n")


@dataclass(frozen=True, slots=True)
class MergedRange:
    """A merged range; rows and columns count from 1 and are included."""

    first_column: int
    first_row: int
    last_column: int
    last_row: int


@dataclass(frozen=True, slots=True)
class SheetScan:
    """The real extent of a sheet, counted cell by cell; what the file says about itself is not believed."""

    rows: int
    last_row: int
    last_column: int
    merged: tuple[MergedRange, ...]


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """The one visible sheet that holds the data."""

    name: str
    scan: SheetScan
    _worksheet: Any

    def rows(self) -> Iterator[tuple[int, tuple[RawCell, ...]]]:
        """Stream the rows that hold anything, each with its number in the file (from 1)."""
        scan = self.scan
        if scan.last_row == 0:
            return
        stored = enumerate(
            self._worksheet.iter_rows(max_row=scan.last_row, max_col=scan.last_column), start=1
        )
        while block := self._block(stored):
            for index, cells in block:
                row = tuple(
                    EMPTY if cell.value is None else RawCell(cell.value, str(cell.data_type))
                    for cell in cells
                )
                if any(cell.value is not None for cell in row):
                    yield index, row

    def _block(self, stored: Iterator[tuple[int, Any]]) -> list[tuple[int, Any]]:
        """Some rows more. The warnings filter is global, so it is never held across a ``yield``."""
        with _openpyxl_quiet():
            try:
                return list(islice(stored, _ROWS_AT_ONCE))
            except Exception as error:  # whatever openpyxl trips over in a damaged sheet
                raise _refusal(f"工作表“{self.name}”已损坏，读不出来。{SAVE_AGAIN}") from error


@contextmanager
def _openpyxl_quiet() -> Iterator[None]:
    """openpyxl warns of parts it leaves out (styles, validations); none of them is read here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
        yield


def _refusal(message: str) -> Invalid:
    return Invalid([Problem("file", message)])


def _refuse(message: str) -> NoReturn:
    raise _refusal(message)


@contextmanager
def sheet_opened(source: Source, *, limits: Limits | None = None) -> Iterator[OpenSheet]:
    """Check a workbook and give its data sheet for streaming.

    The first visible sheet is read. Other visible sheets may only be notes (填表说明) or be empty, and a
    hidden sheet must be empty: nothing is skipped in silence.

    :param source: path, bytes or binary file of the workbook.
    :param limits: sizes to hold; the product's own where left out.
    :raises Invalid: with one Chinese sentence that says what is wrong with the file and what to do.
    """
    limits = limits or Limits()
    if not openpyxl.DEFUSEDXML:  # an environment variable can switch it off; then nothing is read at all
        raise RuntimeError("openpyxl works without defusedxml: workbooks from outside must not be read")
    with _stream(source, limits) as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise _refusal(f"文件已损坏，不是完整的 .xlsx 工作簿。{SAVE_AGAIN}") from error
        with archive:
            try:
                name, scan = _archive_checked(archive, limits)
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
                raise _refusal(f"文件已损坏，解不开。{SAVE_AGAIN}") from error
            except expat.ExpatError as error:
                raise _refusal(f"文件内部结构已损坏。{SAVE_AGAIN}") from error
        stream.seek(0)
        workbook = _workbook_loaded(stream)
        try:
            if name not in workbook.sheetnames:
                _refuse(f"工作表“{name}”读不出来。{SAVE_AGAIN}")
            yield OpenSheet(name, scan, workbook[name])
        finally:
            workbook.close()


@contextmanager
def _stream(source: Source, limits: Limits) -> Iterator[IO[bytes]]:
    """The source as a seekable stream whose size and first bytes have been looked at."""
    if isinstance(source, Path):
        try:
            opened: IO[bytes] = source.open("rb")
        except OSError as error:
            raise _refusal(f"打不开文件“{source.name}”，请检查文件是否存在、是否正被占用") from error
    elif isinstance(source, bytes):
        opened = io.BytesIO(source)
    else:
        opened = source
    try:
        size = opened.seek(0, io.SEEK_END)
        opened.seek(0)
        if size == 0:
            _refuse("文件是空的，请重新选择文件")
        if size > limits.file_bytes:
            _refuse(
                f"文件超过 {limits.file_bytes // MEBIBYTE} MB，请删去图片和多余的工作表，或者分成几个文件导入"
            )
        head = opened.read(len(_OLE_MAGIC))
        opened.seek(0)
        if head.startswith(_OLE_MAGIC):
            encrypted = _ENCRYPTED_STREAM in opened.read()
            if encrypted:
                _refuse("文件加了打开密码，请去掉密码、另存为 .xlsx 后再导入")
            _refuse(f"这是旧版 .xls 文件。{SAVE_AGAIN}")
        if not head.startswith(_ZIP_MAGIC):
            _refuse(f"这不是 .xlsx 工作簿。{SAVE_AGAIN}")
        yield opened
    finally:
        if opened is not source:
            opened.close()


def _archive_checked(archive: zipfile.ZipFile, limits: Limits) -> tuple[str, SheetScan]:
    """Check every member, then choose the data sheet; its name and real extent."""
    members = archive.infolist()
    _sizes_checked(members, limits)
    names = [member.filename for member in members]
    if len({name.lower() for name in names}) != len(names):
        _refuse(f"文件内部有重名的部分，可能被改动过。{SAVE_AGAIN}")
    for name in names:
        lowered = name.lower()
        if lowered.startswith("/") or "\\" in name or ".." in name.split("/"):
            _refuse(f"文件内部含有不允许的路径，可能被改动过。{SAVE_AGAIN}")
        if "vbaproject" in lowered:
            _refuse(f"文件带有宏，不能导入。{SAVE_AGAIN}")
        for part, reason in _REFUSED_PARTS:
            if lowered.startswith(part):
                _refuse(f"文件{reason}")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        _refuse(f"这不是 .xlsx 工作簿，压缩包里没有工作簿的内容。{SAVE_AGAIN}")
    for member in members:
        _member_checked(archive, member)
    _content_types_checked(archive)
    for name in names:
        if name.endswith(".rels"):
            _relations_checked(archive, name)
    return _data_sheet(archive, limits)


def _sizes_checked(members: Sequence[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.members:
        _refuse(f"文件内部的部分超过 {limits.members} 个，不像正常的工作簿。{SAVE_AGAIN}")
    total = 0
    for member in members:
        if member.flag_bits & 0x1:
            _refuse("文件加了密码，请去掉密码、另存为 .xlsx 后再导入")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            _refuse(f"文件用了不支持的压缩方式。{SAVE_AGAIN}")
        total += member.file_size
        if member.file_size > MEBIBYTE and member.file_size > limits.ratio * max(member.compress_size, 1):
            _refuse("文件的压缩比异常（疑似压缩炸弹），不能导入；请把数据复制到新的工作簿后再导入")
        if member.filename.lower().endswith("sharedstrings.xml") and member.file_size > limits.strings_bytes:
            _refuse(f"文件中的文字解开后超过 {limits.strings_bytes // MEBIBYTE} MB，请分成几个文件导入")
    if total > limits.unpacked_bytes:
        _refuse(
            f"文件解开后超过 {limits.unpacked_bytes // MEBIBYTE} MB，"
            "请删去图片和多余的工作表，或者分成几个文件导入"
        )


def _member_checked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Refuse archives inside the archive, and any DTD in front of an XML part's first element."""
    name = member.filename.lower()
    with archive.open(member) as stream:
        head = stream.read(8)
        if head.startswith(_ARCHIVE_MAGICS):
            _refuse(f"文件里还套着另一个压缩包或旧版文件（{member.filename}），请删除嵌入的对象")
        if not name.endswith((".xml", ".rels", ".vml")):
            return
        state = _Prolog()
        state.feed(head)
        while not state.reached:
            block = stream.read(4096)
            if not block:
                break
            state.feed(block)


class _ReachedError(Exception):
    """The first element was met: the prolog is clean."""


class _Prolog:
    """Reads an XML part up to its first element; a DOCTYPE or a foreign encoding is refused."""

    def __init__(self) -> None:
        self.reached = False
        self._parser = _parser()
        self._parser.StartElementHandler = self._element

    def feed(self, block: bytes) -> None:
        try:
            self._parser.Parse(block, False)
        except _ReachedError:
            self.reached = True

    def _element(self, _name: str, _attributes: Sequence[str]) -> None:
        raise _ReachedError


def _parser() -> expat.XMLParserType:
    """An expat parser that refuses every DTD (so no entity can exist) and any encoding but UTF-8, UTF-16."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.ordered_attributes = False
    parser.buffer_text = True

    def doctype(*_arguments: object) -> NoReturn:
        _refuse(f"文件里含有 DTD 或实体声明，不是正常的工作簿。{SAVE_AGAIN}")

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in {"utf-8", "utf-16"}:
            _refuse(f"文件用了不支持的编码。{SAVE_AGAIN}")

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    parser.XmlDeclHandler = declaration
    return parser


def _elements(archive: zipfile.ZipFile, name: str) -> list[tuple[str, dict[str, str]]]:
    """All start tags of a small XML part, with attributes; namespaces stand before a blank."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = _parser()
    parser.StartElementHandler = lambda tag, attributes: found.append((tag, attributes))
    with archive.open(name) as stream:
        while block := stream.read(65536):
            parser.Parse(block, False)
    parser.Parse(b"", True)
    return found


def _content_types_checked(archive: zipfile.ZipFile) -> None:
    types = [
        attributes.get("ContentType", "") for _tag, attributes in _elements(archive, "[Content_Types].xml")
    ]
    if any("macro" in kind.lower() or "vbaproject" in kind.lower() for kind in types):
        _refuse(f"这是带宏的工作簿（.xlsm、.xlsb 一类），不能导入。{SAVE_AGAIN}")
    if _TEMPLATE_TYPE in types:
        _refuse(f"这是模板文件（.xltx）。{SAVE_AGAIN}")
    if _MAIN_TYPE not in types:
        _refuse(f"这不是 .xlsx 工作簿（可能是 Word、PPT 或其他文件改了扩展名）。{SAVE_AGAIN}")


def _relations_checked(archive: zipfile.ZipFile, name: str) -> None:
    """Only hyperlinks may point outside; they are never followed."""
    for tag, attributes in _elements(archive, name):
        if not tag.endswith(" Relationship") or attributes.get("TargetMode", "").lower() != "external":
            continue
        if not attributes.get("Type", "").endswith("/hyperlink"):
            _refuse("文件含有指向外部文件的链接，请先断开链接，把数据粘贴为数值")


def _data_sheet(archive: zipfile.ZipFile, limits: Limits) -> tuple[str, SheetScan]:
    relations_part = "xl/_rels/workbook.xml.rels"
    if relations_part not in archive.namelist():
        _refuse(f"文件内部结构已损坏。{SAVE_AGAIN}")
    targets: dict[str, tuple[str, str]] = {}
    for tag, attributes in _elements(archive, relations_part):
        if tag.endswith(" Relationship"):
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            targets[attributes.get("Id", "")] = (path, attributes.get("Type", ""))
    chosen: tuple[str, SheetScan] | None = None
    for tag, attributes in _elements(archive, "xl/workbook.xml"):
        if tag != f"{_MAIN_SPACE} sheet":
            continue
        name = attributes.get("name", "")
        path, kind = targets.get(attributes.get(f"{_RELATION_SPACE} id", ""), ("", ""))
        if not kind.endswith("/worksheet"):
            continue  # a sheet that is only a chart holds no cells
        if path not in archive.namelist():
            _refuse(f"工作表“{name}”的内容丢失，文件已损坏。{SAVE_AGAIN}")
        hidden = attributes.get("state", "visible") != "visible"
        scan = _sheet_scanned(archive, path, name, limits)
        if hidden:
            if scan.rows:
                _refuse(f"工作表“{name}”是隐藏的，而且里面有数据。请取消隐藏，或者删除这个工作表后再导入")
        elif chosen is None:
            chosen = (name, scan)
        elif scan.rows and name.strip() not in NOTES_SHEETS:
            _refuse(
                f"文件有不止一个带数据的工作表（“{chosen[0]}”和“{name}”）。"
                "一次只导入一个工作表，请删去其余的工作表，或者分成几个文件"
            )
    if chosen is None:
        _refuse("文件里没有可见的工作表，请取消隐藏后再导入")
    return chosen


def _sheet_scanned(archive: zipfile.ZipFile, path: str, name: str, limits: Limits) -> SheetScan:
    scanner = _SheetScanner(name, limits)
    with archive.open(path) as stream:
        while block := stream.read(65536):
            scanner.parser.Parse(block, False)
    scanner.parser.Parse(b"", True)
    return SheetScan(scanner.rows, scanner.last_row, scanner.last_column, tuple(scanner.merged))


_CELL, _ROW, _MERGE = (f"{_MAIN_SPACE} {tag}" for tag in ("c", "row", "mergeCell"))
_CONTENT = frozenset(f"{_MAIN_SPACE} {tag}" for tag in ("v", "is", "f"))
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


class _SheetScanner:
    """Counts the cells that hold something, as they are, in one pass and without keeping any."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.rows = 0
        self.last_row = 0
        self.last_column = 0
        self.merged: list[MergedRange] = []
        self.parser = _parser()
        self.parser.StartElementHandler = self._start
        self._name = name
        self._limits = limits
        self._row = 0
        self._column = 0
        self._columns: dict[str, int] = {}
        self._root_seen = False

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self._root_seen:
            if tag != f"{_MAIN_SPACE} worksheet":
                _refuse(f"工作表“{self._name}”用了不支持的格式（可能是“严格”格式）。{SAVE_AGAIN}")
            self._root_seen = True
            return
        if tag == _CELL:
            self._column += 1
            reference = attributes.get("r")
            if reference is not None:
                self._at(reference)
        elif tag in _CONTENT:
            self._content()
        elif tag == _ROW:
            number = attributes.get("r")
            self._row = self._row + 1 if number is None else self._number(number)
            self._column = 0
            if self._row > EXCEL_LAST_ROW:
                self._damaged()
        elif tag == _MERGE:
            self._merge(attributes.get("ref", ""))

    def _damaged(self) -> NoReturn:
        _refuse(f"工作表“{self._name}”的行列编号不正常，文件已损坏。{SAVE_AGAIN}")

    def _number(self, text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > 7:
            self._damaged()
        return int(text)

    def _at(self, reference: str) -> None:
        match = _REFERENCE.fullmatch(reference)
        if match is None or int(match[2]) != self._row:
            self._damaged()
        letters = match[1]
        column = self._columns.get(letters)
        if column is None:
            column = 0
            for letter in letters:
                column = column * 26 + ord(letter) - 64
            self._columns[letters] = column
        self._column = column

    def _content(self) -> None:
        if self._row != self.last_row:
            if self._row < self.last_row:
                self._damaged()
            self.rows += 1
            self.last_row = self._row
            if self.rows > self._limits.rows + 10:  # a few rows of title above the header
                _refuse(f"工作表“{self._name}”超过 {self._limits.rows} 行，请分成几个文件导入")
        if self._column > self.last_column:
            self.last_column = self._column
            if self._column > self._limits.columns:
                _refuse(f"工作表“{self._name}”超过 {self._limits.columns} 列，请删去多余的列")

    def _merge(self, reference: str) -> None:
        try:
            first_column, first_row, last_column, last_row = range_boundaries(reference)
        except ValueError:
            self._damaged()
        if None in (first_column, first_row, last_column, last_row):
            self._damaged()
        if len(self.merged) < self._limits.rows:
            self.merged.append(
                MergedRange(int(first_column), int(first_row), int(last_column), int(last_row))  # type: ignore[arg-type]
            )


def _workbook_loaded(stream: IO[bytes]) -> openpyxl.Workbook:
    with _openpyxl_quiet():
        try:
            return openpyxl.load_workbook(stream, read_only=True, keep_links=False)
        except Exception as error:  # openpyxl raises whatever a damaged part provokes
            raise _refusal(f"文件已损坏，读不出来。{SAVE_AGAIN}") from error
