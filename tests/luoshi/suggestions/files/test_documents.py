"""Documents: what is in the container decides; macros, hidden files and bombs are refused."""

import zipfile
from io import BytesIO

import pytest
from files import container, docx, docx_members, ofd, packed, pdf, photo, relations, xlsx

from luoshi.suggestions.files import containers
from luoshi.suggestions.files.containers import container_kind
from luoshi.suggestions.files.kinds import Kind, Unfit
from luoshi.suggestions.files.pdf import pdf_check

MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"
TEMPLATE_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"


def test_each_document_is_what_it_holds() -> None:
    assert [container_kind(data) for data in (docx(), xlsx(), ofd())] == [Kind.DOCX, Kind.XLSX, Kind.OFD]


@pytest.mark.parametrize(
    ("members", "why"),
    [
        (docx_members(word__vbaProject__bin=b"x") | {"word/vbaProject.bin": b"x"}, "带宏"),
        (docx_members(MACRO_MAIN), "带宏"),
        (docx_members() | {"xl/macrosheets/sheet1.xml": "<x/>"}, "带宏"),
        (docx_members() | {"word/activeX/activeX1.xml": "<x/>"}, "带宏"),
        (docx_members(TEMPLATE_MAIN), "不收模板"),
        (docx_members() | {"word/embeddings/oleObject1.bin": b"x"}, "嵌入了其他文件"),
        (docx_members() | {"word/embeddings/report.pdf": b"x"}, "嵌入了其他文件"),
        (docx_members() | {"word/media/run.exe": b"MZ"}, "嵌入了其他文件"),
        (
            docx_members()
            | {
                "word/_rels/settings.xml.rels": relations(
                    "attachedTemplate", "https://x.invalid/a", "External"
                )
            },
            "引用了外部",
        ),
        (
            docx_members()
            | {"word/_rels/document.xml.rels": relations("oleObject", "file:///x", "External")},
            "引用了外部",
        ),
        ({"word/document.xml": "<x/>"}, "不收压缩包"),
        ({"a.txt": "x"}, "不收压缩包"),
        ({"OFD.xml": "<html/>"}, "不是有效的 OFD"),
        (docx_members() | {"../../etc/cron.d/x": "x"}, "内部结构有误"),
        (docx_members() | {"/etc/passwd": "x"}, "内部结构有误"),
        (docx_members() | {"C:\\x": "x"}, "内部结构有误"),
        (docx_members() | {"word/Document.xml": "x"}, "内部结构有误"),
        ({"[Content_Types].xml": "<Types>"}, "内部结构有误"),
        ({"[Content_Types].xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><Types>&a;</Types>"}, "内部结构有误"),
        ({"[Content_Types].xml": "<Types/>" + " " * containers.MOST_XML}, "内部结构有误"),
    ],
)
def test_what_is_refused(members: dict[str, bytes | str], why: str) -> None:
    with pytest.raises(Unfit, match=why):
        container_kind(container(members))


def test_a_hyperlink_and_the_workbook_of_a_chart_are_taken() -> None:
    members = docx_members() | {
        "word/_rels/document.xml.rels": relations("hyperlink", "https://x.invalid/", "External"),
        "word/embeddings/Microsoft_Excel_Sheet.xlsx": xlsx(),
    }
    assert container_kind(container(members)) == Kind.DOCX


def test_what_is_inside_a_chart_is_looked_into_once() -> None:
    bad = container({**_read(xlsx()), "xl/vbaProject.bin": b"x"})
    deep = container({**_read(xlsx()), "xl/embeddings/deeper.xlsx": xlsx()})
    for inner, why in ((bad, "带宏"), (deep, "嵌入了其他文件"), (docx(), "嵌入了其他文件")):
        with pytest.raises(Unfit, match=why):
            container_kind(container(docx_members() | {"word/embeddings/a.xlsx": inner}))


def _read(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_a_bomb_is_refused_by_what_it_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = b"\0" * (8 << 20)
    bomb = container(docx_members() | {f"word/media/{number}.xml": zeros for number in range(26)})
    assert len(bomb) < 1 << 20
    with pytest.raises(Unfit, match="解开后过大"):
        container_kind(bomb)
    monkeypatch.setattr(containers, "MOST_MEMBERS", 10)
    assert (
        container_kind(container(docx_members() | {f"a{number}.xml": "" for number in range(7)})) == Kind.DOCX
    )
    with pytest.raises(Unfit, match="解开后过大"):
        container_kind(container(docx_members() | {f"a{number}.xml": "" for number in range(8)}))


def test_a_member_that_unpacks_to_more_than_it_claims_is_refused() -> None:
    lying = bytearray(container(docx_members() | {"[Content_Types].xml": "<Types/>" + " " * 5000}))
    claimed = (5008).to_bytes(4, "little")
    place = lying.index(claimed, lying.index(b"PK\x01\x02"))
    lying[place : place + 4] = (100).to_bytes(4, "little")
    with pytest.raises(Unfit):
        container_kind(bytes(lying))


def test_members_that_lie_over_each_other_are_refused() -> None:
    whole = container(docx_members() | {"word/a.xml": b"\0" * 9000, "word/b.xml": b"\0" * 9000})
    with zipfile.ZipFile(BytesIO(whole)) as opened:
        sizes = {info.filename: info.compress_size for info in opened.infolist()}
    inflated = bytearray(whole)
    place = inflated.rindex(b"word/b.xml") - 46 + 20
    assert int.from_bytes(inflated[place : place + 4], "little") == sizes["word/b.xml"]
    inflated[place : place + 4] = (len(whole) + 1).to_bytes(4, "little")
    with pytest.raises(Unfit):
        container_kind(bytes(inflated))


@pytest.mark.parametrize(
    "spoil", [lambda data: photo() + data, lambda data: data + b"<script>", lambda data: data[:-30]]
)
def test_nothing_may_stand_before_or_behind(spoil: object) -> None:
    with pytest.raises(Unfit):
        container_kind(spoil(docx()))  # type: ignore[operator]


def test_a_password_is_told() -> None:
    locked = bytearray(docx())
    place = locked.index(b"PK\x01\x02") + 8
    locked[place] |= 1
    with pytest.raises(Unfit, match="设有密码"):
        container_kind(bytes(locked))


def test_a_whole_pdf_is_taken() -> None:
    pdf_check(pdf())
    pdf_check(pdf(packed(b"1 0 << /Type /Font /BaseFont /LaunchPad >>")))
    pdf_check(pdf(b"<< /S /URI /URI (https://x.invalid/JavaScript) >>") + b"\n\n")


@pytest.mark.parametrize(
    "data",
    [
        pdf()[:-10],
        b"x" + pdf(),
        b"%PDF-",
        b"%PDF-1.4\n" + b"\0" * 400,
        pdf() + b"<html>",
        pdf() + container({"a": "b"}),
        pdf().replace(b"startxref", b"startxxxx"),
    ],
)
def test_what_is_no_whole_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(Unfit, match="PDF 不完整或已损坏"):
        pdf_check(data)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"), "带有脚本"),
        (pdf(b"<< /S /#4aava#53cript /JS (app.alert(1)) >>"), "带有脚本"),
        (pdf(b"<< /S /Launch /F (cmd.exe) >>"), "带有脚本"),
        (pdf(b"<</S/JavaScript/JS(app.alert(1))>>"), "带有脚本"),
        (
            pdf(b"<< /S 5 0 R /JS (app.alert(1)) >>").replace(b"obj\n<< /Type /Page ", b"obj/JavaScript "),
            "带有脚本",
        ),
        (pdf(b"<< /Type /EmbeddedFile >>"), "带有脚本"),
        (pdf(b"<< /Names << /EmbeddedFiles 9 0 R >> >>"), "带有脚本"),
        (pdf(b"<< /Subtype /RichMedia >>"), "带有脚本"),
        (pdf(packed(b"4 0 << /S /JavaScript /JS (app.alert(1)) >>")), "带有脚本"),
        (pdf(packed(b"4 0 << /S /L#61unch >>").replace(b"/ObjStm", b"/Obj#53tm")), "带有脚本"),
        (pdf(packed(b"x").replace(b"stream\nx", b"stream\ny")), "无法检查"),
        (pdf(trailer=b"/Encrypt 9 0 R"), "密码或权限限制"),
    ],
)
def test_what_acts_by_itself_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Unfit, match=why):
        pdf_check(data)


def test_an_object_stream_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.suggestions.files import pdf as module

    monkeypatch.setattr(module, "MOST_UNPACKED", 1000)
    pdf_check(pdf(packed(b" " * 999)))
    with pytest.raises(Unfit, match="过大"):
        pdf_check(pdf(packed(b" " * 1000)))
