"""What a cleaned file holds: everything that was seen and nothing that was not."""

import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from dirty import cells, dirty_docx, dirty_pdf, dirty_xlsx, half_photo, needles, pdf_text
from files import SECRET, docx, ofd, photo
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from luoshi.errors import Invalid
from luoshi.publication.cleaning.cleaner import clean
from luoshi.publication.cleaning.pdf.pages import pdf_pages_remade
from luoshi.publication.cleaning.values import WORDS, Cleaned, Tally, refuse

DIRTY = {"函.docx": dirty_docx, "表.xlsx": dirty_xlsx, "函.pdf": dirty_pdf}


@pytest.fixture(scope="module", params=DIRTY)
def both(request: pytest.FixtureRequest) -> tuple[bytes, Cleaned]:
    """A dirty file and the same made clean."""
    body = DIRTY[request.param]()
    return body, clean(body, name=request.param)


def test_no_hidden_word_is_left_and_the_search_could_find_it(both: tuple[bytes, Cleaned]) -> None:
    body, cleaned = both
    assert len(needles(body)) >= 10
    assert needles(cleaned.body) == set()


def test_cleaning_twice_gives_the_same_bytes(both: tuple[bytes, Cleaned]) -> None:
    body, cleaned = both
    assert clean(body, name=cleaned.name) == cleaned


def test_in_what_is_clean_nothing_is_left_to_take_out(both: tuple[bytes, Cleaned]) -> None:
    _, cleaned = both
    again = clean(cleaned.body, name=cleaned.name)
    # The layer of text of a new PDF is itself not painted, so that it is counted and made anew.
    assert [row.kind for row in again.removed if row.kind != "invisible_text"] == []


def _docx_text(body: bytes) -> list[str]:
    from defusedxml.ElementTree import fromstring

    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    with zipfile.ZipFile(BytesIO(body)) as opened:
        found = []
        for name in sorted(opened.namelist()):
            if name.startswith("word/") and name.endswith(".xml"):
                for row in fromstring(opened.read(name)).iter(f"{space}p"):
                    text = "".join(part.text or "" for part in row.iter(f"{space}t"))
                    found += [text] if text else []
    return found


def test_word_keeps_what_is_seen() -> None:
    cleaned = clean(dirty_docx(), name="答复 函.docx")
    assert cleaned.name == "答复 函.docx"
    assert _docx_text(cleaned.body) == [
        "答复如下：您的建议收悉。",
        "插入的保留。",
        "移来的保留。",
        "格式改过。",
        "合并前合并后",
        "看得见的。",
        "电话：█████████",
        "█████████",
        "有批注的文字。",
        "链接的文字。",
        "域的结果。1",
        "控件的文字。",
        "白字表头",
        "有脚注。",
        "文本框的文字。",
        "文本框的文字。",
        "脚注的文字。",
        "页眉的文字",
    ]
    with zipfile.ZipFile(BytesIO(cleaned.body)) as opened:
        assert [name for name in opened.namelist() if "docProps" in name or "custom" in name] == []
        (picture,) = [name for name in opened.namelist() if "media" in name]
        with Image.open(BytesIO(opened.read(picture))) as image:
            assert image.size == (200, 300)  # the half that was cut off is gone
        assert b" PAGE " in opened.read("word/document.xml")


def test_word_says_what_was_taken_out() -> None:
    found = {row.kind: row for row in clean(dirty_docx(), name="函.docx").removed}
    assert {
        kind: found[kind].count for kind in ("comments", "deletions", "moves", "cropped", "unused_notes")
    } == {
        "comments": 1,
        "deletions": 4,
        "moves": 1,
        "cropped": 1,
        "unused_notes": 1,
    }
    assert found["comments"].label == "批注 1 处"
    assert found["properties"].label == "文档属性（作者、单位、软件等） 2 项"
    assert (found["hidden_text"].count, found["covered_text"].count) == (4, 2)


def test_a_workbook_keeps_what_is_seen() -> None:
    cleaned = clean(dirty_xlsx(), name="表.xlsx")
    assert cells(cleaned.body) == {
        "A1": "姓名",
        "B1": "事项",
        "D1": "合并",
        "E1": "链接文字",
        "A2": "甲代表",
        "B2": 36.5,
        "A9": 42,
        "B9": "共用",
    }
    found = {row.kind: row.count for row in cleaned.removed}
    assert {kind: found[kind] for kind in ("comments", "hidden_sheets", "hidden_rows", "hidden_columns")} == {
        "comments": 1,
        "hidden_sheets": 1,
        "hidden_rows": 1,
        "hidden_columns": 1,
    }
    assert {kind: found[kind] for kind in ("names", "formulas", "validations", "links", "hidden_cells")} == {
        "names": 1,
        "formulas": 1,
        "validations": 1,
        "links": 1,
        "hidden_cells": 3,
    }


def test_a_pdf_keeps_what_is_seen() -> None:
    cleaned = clean(dirty_pdf(), name="函.pdf")
    assert pdf_text(cleaned.body).split() == ["Visible", "heading", "2027", "Last", "line", "is", "shown"]
    found = {row.kind: row.count for row in cleaned.removed}
    assert found == {
        "covered_text": 5,
        "invisible_text": 3,
        "properties": 2,
        "links": 1,
        "annotations": 1,
        "redactions": 1,
        "scripts": 1,
        "old_versions": 1,
    }
    for sign in (b"/Info", b"/Annots", b"/JavaScript", b"/Metadata", b"/AcroForm", b"/ID"):
        assert sign not in cleaned.body


def test_a_photo_loses_its_place() -> None:
    body = photo()
    assert SECRET in body
    cleaned = clean(body, name="现场.jpg")
    assert SECRET not in cleaned.body
    assert b"Exif" not in cleaned.body
    with Image.open(BytesIO(cleaned.body)) as image:
        assert (image.size, dict(image.getexif()), image.info.get("comment")) == ((400, 300), {}, None)
        assert image.convert("RGB").getpixel((10, 10))[0] > 200  # type: ignore[index]
    found = {row.kind: row.count for row in cleaned.removed}
    assert found == {"location": 1, "camera": 3, "picture_data": 2}
    assert needles(half_photo()) == {"ZHENJPEG"}
    assert needles(clean(half_photo(), name="a.jpg").body) == set()


def test_a_text_loses_letters_that_nobody_sees() -> None:
    text = "会议\u200b记录\U000e0041\u202e\r\n第二行\ufeff"
    cleaned = clean(text.encode(), name="记录.txt")
    assert cleaned.body.decode() == "会议记录\n第二行"
    assert [(row.kind, row.count) for row in cleaned.removed] == [("invisible_letters", 4)]
    assert clean("会议".encode("gb18030"), name="记录.txt").body.decode() == "会议"


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("函.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "另存为"),
        ("函.wps", b"\xd0\xcf\x11\xe0", "另存为"),
        ("幻灯.ppt", b"\xd0\xcf\x11\xe0", "另存为"),
        ("文.ofd", ofd(), "导出为 PDF"),
        ("函.pdf", b"%PDF-1.7\nnothing", "PDF 不完整或已损坏"),
        ("函.pdf", docx(), "请把后缀名改为 .docx"),
    ],
)
def test_what_cannot_be_made_clean_is_refused_with_advice(name: str, body: bytes, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        clean(body, name=name)
    assert said in caught.value.message


@settings(max_examples=60, deadline=None)
@given(some.binary(max_size=400), some.sampled_from(["a.docx", "a.xlsx", "a.txt", "a.jpg", "a.png", "a.ofd"]))
def test_random_bytes_are_refused_or_cleaned(body: bytes, name: str) -> None:
    _clean_or_refused(body, name)


@settings(max_examples=60, deadline=None)
@given(some.data())
def test_a_damaged_document_is_refused_or_cleaned(data: some.DataObject) -> None:
    name = data.draw(some.sampled_from(["函.docx", "表.xlsx"]))
    body = bytearray(_WHOLE[name])
    for _ in range(data.draw(some.integers(1, 6))):
        body[data.draw(some.integers(0, len(body) - 1))] = data.draw(some.integers(0, 255))
    _clean_or_refused(bytes(body), name)


@settings(max_examples=60, deadline=None)
@given(some.data())
def test_damaged_xml_is_refused_or_cleaned(data: some.DataObject) -> None:
    """The container is sound, one part in it is not."""
    name = data.draw(some.sampled_from(["函.docx", "表.xlsx"]))
    with zipfile.ZipFile(BytesIO(_WHOLE[name])) as opened:
        members = {row: opened.read(row) for row in opened.namelist()}
    part = data.draw(some.sampled_from(sorted(members)))
    body = bytearray(members[part])
    at = data.draw(some.integers(0, len(body) - 1))
    body[at : at + data.draw(some.integers(0, 30))] = data.draw(
        some.sampled_from([b"", b"9", b"-1", b"x", b"1e999"])
    )
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for row, content in {**members, part: bytes(body)}.items():
            made.writestr(row, content)
    _clean_or_refused(out.getvalue(), name)


@settings(max_examples=40, deadline=None)
@given(some.data())
def test_a_damaged_pdf_is_refused_or_remade(data: some.DataObject) -> None:
    body = bytearray(_WHOLE["函.pdf"])
    for _ in range(data.draw(some.integers(1, 10))):
        body[data.draw(some.integers(9, len(body) - 1))] = data.draw(some.integers(0, 255))
    try:
        made = pdf_pages_remade(bytes(body), Tally())
    except Invalid:
        return
    assert made.startswith(b"%PDF-")


_WHOLE = {name: make() for name, make in DIRTY.items()}


def _clean_or_refused(body: bytes, name: str) -> None:
    """Nothing but :class:`Invalid` may come out of it."""
    with suppress(Invalid):
        assert clean(body, name=name).name == name


def test_a_tally_takes_known_kinds_only() -> None:
    tally = Tally()
    tally.add("names", 2)
    tally.add("comments")
    tally.add("links", 0)
    assert [(row.kind, row.label) for row in tally.removed()] == [
        ("comments", "批注 1 处"),
        ("names", "定义的名称 2 个"),
    ]
    with pytest.raises(KeyError):
        tally.add("unknown")
    assert len({words for words, _ in WORDS.values()}) == len(WORDS)
    with pytest.raises(Invalid):
        refuse("不收")
