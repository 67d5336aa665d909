"""Real files made for tests: photos, documents, and everything that only pretends to be one."""

import zipfile
import zlib
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from PIL import Image

from luoshi.suggestions.files.kinds import Limits

LIMITS = Limits(photo_bytes=4 << 20, document_bytes=2 << 20, case_bytes=8 << 20, pixels=4_000_000)
"""Small limits, so that tests that go beyond them are quick."""
SECRET = b"38.8977 north"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """A picture as a file."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def quarters(width: int = 400, height: int = 300) -> Image.Image:
    """A picture whose top left quarter is red and the rest white, so that its orientation can be told."""
    image = Image.new("RGB", (width, height), "white")
    image.paste((220, 0, 0), (0, 0, width // 2, height // 2))
    return image


def photo(orientation: int = 1, width: int = 400, height: int = 300) -> bytes:
    """A JPEG as a phone makes it: with a place, a camera, a comment and XMP."""
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (38.0, 53.0, 51.7)
    exif.get_ifd(0x8769)[0x9286] = SECRET
    return encoded(
        quarters(width, height), exif=exif, comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    )


def container(members: dict[str, bytes | str], **options: Any) -> bytes:
    """A zip file."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


def docx_members(main: str = WORD_MAIN, **more: str | bytes) -> dict[str, bytes | str]:
    """The members of a small Word document. ``more``: other members, ``/`` written as ``__``."""
    types = (
        f'<?xml version="1.0"?><Types xmlns="{_TYPES}">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )
    return {
        "[Content_Types].xml": types,
        "_rels/.rels": relations("officeDocument", "word/document.xml"),
        "word/document.xml": "<w:document xmlns:w='w'><w:body>承诺年底前完工</w:body></w:document>",
        **{name.replace("__", "/"): content for name, content in more.items()},
    }


def relations(kind: str, target: str, mode: str = "") -> str:
    """A member that relates one part to another."""
    outside = f' TargetMode="{mode}"' if mode else ""
    return (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/{kind}" '
        f'Target="{target}"{outside}/></Relationships>'
    )


def docx() -> bytes:
    """A small Word document."""
    return container(docx_members())


def xlsx() -> bytes:
    """A small workbook, made by openpyxl."""
    book = Workbook()
    book.active["A1"] = "签到表"  # type: ignore[index]
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def ofd() -> bytes:
    """A small OFD document."""
    return container(
        {
            "OFD.xml": '<ofd:OFD xmlns:ofd="urn:ofd"><ofd:DocBody/></ofd:OFD>',
            "Doc_0/Document.xml": "<ofd:Document xmlns:ofd='urn:ofd'/>",
        }
    )


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A whole PDF of one page; ``objects`` are further objects in it."""
    made = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        *objects,
    ]
    out = bytearray(b"%PDF-1.7\n%\xe4\xb8\xad\n")
    places = []
    for number, content in enumerate(made, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(made) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(made) + 1,
        trailer,
        start,
    )
    return bytes(out)


def packed(content: bytes) -> bytes:
    """An object stream that holds ``content``."""
    data = zlib.compress(content)
    return b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (
        len(data),
        data,
    )


def picture_shown(name: str, title: str = "徽标") -> None:
    """Make the stored file ``name`` a picture that the bound county's public site shows: its emblem."""
    from wagtail.images.models import Image, Rendition
    from wagtail.models import Site

    from luoshi_cms.look import SiteLook

    size = {"width": 1, "height": 1}
    emblem = Image.objects.create(title=title, file="original_images/marker.png", **size)
    Rendition.objects.create(image=emblem, filter_spec="max-96x96", file=name, **size)
    SiteLook.objects.create(site=Site.objects.get(is_default_site=True), emblem=emblem)
