# ruff: noqa: E501 - lines of XML are read more easily whole
"""Files full of what must not be published, and a search that finds a word wherever it may still stand."""

import re
import zipfile
import zlib
from io import BytesIO

import pypdfium2
from files import OFFICE, container, encoded, pdf, quarters
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

NEEDLE = re.compile(r"ZHEN[A-Z]+")
"""Every hidden word begins so; the letters behind it say where it was hidden."""

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_SPACES = (
    f'xmlns:w="{_W}" xmlns:r="{OFFICE}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)


def readings(body: bytes) -> list[str]:
    """Everything that can be read in a file: its bytes, its parts, its streams, its text, in several codes."""
    pieces = [body]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(body)) as opened:
            pieces += [name.encode() for name in opened.namelist()]
            for name in opened.namelist():
                pieces += [opened.read(name), *map(bytes, [opened.getinfo(name).comment, opened.comment])]
    for found in re.finditer(rb"stream\r?\n", body):
        try:
            pieces.append(zlib.decompressobj().decompress(body[found.end() :]))
        except zlib.error:
            continue
    texts = []
    for piece in pieces:
        texts += [
            piece.decode("utf-8", "replace"),
            piece.decode("utf-16-le", "replace"),
            piece.decode("utf-16-be", "replace"),
        ]
        # Marks between letters do not hide a word, nor do letters written as numbers of four digits.
        texts.append(re.sub(r"<[^>]*>", "", texts[-3]))
        texts.append("".join(chr(int(code, 16)) for code in re.findall(rb"<([0-9A-Fa-f]{4})>", piece)))
    if body.startswith(b"%PDF"):
        texts.append(pdf_text(body))
    return texts


def needles(body: bytes) -> set[str]:
    """The hidden words that can be found in a file."""
    return {word for text in readings(body) for word in NEEDLE.findall(text)}


def pdf_text(body: bytes) -> str:
    """The text that a reader of PDF finds."""
    document = pypdfium2.PdfDocument(body)
    try:
        return "\n".join(str(page.get_textpage().get_text_range()) for page in document)
    finally:
        document.close()


def run(text: str, properties: str = "", tag: str = "t") -> str:
    """A run of a Word document."""
    said = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r w:rsidR="00AA11BB">{said}<w:{tag} xml:space="preserve">{text}</w:{tag}></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    """A paragraph of a Word document."""
    said = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f'<w:p w:rsidR="00AA11BB">{said}{"".join(runs)}</w:p>'


def change(kind: str, content: str) -> str:
    """A tracked change."""
    return f'<w:{kind} w:id="9" w:author="ZHENREVISER" w:date="2026-01-01T00:00:00Z">{content}</w:{kind}>'


def field(code: str, result: str) -> str:
    """A field with its marks."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    return f"{mark('begin')}{run(code, tag='instrText')}{mark('separate')}{run(result)}{mark('end')}"


def picture(relation: str, crop: str = "", anchor: str = "") -> str:
    """A picture in a run. ``anchor``: what stands around a floating one."""
    inner = (
        '<wp:extent cx="900000" cy="900000"/>{wrap}<wp:docPr id="1" name="ZHENNAME" descr="C:\\ZHENPATH.jpg"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        '<pic:nvPicPr><pic:cNvPr id="1" name="ZHENFILE.jpg" descr="ZHENDESCR"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relation}"/>{crop}<a:stretch/></pic:blipFill><pic:spPr/>'
        "</pic:pic></a:graphicData></a:graphic>"
    )
    placed = "anchor" if anchor else "inline"
    return f"<w:r><w:drawing><wp:{placed}>{inner.format(wrap=anchor)}</wp:{placed}></w:drawing></w:r>"


def word(body: str, **parts: str | bytes) -> bytes:
    """A Word document. ``parts``: further members, ``__`` for ``/`` and ``_dot_`` for ``.``."""
    more = {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()}
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for name, kind in {"document": "document.main", "styles": "styles", "comments": "comments"}.items()
    )
    names = {"styles": "styles", "comments": "comments", "footnotes": "footnotes", "header": "header1",
             "header2": "header2", "settings": "settings", "numbering": "numbering"}  # fmt: skip
    rows = "".join(
        f'<Relationship Id="{kind}" Type="{OFFICE}/{kind.rstrip("2")}" Target="{name}.xml"/>'
        for kind, name in names.items()
        if f"word/{name}.xml" in more
    )
    rows += "".join(
        f'<Relationship Id="{name.rpartition("/")[2].partition(".")[0]}" Type="{OFFICE}/image" '
        f'Target="{name.removeprefix("word/")}"/>'
        for name in more
        if name.startswith("word/media/")
    )
    rows += f'<Relationship Id="outside" Type="{OFFICE}/hyperlink" TargetMode="External" Target="http://a/ZHENLINK"/>'
    return container(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
            "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/_rels/document.xml.rels": "<Relationships "
            f'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>',
            "word/document.xml": f"<w:document {_SPACES}><w:body>{body}</w:body></w:document>",
            **more,
        }
    )


def part(tag: str, content: str) -> str:
    """The XML of a part of a Word document."""
    return f"<w:{tag} {_SPACES}>{content}</w:{tag}>"


def dirty_docx() -> bytes:
    """A Word document with a hidden word in every place that is known to keep one."""
    deleted_row = f"<w:tr><w:trPr>{change('del', '')}</w:trPr><w:tc>{paragraph(run('ZHENROW'))}</w:tc></w:tr>"
    kept_row = (
        f"<w:tr><w:tc><w:tcPr><w:shd w:val='clear' w:fill='203864'/></w:tcPr>"
        f"{paragraph(run('白字表头', '<w:color w:val=`FFFFFF`/>'.replace('`', chr(34))))}</w:tc></w:tr>"
    )
    body = "".join(
        (
            paragraph(run("答复如下："), run("您的建议收悉。"), properties='<w:pStyle w:val="ZHENSTYLEID"/>'),
            paragraph(change("ins", run("插入的保留。")), change("del", run("ZHENDELETED", tag="delText"))),
            paragraph(change("moveFrom", run("ZHENMOVED")), change("moveTo", run("移来的保留。"))),
            paragraph(
                run(
                    "格式改过。",
                    f"<w:b/>{change('rPrChange', '<w:rPr><w:rFonts w:ascii=`ZHENFONT`/></w:rPr>')}".replace(
                        "`", '"'
                    ),
                )
            ),
            paragraph(run("合并前"), properties=f"<w:rPr>{change('del', '')}</w:rPr>"),
            paragraph(run("合并后")),
            paragraph(
                run("ZHENVANISH", "<w:vanish/>"),
                run("ZHENSTYLED", '<w:rStyle w:val="secret"/>'),
                run("看得见的。"),
            ),
            paragraph(run("ZHENWHITE", '<w:color w:val="FFFFFF"/>'), run("ZHENTINY", '<w:sz w:val="2"/>')),
            paragraph(run("电话：", ""), run("ZHENBLACK", '<w:highlight w:val="black"/>')),
            paragraph(run("ZHENSHADE", '<w:color w:val="000000"/><w:shd w:val="clear" w:fill="000000"/>')),
            paragraph(run("ZHENLINE"), properties='<w:spacing w:line="20" w:lineRule="exact"/>'),
            paragraph(
                '<w:commentRangeStart w:id="0"/>',
                run("有批注的文字。"),
                '<w:r><w:commentReference w:id="0"/></w:r>',
            ),
            paragraph(
                '<w:bookmarkStart w:id="1" w:name="ZHENBOOKMARK"/>',
                f'<w:hyperlink r:id="outside">{run("链接的文字。")}</w:hyperlink>',
            ),
            paragraph(field(' DOCPROPERTY "ZHENCODE" ', "域的结果。"), field(" PAGE ", "1")),
            f'<w:sdt><w:sdtPr><w:alias w:val="ZHENALIAS"/></w:sdtPr><w:sdtContent>{paragraph(run("控件的文字。"))}</w:sdtContent></w:sdt>',
            f"<w:tbl><w:tblPr/><w:tblGrid/>{deleted_row}{kept_row}</w:tbl>",
            paragraph(run("有脚注。"), '<w:r><w:footnoteReference w:id="2"/></w:r>'),
            paragraph(picture("photo", '<a:srcRect r="50000"/>')),
            paragraph(
                "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor>"
                "<wp:extent cx='900000' cy='900000'/><wp:wrapSquare/><wp:docPr id='2' name='ZHENBOX'/><a:graphic>"
                "<a:graphicData uri='u'><wps:wsp><wps:spPr/><wps:txbx><w:txbxContent>"
                f"{paragraph(run('文本框的文字。'))}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic>"
                "</wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape alt='ZHENVML'/></w:pict>"
                "</mc:Fallback></mc:AlternateContent></w:r>"
            ),
            '<w:sectPr w:rsidR="00AA11BB"><w:headerReference w:type="default" r:id="header"/>'
            '<w:headerReference w:type="first" r:id="header2"/><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>',
        )
    )
    styles = (
        '<w:style w:type="paragraph" w:styleId="ZHENSTYLEID"><w:name w:val="ZHENSTYLENAME"/><w:rPr><w:b/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="secret"><w:name w:val="secret"/><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="unused"><w:name w:val="ZHENUNUSED"/></w:style>'
    )
    notes = (
        f'<w:footnote w:id="2">{paragraph(run("脚注的文字。"), change("del", run("ZHENNOTEDEL", tag="delText")))}</w:footnote>'
        f'<w:footnote w:id="3">{paragraph(run("ZHENORPHAN"))}</w:footnote>'
    )
    return word(
        body,
        word__styles_dot_xml=part("styles", styles),
        word__comments_dot_xml=part("comments", f'<w:comment w:id="0" w:author="ZHENAUTHOR">{paragraph(run("ZHENCOMMENT"))}</w:comment>'),
        word__footnotes_dot_xml=part("footnotes", notes),
        word__header1_dot_xml=part("hdr", paragraph(run("页眉的文字"), run("ZHENHEADHIDDEN", "<w:vanish/>"))),
        word__header2_dot_xml=part("hdr", paragraph(run("ZHENFIRSTHEADER"))),
        word__settings_dot_xml=part("settings", '<w:docVars><w:docVar w:name="n" w:val="ZHENDOCVAR"/></w:docVars>'),
        word__media__photo_dot_jpg=half_photo(),
        docProps__core_dot_xml="<p><creator>ZHENCREATOR</creator></p>",
        docProps__app_dot_xml="<p><Company>ZHENCOMPANY</Company></p>",
        customXml__item1_dot_xml="<x>ZHENCUSTOM</x>",
        word__glossary__document_dot_xml=part("glossaryDocument", "ZHENGLOSSARY"),
    )  # fmt: skip


def half_photo() -> bytes:
    """A JPEG, red at the top left, with a word in its comment."""
    return encoded(quarters(), comment=b"ZHENJPEG")


def dirty_xlsx() -> bytes:
    """A workbook with a hidden word in every place that is known to keep one."""
    book = Workbook()
    book.properties.creator = "ZHENCREATOR"
    sheet = book.active
    assert sheet is not None
    sheet.title = "签到表"
    sheet["A1"], sheet["B1"], sheet["A2"], sheet["B2"] = "姓名", "事项", "甲代表", 36.5
    sheet["B2"].number_format = "0.00"
    sheet["A1"].font = Font(bold=True)
    sheet["A1"].comment = Comment("ZHENCOMMENT", "ZHENAUTHOR")
    sheet["A3"] = "ZHENROW"
    sheet.row_dimensions[3].hidden = True
    sheet["C1"] = "ZHENCOLUMN"
    sheet.column_dimensions["C"].hidden = True
    sheet["A4"] = "ZHENWHITE"
    sheet["A4"].font = Font(color="FFFFFFFF")
    sheet["A5"] = "ZHENFORMAT"
    sheet["A5"].number_format = ";;;"
    sheet["D1"], sheet["D2"] = "合并", "ZHENMERGED"
    sheet["E1"] = "链接文字"
    sheet["E1"].hyperlink = "http://a/ZHENLINK"
    sheet.oddHeader.center.text = "ZHENHEADER"  # type: ignore[union-attr]
    rule = DataValidation(type="list", formula1='"ZHENLIST,b"', prompt="ZHENPROMPT")
    rule.add("B1")
    sheet.add_data_validation(rule)
    hidden = book.create_sheet("ZHENSHEET")
    hidden["A1"] = "ZHENINSIDE"
    hidden.sheet_state = "veryHidden"
    book.defined_names["ZHENDEFINED"] = DefinedName("ZHENDEFINED", attr_text="ZHENSHEET!$A$1")
    out = BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    # What the library does not write: a merged cell's covered value, a formula with its result, an unused text.
    name = "xl/worksheets/sheet1.xml"
    members[name] = members[name].replace(
        b"</sheetData>",
        b'<row r="9"><c r="A9"><f>ZHENSHEET!A1+1</f><v>42</v></c><c r="B9" t="s"><v>1</v></c></row></sheetData>'
        b'<mergeCells count="1"><mergeCell ref="D1:D2"/></mergeCells>',
    )
    members["xl/sharedStrings.xml"] = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>ZHENORPHAN</t></si>'
        b'<si><r><rPr><color rgb="FFFFFFFF"/></rPr><t>ZHENPART</t></r><r><t>\xe5\x85\xb1\xe7\x94\xa8</t></r></si></sst>'
    )
    listed = "xl/_rels/workbook.xml.rels"
    members[listed] = members[listed].replace(
        b"</Relationships>",
        f'<Relationship Id="shared" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'.encode(),
    )
    members["xl/printerSettings/p.bin"] = b"ZHENPRINTER"
    return container(dict(members))


def cells(body: bytes) -> dict[str, object]:
    """What a library finds in the first sheet, by place."""
    book = load_workbook(BytesIO(body))
    sheet = book.worksheets[0]
    return {
        cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
    }


def page(content: bytes, *more: bytes, annotations: bytes = b"", trailer: bytes = b"") -> bytes:
    """A PDF of one page of 400 points a side. ``more``: further objects, numbered from 8."""
    packed = zlib.compress(content)
    made = pdf(
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] /Contents 5 0 R /Annots [%s] /Resources "
        b"<< /Font << /F 6 0 R >> /XObject << /I 7 0 R >> >> >>" % annotations,
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Length 1 >>\nstream\n\x80\nendstream",
        *more,
        trailer=trailer,
    )
    return made.replace(b"/Kids [3 0 R]", b"/Kids [4 0 R]")


def words(text: str, x: int, y: int, before: str = "") -> bytes:
    """Text on a page."""
    return f"BT {before} /F 16 Tf {x} {y} Td ({text}) Tj ET\n".encode()


def dirty_pdf() -> bytes:
    """A PDF with a hidden word in every place that is known to keep one."""
    content = b"".join(
        (
            words("Visible heading 2027", 20, 360),
            words("ZHENBLACKBOX", 20, 320) + b"0 g 10 310 200 30 re f\n",
            words("ZHENWHITEBOX", 20, 280) + b"1 g 10 270 200 30 re f 0 g\n",
            words("ZHENUNDERIMAGE", 20, 240) + b"q 200 0 0 30 10 230 cm /I Do Q\n",
            words("ZHENMODE", 20, 200, "3 Tr") + b"0 Tr\n",
            words("ZHENOUTSIDE", -300, 160),
            b"1 g\n" + words("ZHENPALE", 20, 120) + b"0 g\n",
            b"q 0 0 5 5 re W n\n" + words("ZHENCLIPPED", 20, 80) + b"Q\n",
            words("ZHENREDACT", 220, 120),
            words("Last line is shown", 20, 40),
        )
    )
    annotations = (
        b"<< /Type /Annot /Subtype /Text /Rect [300 300 320 320] /Contents (ZHENNOTE) /T (ZHENAUTHOR) >>"
        b"<< /Type /Annot /Subtype /Redact /Rect [215 110 395 140] >>"
        b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (http://a/ZHENLINK) >> >>"
    )
    made = page(
        content,
        b"<< /Title (ZHENTITLE) /Author (ZHENCREATOR) >>",
        b"<< /Length 11 >>\nstream\nZHENEMBEDDED\nendstream",
        b"<< /S /JavaScript /JS (ZHENSCRIPT) >>",
        annotations=annotations,
        trailer=b"/Info 8 0 R",
    )
    # An earlier version stands before; the reader finds its way without the table of places.
    earlier = b"%PDF-1.7\n99 0 obj\n(ZHENEARLIER)\nendobj\n%%EOF\n"
    scripts = b"/Type /Catalog /Names << /JavaScript << /Names [(ZHENNAMED) 10 0 R] >> >>"
    return earlier + made.partition(b"\n")[2].replace(b"/Type /Catalog", scripts)
