"""Writes the new PDF: pictures of pages and unpainted text over them; no date, no author, no id."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from luoshi.publication.cleaning.pdf.font import square_font

JPEG_QUALITY = 80
_MOST_COLOURS = 256


@dataclass(frozen=True, slots=True)
class Glyph:
    """A visible letter. ``x``, ``y``: points from the lower left; ``wide``, ``high``: points of its box."""

    letter: str
    x: float
    y: float
    wide: float
    high: float


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture as it stands in the file: its dictionary's entries beside the size, and its bytes."""

    width: int
    height: int
    entries: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page. ``width``, ``height``: points."""

    width: float
    height: float
    raster: Raster
    glyphs: Sequence[Glyph]


def raster_made(page: Image.Image) -> Raster:
    """The smaller of a picture of few colours without loss and a JPEG. ``page``: RGB.

    Four bits a colour are enough for letters; photos and scans have too many colours and become JPEG.
    """
    red, green, blue = page.split()
    grey = red.tobytes() == green.tobytes() == blue.tobytes()
    jpeg = _jpeg(red if grey else page)
    few = (red if grey else page).point(lambda value: (value & 0xF0) | (value >> 4))
    colours = few.getcolors(_MOST_COLOURS)
    if colours is None:
        return jpeg
    drawn = _drawn(few.convert("RGB"), sorted(_rgb(colour) for _, colour in colours))
    return drawn if len(drawn.data) <= len(jpeg.data) else jpeg


def _rgb(colour: object) -> tuple[int, int, int]:
    if isinstance(colour, tuple):
        return colour[0], colour[1], colour[2]
    assert isinstance(colour, int)
    return colour, colour, colour


def _jpeg(page: Image.Image) -> Raster:
    out = BytesIO()
    page.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    space = b"/DeviceGray" if page.mode == "L" else b"/DeviceRGB"
    return Raster(
        *page.size, b"/ColorSpace %s /BitsPerComponent 8 /Filter /DCTDecode" % space, out.getvalue()
    )


def _drawn(page: Image.Image, colours: list[tuple[int, int, int]]) -> Raster:
    """A picture of few colours, packed as PNG packs it (readers of PDF know its filters)."""
    bits = next(bits for bits in (1, 2, 4, 8) if len(colours) <= 1 << bits)
    palette = Image.new("P", (1, 1))
    palette.putpalette([value for colour in colours for value in colour])
    indexed = page.quantize(palette=palette, dither=Image.Dither.NONE)
    out = BytesIO()
    indexed.save(out, "PNG", bits=bits, compress_level=9)
    table = b"".join(bytes(colour) for colour in colours)
    written = _chunks(out.getvalue(), b"PLTE")
    table = (written + table[len(written) :])[: 3 * (1 << bits)]
    entries = (
        b"/ColorSpace [/Indexed /DeviceRGB %d <%s>] /BitsPerComponent %d /Filter /FlateDecode "
        b"/DecodeParms << /Predictor 15 /Colors 1 /BitsPerComponent %d /Columns %d >>"
    ) % (len(table) // 3 - 1, table.hex().encode(), bits, bits, page.width)
    return Raster(*page.size, entries, _chunks(out.getvalue(), b"IDAT"))


def _chunks(png: bytes, wanted: bytes) -> bytes:
    """The content of all chunks of one kind."""
    found = b""
    at = 8
    while at + 8 <= len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        if kind == wanted:
            found += png[at + 8 : at + 8 + length]
        at += length + 12
    return found


def pdf_written(sheets: Sequence[Sheet]) -> bytes:
    """The whole file."""
    body = _Objects()
    catalog, pages, font, descendant, letters = (body.number() for _ in range(5))
    kids = []
    for sheet in sheets:
        page, picture, content = body.number(), body.number(), body.number()
        kids.append(page)
        raster = sheet.raster
        body.stream(
            picture,
            raster.data,
            b"/Type /XObject /Subtype /Image /Width %d /Height %d %s"
            % (raster.width, raster.height, raster.entries),
        )
        body.packed(content, _content(sheet))
        body.put(
            page,
            b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %.2f %.2f] /Contents %d 0 R "
            b"/Resources << /XObject << /P %d 0 R >> /Font << /F %d 0 R >> >> >>"
            % (pages, sheet.width, sheet.height, content, picture, font),
        )
    body.put(catalog, b"<< /Type /Catalog /Pages %d 0 R /Lang (zh-CN) >>" % pages)
    body.put(
        pages,
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids)),
    )
    body.put(
        font,
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Square /Encoding /Identity-H "
        b"/DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>" % (descendant, letters),
    )
    described, square, numbers = body.number(), body.number(), body.number()
    body.put(
        descendant,
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Square /DW 1000 /CIDToGIDMap %d 0 R "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor %d 0 R >>"
        % (numbers, described),
    )
    body.put(
        described,
        b"<< /Type /FontDescriptor /FontName /Square /Flags 4 /FontBBox [0 -200 1000 800] "
        b"/ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 800 /StemV 80 /FontFile2 %d 0 R >>" % square,
    )
    font_file = square_font()
    body.packed(square, font_file, b"/Length1 %d " % len(font_file))
    body.packed(numbers, bytes(2 * 0x10000))
    body.packed(letters, _LETTERS)
    return body.written(catalog)


_RANGES = [
    b"<%02X00> <%02XFF> <%02X00>" % (high, high, high) for high in range(256) if not 0xD8 <= high <= 0xDF
]
_LETTERS = b"\n".join(
    [
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        b"/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange",
        *(
            b"%d beginbfrange\n%s\nendbfrange" % (len(part), b"\n".join(part))
            for part in (_RANGES[at : at + 100] for at in range(0, len(_RANGES), 100))
        ),
        b"endcmap CMapName currentdict /CMap defineresource pop end end",
    ]
)
"""The code of a letter is the letter: what a reader needs to copy and search the layer."""


def _content(sheet: Sheet) -> bytes:
    drawn = b"q %.2f 0 0 %.2f 0 0 cm /P Do Q" % (sheet.width, sheet.height)
    lines = [drawn]
    glyphs = [glyph for glyph in sheet.glyphs if ord(glyph.letter) <= 0xFFFF]
    if glyphs:
        lines.append(b"BT 3 Tr")
        # The box is as wide as the letter is told to be, so that readers find words and lines.
        lines += [
            b"/F %.1f Tf %.0f Tz 1 0 0 1 %.1f %.1f Tm <%04X> Tj"
            % (
                glyph.high,
                100 * glyph.wide / glyph.high,
                glyph.x,
                glyph.y + 0.2 * glyph.high,
                ord(glyph.letter),
            )
            for glyph in glyphs
        ]
        lines.append(b"ET")
    return b"\n".join(lines)


class _Objects:
    """Numbered objects, written in the order of their numbers."""

    def __init__(self) -> None:
        self._objects: list[bytes] = []

    def number(self) -> int:
        self._objects.append(b"null")
        return len(self._objects)

    def put(self, number: int, content: bytes) -> None:
        self._objects[number - 1] = content

    def stream(self, number: int, data: bytes, entries: bytes) -> None:
        self.put(number, b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data))

    def packed(self, number: int, data: bytes, entries: bytes = b"") -> None:
        self.stream(number, zlib.compress(data, 9), entries + b"/Filter /FlateDecode")

    def written(self, root: int) -> bytes:
        out = BytesIO()
        out.write(b"%PDF-1.5\n%\xe6\xb8\x85\xe6\xb4\x81\n")
        places = []
        for number, content in enumerate(self._objects, 1):
            places.append(out.tell())
            out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        start = out.tell()
        out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
        out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
        out.write(
            b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, root, start)
        )
        return out.getvalue()
