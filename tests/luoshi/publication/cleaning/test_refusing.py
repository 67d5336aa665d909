"""What could hide something, or cannot be carried over, is refused with a way out; bounds hold."""

import zipfile
from io import BytesIO

import pytest
from dirty import dirty_xlsx, half_photo, needles, page, paragraph, part, pdf_text, picture, run, word, words
from files import container

from luoshi.errors import Invalid
from luoshi.publication.cleaning.cleaner import clean
from luoshi.publication.cleaning.package import DEEPEST
from luoshi.publication.cleaning.pdf import pages, remaking
from luoshi.publication.cleaning.values import Tally

PLAIN = paragraph(run("正文。"))


def _message(body: bytes, name: str) -> str:
    with pytest.raises(Invalid) as caught:
        clean(body, name=name)
    return caught.value.message


def _with_photo(content: str) -> bytes:
    return word(content, word__media__photo_dot_jpg=half_photo())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (picture("photo", anchor="<wp:wrapNone/>"), "浮在文字上方"),
        (picture("missing"), "链接到外部或缺失的图片"),
        ("<w:r><w:pict/></w:r>", "无法清理的内容（pict）"),
        ("<w:r><w:object/></w:r>", "无法清理的内容（object）"),
        ("<m:oMath xmlns:m='urn:m'/>", "无法清理的内容（oMath）"),
        ("<w:r><w:drawing><wp:inline><wp:extent cx='900000' cy='900000'/><a:graphic><a:graphicData uri='c'>"
         "<c:chart xmlns:c='urn:c'/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>", "图表"),
        ("<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>EQ \\o(a)</w:instrText>"
         "<w:fldChar w:fldCharType='end'/></w:r>", "域，无法清理"),
        ("<w:smartTag>" * DEEPEST + "</w:smartTag>" * DEEPEST, "结构过于复杂"),
    ],
)  # fmt: skip
def test_what_may_hide_or_would_be_lost_in_word(content: str, said: str) -> None:
    message = _message(_with_photo(paragraph(content)), "函.docx")
    assert said in message
    assert "PDF" in message


@pytest.mark.parametrize(
    "anchor", ["<wp:wrapSquare/>", "<wp:wrapTopAndBottom/>", "<wp:wrapTight/>", "<wp:wrapThrough/>"]
)
def test_a_picture_that_text_flows_around_stays(anchor: str) -> None:
    cleaned = clean(_with_photo(paragraph(picture("photo", anchor=anchor))), name="函.docx")
    with zipfile.ZipFile(BytesIO(cleaned.body)) as opened:
        assert [name for name in opened.namelist() if "media" in name] == ["word/media/image1.jpeg"]
    assert needles(cleaned.body) == set()


def test_entities_and_bombs_are_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><w:document xmlns:w="urn:w"/>'
    with zipfile.ZipFile(BytesIO(word(PLAIN))) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    assert "内部结构有误" in _message(container({**members, "word/document.xml": bomb}), "函.docx")
    large = b"<x>" + b" " * (33 << 20) + b"</x>"
    assert "内容过多" in _message(container({**members, "word/document.xml": large}), "函.docx")


def test_an_unknown_part_is_left_out() -> None:
    body = word(PLAIN, word__strange_dot_xml=part("x", "ZHENPARTS"), strange_dot_bin=b"ZHENBIN")
    assert needles(body) == {"ZHENPARTS", "ZHENBIN", "ZHENLINK"}
    cleaned = clean(body, name="函.docx")
    assert needles(cleaned.body) == set()
    assert [(row.kind, row.count) for row in cleaned.removed] == [("revision_ids", 2), ("other_parts", 2)]


def _edited(old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(dirty_xlsx())) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    name = "xl/worksheets/sheet1.xml"
    assert old in members[name]
    return container({**members, name: members[name].replace(old, new)})


def test_what_would_be_lost_in_a_workbook() -> None:
    assert "公式没有保存结果" in _message(_edited(b"<v>42</v>", b""), "表.xlsx")
    assert "内部结构有误" in _message(_edited(b'r="A9"', b'r="A8"'), "表.xlsx")
    assert "内部结构有误" in _message(_edited(b"<v>42</v>", b"<v>x</v>"), "表.xlsx")
    assert "嵌入的对象或控件" in _message(_edited(b"</sheetData>", b"</sheetData><oleObjects/>"), "表.xlsx")


def test_a_merged_range_over_the_whole_sheet_costs_nothing() -> None:
    body = _edited(b'ref="D1:D2"', b'ref="D1:XFD1048576"')
    assert needles(clean(body, name="表.xlsx").body) == set()


def test_a_pdf_of_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_PAGES", 0)
    with pytest.raises(Invalid, match="PDF 有 1 页，最多 0 页"):
        pages.pdf_pages_remade(page(words("Seen", 20, 20)), Tally())


def test_a_renderer_that_breaks_refuses_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remaking.sys, "executable", "/bin/false")
    assert "重新制作" in _message(page(words("Seen", 20, 20)), "函.pdf")


def test_text_over_text_is_left_to_the_picture() -> None:
    """Under a white box with other words on it: which letters are meant cannot be told, so none is said."""
    body = page(words("ZHENBELOW", 20, 200) + b"1 g 10 195 200 20 re f 0 g\n" + words("Replaced", 21, 200))
    assert needles(body) == {"ZHENBELOW"}
    cleaned = clean(body, name="函.pdf")
    assert needles(cleaned.body) == set()
    assert "ZHEN" not in pdf_text(cleaned.body)


def test_what_the_file_says_instead_of_what_is_painted_is_not_believed() -> None:
    said = b"/Span << /ActualText (ZHENACTUAL) >> BDC\n" + words("Shown", 20, 200) + b"EMC\n"
    body = page(said + words("Other words", 20, 100))
    assert "ZHENACTUAL" in pdf_text(body)
    assert pdf_text(clean(body, name="函.pdf").body).split() == ["Other", "words"]


def test_text_in_a_form_and_on_a_layer_that_is_off() -> None:
    inside = words("ZHENFORM", 20, 300) + b"0 g 10 290 200 30 re f\n" + words("In the form", 20, 250)
    form = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 400 400] /Resources << /Font << /F 6 0 R >> >> "
        b"/Length %d >>\nstream\n%s\nendstream" % (len(inside), inside)
    )
    layered = b"/OC /L BDC\n" + words("ZHENLAYER", 20, 150) + b"EMC\n"
    body = page(
        b"/X Do\n" + layered + words("On the page", 20, 50), form, b"<< /Type /OCG /Name (ZHENOFF) >>"
    )
    body = body.replace(
        b"/XObject << /I 7 0 R >>", b"/Properties << /L 9 0 R >> /XObject << /I 7 0 R /X 8 0 R >>"
    )
    body = body.replace(
        b"/Type /Catalog", b"/Type /Catalog /OCProperties << /OCGs [9 0 R] /D << /OFF [9 0 R] >> >>"
    )
    assert needles(body) == {"ZHENFORM", "ZHENLAYER", "ZHENOFF"}
    cleaned = clean(body, name="函.pdf")
    assert needles(cleaned.body) == set()
    assert pdf_text(cleaned.body).split() == ["In", "the", "form", "On", "the", "page"]
