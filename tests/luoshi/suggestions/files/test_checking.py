"""A file is what its content says, and its name has to agree."""

import pytest
from files import LIMITS, container, docx, encoded, ofd, pdf, photo, quarters, xlsx

from luoshi.suggestions.files.checking import file_check
from luoshi.suggestions.files.kinds import ACCEPT, ENDINGS, Kind, Unfit, size_words
from luoshi.suggestions.files.names import name_clean

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 300
EXE = b"MZ\x90\0" + b"\0" * 300
HTML = b"<html><script>alert(1)</script></html>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def test_everything_that_is_taken() -> None:
    sent = {
        "现场.jpg": photo(),
        "现场.JPEG": photo(),
        "图.png": encoded(quarters(), "PNG"),
        "函.pdf": pdf(),
        "函.docx": docx(),
        "表.xlsx": xlsx(),
        "文.ofd": ofd(),
        "记录.txt": "会议记录".encode(),
        "旧记录.txt": "会议记录".encode("gb18030"),
        "BMW.txt": b"BM starts like a picture",
    }
    found = {name: file_check(name, data, LIMITS) for name, data in sent.items()}
    assert {name: (row.name, row.media_type.partition(";")[0]) for name, row in found.items()} == {
        "现场.jpg": ("现场.jpg", "image/jpeg"),
        "现场.JPEG": ("现场.jpeg", "image/jpeg"),
        "图.png": ("图.png", "image/png"),
        "函.pdf": ("函.pdf", "application/pdf"),
        "函.docx": ("函.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        "表.xlsx": ("表.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "文.ofd": ("文.ofd", "application/ofd"),
        "记录.txt": ("记录.txt", "text/plain"),
        "旧记录.txt": ("旧记录.txt", "text/plain"),
        "BMW.txt": ("BMW.txt", "text/plain"),
    }
    documents = {name for name in sent if name.rpartition(".")[2] in ("pdf", "docx", "xlsx", "ofd", "txt")}
    assert all(found[name].content == sent[name] for name in documents)
    assert all(found[name].thumbnail == b"" for name in documents)
    assert found["旧记录.txt"].media_type == "text/plain; charset=gb18030"
    assert found["记录.txt"].media_type == "text/plain; charset=utf-8"


def test_a_picture_that_becomes_another_kind_is_named_so() -> None:
    checked = file_check("现场.webp", encoded(quarters(), "WEBP"), LIMITS)
    assert (checked.name, checked.kind, checked.media_type) == ("现场.jpg", Kind.JPEG, "image/jpeg")


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("照片.jpg", HTML, "内容是文字或网页代码，不是“JPG 图片”"),
        ("照片.jpg", SVG, "内容是文字或网页代码"),
        ("照片.png", photo(), "后缀名是 .png，内容却是“JPG 图片”。请把后缀名改为 .jpg 再上传"),
        ("照片.jpg", encoded(quarters(), "PNG"), "请把后缀名改为 .png"),
        ("照片.jpg", pdf(), "请把后缀名改为 .pdf"),
        ("函.docx", xlsx(), "请把后缀名改为 .xlsx"),
        ("函.docx", ofd(), "请把后缀名改为 .ofd"),
        ("函.txt", pdf(), "请把后缀名改为 .pdf"),
        ("函.docx", container({"a.txt": "b"}), "不收压缩包"),
        ("函.docx", pdf(), "请把后缀名改为 .pdf"),
        ("函.docx", OLE, "是旧版 Office 格式，或设了密码"),
        ("函.pdf", EXE, "内容是程序，不收"),
        ("函.pdf", b"\x7fELF" + b"\0" * 90, "内容是程序，不收"),
        ("函.pdf", bytes(range(256)), "内容不是“PDF 文件”，可能已损坏"),
        ("记录.txt", b"abc\0def", "内容不是“纯文本”"),
        ("记录.txt", b"\x1b[2J", "内容不是“纯文本”"),
        ("IMG.jpg", HEIC, "不收 HEIC 照片。请在 iPhone"),
        ("IMG.heic", HEIC, "不收 HEIC 照片。请在 iPhone"),
        ("动图.jpg", b"GIF89a" + b"\0" * 90, "请转成 JPG 或 PNG"),
        ("动图.gif", b"GIF89a", "请转成 JPG 或 PNG"),
        ("图.svg", SVG, "请转成 JPG 或 PNG"),
        ("函.doc", OLE, "“另存为” .docx"),
        ("表.xls", OLE, "“另存为” .docx、.xlsx 或 PDF"),
        ("函.wps", OLE, "旧版或 WPS 格式"),
        ("函.docm", docx(), "带宏的文档不收"),
        ("包.zip", container({"a": "b"}), "不收压缩包"),
        ("页.html", HTML, "不收 .html 文件。可收：JPG"),
        ("照片.jpg.exe", EXE, "不收 .exe 文件"),
        ("照片\u202egpj.exe", EXE, "不收 .exe 文件"),
        ("照片", photo(), "不收没有后缀名的文件"),
        (".jpg", b"", "是空文件"),
        ("", b"", "不收没有后缀名的文件"),
    ],
)
def test_what_is_refused_says_what_to_do(name: str, data: bytes, why: str) -> None:
    with pytest.raises(Unfit) as refused:
        file_check(name, data, LIMITS)
    assert why in str(refused.value)


def test_the_limit_of_its_kind_is_what_a_file_may_have() -> None:
    text = b"a" * LIMITS.document_bytes
    assert file_check("a.txt", text, LIMITS).content == text
    with pytest.raises(Unfit, match="超过 2 MB。请拆分"):
        file_check("a.txt", text + b"a", LIMITS)
    with pytest.raises(Unfit, match="超过 4 MB。请把图片改小"):
        file_check("a.jpg", photo() + b"\0" * LIMITS.photo_bytes, LIMITS)
    assert file_check("a.jpg", photo() + b"\0" * LIMITS.document_bytes, LIMITS).kind == Kind.JPEG


def test_what_a_browser_offers_is_what_is_taken() -> None:
    endings = [part.removeprefix(".") for part in ACCEPT.split(",") if part.startswith(".")]
    assert sorted(endings) == sorted(ENDINGS)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("现场照片.jpg", "现场照片.jpg"),
        ("C:\\Users\\me\\现场.JPG", "现场.jpg"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a/b\\c.pdf", "c.pdf"),
        ("报告\u202efdp.exe", "报告fdp.exe"),
        ("a\0b\r\nc\x7f.txt", "ab c.txt"),
        ("\u200b\ufeff零宽.docx", "零宽.docx"),
        ("  .. 隐藏 . .pdf", "隐藏.pdf"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        (".jpg", "附件.jpg"),
        ("", "附件"),
        ("...", "附件"),
        ("e\u0301.txt", "\u00e9.txt"),
        ("没有后缀", "没有后缀"),
        ("\ud800坏.txt", "坏.txt"),
        ("v1.2 终稿", "v1.2 终稿"),
    ],
)
def test_names_are_cleaned(raw: str, clean: str) -> None:
    assert name_clean(raw) == clean


def test_a_long_name_is_cut_in_its_stem() -> None:
    name = name_clean("字" * 300 + ".docx")
    assert name == "字" * 83 + ".docx"
    assert len(name.encode()) <= 255
    assert name_clean("a" * 251 + ".txt") == "a" * 251 + ".txt"


def test_sizes_are_said_as_people_say_them() -> None:
    assert [size_words(size) for size in (5, 2048, 1 << 20, 3 << 19)] == ["5 字节", "2 KB", "1 MB", "1.5 MB"]
