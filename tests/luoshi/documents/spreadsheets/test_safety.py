"""What a stranger may not hand in, each file built for real and each guard shown to open for a good one."""

import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
from workbooks import HEADERS, ROW, repacked, with_shared_strings, workbook

from luoshi.documents.spreadsheets import Limits, Source, read_suggestions
from luoshi.documents.spreadsheets.safety import SAVE_AGAIN, sheet_opened
from luoshi.errors import Invalid

SHEET = "xl/worksheets/sheet1.xml"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def refused(source: Source, limits: Limits | None = None) -> str:
    """The one sentence with which the file is refused."""
    with pytest.raises(Invalid) as caught:
        read_suggestions(source, limits=limits)
    assert caught.value.status == 400
    assert [problem.field for problem in caught.value.problems] == ["file"]
    return caught.value.message


def numbers(source: Source, limits: Limits | None = None) -> list[int]:
    parsed = read_suggestions(source, limits=limits)
    assert parsed.problems == ()
    return [row.number for row in parsed.rows]


def test_bytes_a_path_and_an_open_file_give_the_same(tmp_path: Path) -> None:
    body = workbook()
    path = tmp_path / "建议.xlsx"
    path.write_bytes(body)
    stream = io.BytesIO(body)
    assert [numbers(source) for source in (body, path, stream)] == [[1], [1], [1]]
    assert not stream.closed


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "无.xlsx") == "打不开文件“无.xlsx”，请检查文件是否存在、是否正被占用"


def test_an_empty_file() -> None:
    assert refused(b"") == "文件是空的，请重新选择文件"


@pytest.mark.parametrize("body", [b"%PDF-1.7 ...", "编号,标题\n1,甲\n".encode(), b"<html></html>", b"PK"])
def test_what_is_no_zip_at_all(body: bytes) -> None:
    assert refused(body) == f"这不是 .xlsx 工作簿。{SAVE_AGAIN}"


def test_a_zip_behind_other_bytes_is_no_workbook() -> None:
    assert refused(b"GIF89a" + workbook()) == f"这不是 .xlsx 工作簿。{SAVE_AGAIN}"


def test_an_old_xls() -> None:
    assert refused(OLE + b"\x00" * 4096) == f"这是旧版 .xls 文件。{SAVE_AGAIN}"


def test_an_encrypted_workbook_is_an_ole_file_with_a_package_inside() -> None:
    body = OLE + b"\x00" * 1024 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 64
    assert refused(body) == "文件加了打开密码，请去掉密码、另存为 .xlsx 后再导入"


def test_a_member_with_a_zip_password() -> None:
    body = bytearray(workbook())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = body.find(signature)
        body[at + offset] |= 0x1
    assert refused(bytes(body)) == "文件加了密码，请去掉密码、另存为 .xlsx 后再导入"


def test_a_file_that_is_too_large() -> None:
    body = workbook()
    assert numbers(body, Limits(file_bytes=len(body))) == [1]
    big = b"PK\x03\x04" + b"\x00" * (20 * 1024 * 1024)
    assert refused(big).startswith("文件超过 20 MB，")


def test_a_truncated_file() -> None:
    body = workbook()
    assert refused(body[: len(body) // 2]) == f"文件已损坏，不是完整的 .xlsx 工作簿。{SAVE_AGAIN}"


def test_flipped_bytes_inside_a_member() -> None:
    body = bytearray(workbook())
    with zipfile.ZipFile(io.BytesIO(bytes(body))) as archive:
        offset = archive.getinfo(SHEET).header_offset
    for at in range(offset + 60, offset + 120):
        body[at] ^= 0xFF
    assert refused(bytes(body)) == f"文件已损坏，解不开。{SAVE_AGAIN}"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    filler = b"<!--" + b" " * (60 * 1024 * 1024) + b"-->"
    bomb = repacked(workbook(), replace={SHEET: lambda xml: xml + filler})
    assert len(bomb) < 200_000
    assert refused(bomb).startswith("文件的压缩比异常（疑似压缩炸弹）")


def test_a_bomb_of_many_members_each_below_the_ratio() -> None:
    block = bytes(range(256)) * 2048  # half a mebibyte, too small for the ratio to be asked
    bomb = repacked(workbook(), add={f"xl/media/{number}.bin": block for number in range(420)})
    assert refused(bomb).startswith("文件解开后超过 200 MB")


def test_a_member_that_lies_about_its_size() -> None:
    """The directory says one kibibyte, the stream holds eight mebibytes: no byte beyond is unpacked."""
    honest = repacked(workbook(), add={"xl/media/lie.bin": b"\x00" * (8 * 1024 * 1024)})
    lying = bytearray(honest)
    name = b"xl/media/lie.bin"
    local, central = lying.find(name) - 30, lying.rfind(name) - 46
    struct.pack_into("<I", lying, local + 22, 1024)
    struct.pack_into("<I", lying, central + 24, 1024)
    assert refused(bytes(lying)) == f"文件已损坏，解不开。{SAVE_AGAIN}"
    lying_sheet = bytearray(repacked(workbook(), replace={SHEET: lambda xml: xml + b" " * 100_000}))
    central = lying_sheet.rfind(SHEET.encode()) - 46
    struct.pack_into("<I", lying_sheet, central + 24, 400)
    assert refused(bytes(lying_sheet)) == f"文件已损坏，解不开。{SAVE_AGAIN}"


def test_too_many_members() -> None:
    crowded = repacked(workbook(), add={f"xl/media/{number}": b"" for number in range(2001)})
    assert refused(crowded).startswith("文件内部的部分超过 2000 个")


def test_strings_that_would_fill_the_memory() -> None:
    body = with_shared_strings(workbook())
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        size = archive.getinfo("xl/sharedStrings.xml").file_size
    assert numbers(body, Limits(strings_bytes=size)) == [1]
    assert refused(body, Limits(strings_bytes=size - 1)).startswith("文件中的文字解开后超过")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions(method: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(out, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert refused(out.getvalue()) == f"文件用了不支持的压缩方式。{SAVE_AGAIN}"


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/evil.xml", "xl\\evil.xml"])
def test_paths_that_leave_the_package(name: str) -> None:
    assert refused(repacked(workbook(), add={name: b"<a/>"})).startswith("文件内部含有不允许的路径")


def test_two_members_of_one_name() -> None:
    assert refused(repacked(workbook(), add={"XL/workbook.XML": b"<a/>"})).startswith("文件内部有重名的部分")


def test_a_workbook_with_a_macro_project() -> None:
    assert (
        refused(repacked(workbook(), add={"xl/vbaProject.bin": b"\x01"}))
        == f"文件带有宏，不能导入。{SAVE_AGAIN}"
    )


@pytest.mark.parametrize(
    "kind",
    [
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        b"application/vnd.ms-excel.template.macroEnabled.main+xml",
        b"application/vnd.ms-excel.sheet.binary.macroEnabled.main",
        b"application/vnd.ms-excel.addin.macroEnabled.main+xml",
    ],
)
def test_the_content_types_of_macro_files(kind: bytes) -> None:
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    macro = repacked(workbook(), replace={"[Content_Types].xml": lambda xml: xml.replace(plain, kind)})
    assert refused(macro).startswith("这是带宏的工作簿")


def test_an_excel_4_macro_sheet() -> None:
    assert refused(repacked(workbook(), add={"xl/macrosheets/sheet1.xml": b"<a/>"})).startswith(
        "文件含有宏表"
    )


def test_a_template_and_a_word_file() -> None:
    plain, template = b"spreadsheetml.sheet.main+xml", b"spreadsheetml.template.main+xml"
    other = b"wordprocessingml.document.main+xml"
    types = "[Content_Types].xml"
    assert refused(
        repacked(workbook(), replace={types: lambda xml: xml.replace(plain, template)})
    ).startswith("这是模板文件（.xltx）")
    assert refused(repacked(workbook(), replace={types: lambda xml: xml.replace(plain, other)})).startswith(
        "这不是 .xlsx 工作簿（可能是 Word"
    )
    assert refused(repacked(workbook(), drop=["xl/workbook.xml"])).startswith(
        "这不是 .xlsx 工作簿，压缩包里没有"
    )


@pytest.mark.parametrize(
    ("part", "beginning"),
    [
        ("xl/externalLinks/externalLink1.xml", "文件含有指向其他文件的外部链接"),
        ("xl/connections.xml", "文件含有外部数据连接"),
        ("xl/queryTables/queryTable1.xml", "文件含有外部数据查询"),
        ("xl/embeddings/oleObject1.bin", "文件嵌入了其他文件"),
        ("xl/activeX/activeX1.xml", "文件含有 ActiveX 控件"),
    ],
)
def test_parts_that_reach_outside_or_hide_something(part: str, beginning: str) -> None:
    assert refused(repacked(workbook(), add={part: b"<a/>"})).startswith(beginning)


RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="file:///srv/x" '
    'TargetMode="External"/></Relationships>'
)


def test_relations_that_point_outside() -> None:
    """A hyperlink is only text to us; anything else would make somebody fetch something."""
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    assert numbers(repacked(workbook(), add={rels: RELATION.format("hyperlink").encode()})) == [1]
    for kind in ("externalLinkPath", "attachedTemplate", "oleObject", "image"):
        linked = repacked(workbook(), add={rels: RELATION.format(kind).encode()})
        assert refused(linked).startswith("文件含有指向外部文件的链接"), kind


@pytest.mark.parametrize(
    "inner", [workbook(), b"7z\xbc\xaf\x27\x1c" + b"0" * 20, OLE + b"0" * 20, b"\x1f\x8b0000000"]
)
def test_an_archive_inside(inner: bytes) -> None:
    assert refused(repacked(workbook(), add={"xl/media/image1.png": inner})).startswith(
        "文件里还套着另一个压缩包"
    )


BILLION = b"""<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]>"""
OUTSIDE = b"""<!DOCTYPE a SYSTEM "file:///etc/passwd">"""


@pytest.mark.parametrize("doctype", [BILLION, OUTSIDE, b"<!DOCTYPE a>"])
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "docProps/core.xml"])
def test_a_dtd_in_any_part(part: str, doctype: bytes) -> None:
    def declared(xml: bytes) -> bytes:
        body = xml[xml.index(b"?>") + 2 :] if xml.startswith(b"<?xml") else xml
        return b'<?xml version="1.0" encoding="UTF-8"?>' + b" " * 5000 + doctype + body

    assert refused(repacked(with_shared_strings(workbook()), replace={part: declared})) == (
        f"文件里含有 DTD 或实体声明，不是正常的工作簿。{SAVE_AGAIN}"
    )


def test_openpyxl_works_with_defusedxml_and_nothing_is_read_without(monkeypatch: pytest.MonkeyPatch) -> None:
    assert openpyxl.DEFUSEDXML is True
    monkeypatch.setattr(openpyxl, "DEFUSEDXML", False)
    with pytest.raises(RuntimeError, match="defusedxml"):
        read_suggestions(workbook())


def test_broken_xml_and_a_foreign_encoding() -> None:
    assert refused(repacked(workbook(), replace={SHEET: lambda xml: xml[:-20]})) == (
        f"文件内部结构已损坏。{SAVE_AGAIN}"
    )

    def foreign(xml: bytes) -> bytes:
        text = xml.decode().partition("?>")[2] if xml.startswith(b"<?xml") else xml.decode()
        return b'<?xml version="1.0" encoding="ISO-8859-1"?>' + text.encode("ascii", "xmlcharrefreplace")

    assert refused(repacked(workbook(), replace={SHEET: foreign})) == f"文件用了不支持的编码。{SAVE_AGAIN}"


def test_a_strict_workbook_would_read_as_empty_and_is_refused() -> None:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strict = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    body = repacked(workbook(), replace={SHEET: lambda xml: xml.replace(space, strict)})
    assert refused(body).startswith("工作表“代表建议”用了不支持的格式（可能是“严格”格式）")


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_data_on_a_hidden_sheet_is_never_skipped_in_silence(state: str) -> None:
    def hide(value: object) -> bytes:
        def alter(book: openpyxl.Workbook, _sheet: object) -> None:
            other = book.create_sheet("往年")
            other.sheet_state = state
            other["B2"] = value

        return workbook(alter=alter)

    assert (
        refused(hide("机密"))
        == "工作表“往年”是隐藏的，而且里面有数据。请取消隐藏，或者删除这个工作表后再导入"
    )
    assert numbers(hide(None)) == [1]


def test_only_one_sheet_of_data_beside_the_notes() -> None:
    def second(name: str) -> bytes:
        return workbook(alter=lambda book, _sheet: book.create_sheet(name).append(["内容"]))

    assert numbers(second("填表说明")) == [1]
    assert refused(second("Sheet2")).startswith("文件有不止一个带数据的工作表（“代表建议”和“Sheet2”）")


def test_no_visible_sheet_with_cells() -> None:
    hidden = repacked(
        workbook([]),
        replace={"xl/workbook.xml": lambda xml: xml.replace(b'state="visible"', b'state="hidden"')},
    )
    assert refused(hidden) == "文件里没有可见的工作表，请取消隐藏后再导入"


def test_a_false_dimension_neither_hides_rows_nor_costs_anything() -> None:
    body = workbook([HEADERS, ROW, (2, "关于修路的建议", "乙代表")])
    for claimed in (b"A1:B2", b"A1:XFD1048576"):
        lying = repacked(body, replace={SHEET: lambda xml, claimed=claimed: xml.replace(b"A1:C3", claimed)})
        with zipfile.ZipFile(io.BytesIO(lying)) as archive:
            assert claimed in archive.read(SHEET)
        assert numbers(lying) == [1, 2]
        with sheet_opened(lying) as sheet:
            assert (sheet.scan.rows, sheet.scan.last_row, sheet.scan.last_column) == (3, 3, 3)


@pytest.mark.parametrize("row", [b"1048577", b"99999999999999", b"-3", b"1e9"])
def test_row_numbers_that_would_make_a_reader_count_forever(row: bytes) -> None:
    def alter(xml: bytes) -> bytes:
        return xml.replace(b'<row r="2"', b'<row r="' + row + b'"').replace(b'r="A2"', b'r="A' + row + b'"')

    assert refused(repacked(workbook(), replace={SHEET: alter})).startswith(
        "工作表“代表建议”的行列编号不正常"
    )


def test_the_limit_of_rows_and_columns() -> None:
    rows = [HEADERS, *((number, f"建议{number}", "甲代表") for number in range(1, 13))]
    assert len(numbers(workbook(rows), Limits(rows=12))) == 12
    over = read_suggestions(workbook(rows), limits=Limits(rows=11))
    assert [problem.text for problem in over.problems] == [
        "工作表“代表建议”第 13 行：超过 11 行，请分成几个文件导入"
    ]
    assert refused(workbook(rows), Limits(rows=2)) == "工作表“代表建议”超过 2 行，请分成几个文件导入"
    wide = workbook(alter=lambda _book, sheet: sheet.cell(2, 101, "远"))
    assert refused(wide) == "工作表“代表建议”超过 100 列，请删去多余的列"


def test_formatted_but_empty_rows_at_the_end_are_nothing() -> None:
    def alter(_book: openpyxl.Workbook, sheet: object) -> None:
        for number in range(3, 2500):
            sheet.cell(number, 1).number_format = "0.00"  # type: ignore[attr-defined]
        sheet.cell(2600, 1, "   ")  # type: ignore[attr-defined]

    assert numbers(workbook(alter=alter), Limits(rows=5)) == [1]


def test_a_shared_string_that_is_not_there() -> None:
    shared = with_shared_strings(workbook())
    assert numbers(shared) == [1]
    body = repacked(shared, replace={SHEET: lambda xml: xml.replace(b"<v>0</v>", b"<v>999</v>")})
    assert refused(body) == f"工作表“代表建议”已损坏，读不出来。{SAVE_AGAIN}"


def test_styles_that_openpyxl_cannot_read() -> None:
    body = repacked(workbook(), replace={"xl/styles.xml": lambda _xml: b"<styleSheet><fonts>"})
    assert refused(body) == f"文件已损坏，读不出来。{SAVE_AGAIN}"


def test_a_date_beyond_the_calendar_is_an_error_value() -> None:
    def alter(_book: openpyxl.Workbook, sheet: object) -> None:
        sheet["D1"] = "交办日期"  # type: ignore[index]
        sheet["D2"] = 99_999_999  # type: ignore[index]
        sheet["D2"].number_format = "yyyy-mm-dd"  # type: ignore[index]

    parsed = read_suggestions(workbook(alter=alter))
    assert [problem.text for problem in parsed.problems] == [
        "工作表“代表建议”第 2 行 D 列（交办日期）：是错误值（#VALUE!），请改成正确的内容"
    ]
