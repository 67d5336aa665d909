"""Which letters of a page can really be seen: told from pixels, not from what the file says of itself.

The page is painted whole, without its text, and as text alone. A letter is visible where its own ink makes a
difference to the whole page. Text under boxes and pictures, in the colour of the ground, outside the page,
clipped away, in render mode 3 or on a layer that is off fails this test, however it was hidden.
"""

import ctypes
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image, ImageChops

from luoshi.publication.cleaning.pdf.writing import Glyph
from luoshi.publication.cleaning.plain import letters_clean
from luoshi.publication.cleaning.values import Tally, refuse

MOST_OBJECTS = 200_000
MOST_LETTERS = 60_000
_DEEPEST = 12
_LEAST_CONTRAST = 24
"""Of 255: a smaller difference is not seen."""
_LEAST_SHARE = 0.6
"""Of a letter's ink that has to be seen."""
_NO_INK = 2
"""Pixels; so few are a stray edge of a neighbour."""
_CELL = 4
_MOST_SHARED = 0.25
"""Of a letter's place: more is shared by letters that stand over each other, never by neighbours."""
_MOST_AT_ONE_PLACE = 8
_FIRST_CJK = "\u2e80"
_SOLID = frozenset("\u2588\u25a0\u25cf\u25c6|lIi1!\u2014-_.\u4e00\u4e28")
_RADICALS = "\u2e80\u2fdf"
_GROUND = (128, 128, 128)
_UNSEEN_MODES = (3, 7)
_NO_FONT = (
    "PDF 没有嵌入中文字体，页面无法可靠地重新制作。请导出时选择“嵌入字体”，或打开后“打印”成新的 PDF 再上传"
)

Render = Callable[[tuple[int, int, int], bool], Image.Image]
"""Paints the page. Arguments: the ground's colour; whether with annotations."""


@dataclass(frozen=True, slots=True)
class Frame:
    """How a page stands in its picture: pixels, and points of the new page."""

    pixels: tuple[int, int]
    points: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Letter:
    text: str
    owner: int
    box: tuple[int, int, int, int]
    ink: int
    seen: int
    doubt: bool
    """Whether its shape may be another letter's."""


def page_seen(
    page: pdfium.PdfPage, render: Render, frame: Frame, tally: Tally
) -> tuple[Image.Image, list[Glyph]]:
    """The page's picture without the text that nobody sees, and the letters that are seen on it.

    :raises Invalid: where the page is too large to be judged, or its letters cannot be painted here.
    """
    texts, others = _objects(page)
    whole = render((255, 255, 255), True)
    if not texts:
        return whole, []
    text_page = page.get_textpage()
    with _switched_off(texts.values()):
        bare = render((255, 255, 255), True)
    with _switched_off(others):
        alone = render(_GROUND, False)
    ink = _strong(ImageChops.difference(alone, Image.new("RGB", alone.size, _GROUND)))
    seen = ImageChops.darker(ink, _strong(ImageChops.difference(whole, bare)))
    letters = _letters(page, text_page, frame, ink, seen, texts)
    hidden = _hidden(letters, texts, tally)
    del bare, alone
    if hidden:
        with _switched_off([texts[owner] for owner in hidden]):
            whole = render((255, 255, 255), True)
    return whole, _glyphs(letters, frame)


def _address(item: object) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0  # type: ignore[arg-type]


def _objects(page: pdfium.PdfPage) -> tuple[dict[int, object], list[object]]:
    """Text objects by address, and everything else that paints, also inside of forms."""
    texts: dict[int, object] = {}
    others: list[object] = []
    forms: list[tuple[object, int]] = []

    def sort(item: object, depth: int) -> None:
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            texts[_address(item)] = item
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            forms.append((item, depth + 1))
        else:
            others.append(item)
        if len(texts) + len(others) + len(forms) > MOST_OBJECTS:
            refuse("PDF 有一页的内容过于复杂。请打开后“打印”成新的 PDF 再上传")

    for index in range(raw.FPDFPage_CountObjects(page)):
        sort(raw.FPDFPage_GetObject(page, index), 0)
    while forms:
        form, depth = forms.pop()
        for index in range(max(0, raw.FPDFFormObj_CountObjects(form))):
            sort(raw.FPDFFormObj_GetObject(form, index), depth)
    return texts, others


@contextmanager
def _switched_off(items: Iterable[object]) -> Iterator[None]:
    """Paint without these, and put them back."""
    changed = []
    for item in items:
        active = ctypes.c_int()
        if raw.FPDFPageObj_GetIsActive(item, active) and active.value:
            raw.FPDFPageObj_SetIsActive(item, False)
            changed.append(item)
    try:
        yield
    finally:
        for item in changed:
            raw.FPDFPageObj_SetIsActive(item, True)


def _strong(difference: Image.Image) -> Image.Image:
    """255 where a difference can be seen, 0 elsewhere."""
    red, green, blue = difference.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point(lambda value: 255 if value > _LEAST_CONTRAST else 0)


def _letters(
    page: pdfium.PdfPage,
    text_page: pdfium.PdfTextPage,
    frame: Frame,
    ink: Image.Image,
    seen: Image.Image,
    texts: dict[int, object],
) -> list[_Letter]:
    count = text_page.count_chars()
    if count > MOST_LETTERS:
        refuse("PDF 有一页的文字过多。请打开后“打印”成新的 PDF 再上传")
    marked: dict[int, bool] = {}
    # One letter said for one letter painted is let through, as some printers write it.
    many = _many(raw.FPDFText_GetTextObject(text_page, index) for index in range(count))
    found = []
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text_page, index)
        letter = chr(code) if 0 < code < 0x110000 else "\ufffd"
        if (
            _RADICALS[0] <= letter <= _RADICALS[1]
        ):  # some printers name a whole letter by its radical's number
            letter = unicodedata.normalize("NFKC", letter)
        if raw.FPDFText_IsGenerated(text_page, index) == 1 or letter.isspace():
            continue
        box = _box(page, text_page, index, frame)
        owner = _address(raw.FPDFText_GetTextObject(text_page, index))
        if owner not in marked:
            marked[owner] = owner not in texts or (owner in many and _says_otherwise(texts[owner]))
        inside = box[0] < box[2] and box[1] < box[3]
        painted = _count(ink, box) if inside else 0
        if painted <= _NO_INK and inside and letter >= _FIRST_CJK and owner in texts:
            _font_check(texts[owner])
        shown = _count(seen, box) if inside else 0
        doubt = marked[owner] or (letter not in _SOLID and inside and _is_solid(ink, box))
        found.append(_Letter(letter, owner, box, painted, shown, doubt))
    return found


def _many(items: Iterable[object]) -> set[int]:
    """The text objects that stand for more than one letter."""
    return {owner for owner, count in Counter(_address(item) for item in items).items() if count > 1}


def _says_otherwise(item: object) -> bool:
    """Whether the file gives another text than the one painted (ActualText): what it says is not shown."""
    for index in range(max(0, raw.FPDFPageObj_CountMarks(item))):
        mark = raw.FPDFPageObj_GetMark(item, index)
        if raw.FPDFPageObjMark_GetParamValueType(mark, b"ActualText") != raw.FPDF_OBJECT_UNKNOWN:
            return True
    return False


def _font_check(item: object) -> None:
    """Refuse a page whose letters this machine has no shapes for: they would vanish without a word."""
    font = raw.FPDFTextObj_GetFont(item)
    painted = raw.FPDFTextObj_GetTextRenderMode(item) not in _UNSEEN_MODES
    if font and painted and raw.FPDFFont_GetIsEmbedded(font) != 1 and not _off_page(item):
        refuse(_NO_FONT)


def _off_page(item: object) -> bool:
    """Whether the text has no extent that could be painted."""
    edges = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(item, *edges):
        return True
    left, bottom, right, top = (edge.value for edge in edges)
    return right - left <= 0 or top - bottom <= 0


def _box(
    page: pdfium.PdfPage, text_page: pdfium.PdfTextPage, index: int, frame: Frame
) -> tuple[int, int, int, int]:
    """Where a letter stands in the picture, in pixels, cut at the edges."""
    rect = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(text_page, index, rect):
        return (0, 0, 0, 0)
    across, down = [], []
    for x, y in ((rect.left, rect.bottom), (rect.right, rect.top)):
        pixel_x, pixel_y = ctypes.c_int(), ctypes.c_int()
        if not raw.FPDF_PageToDevice(page, 0, 0, *frame.pixels, 0, x, y, pixel_x, pixel_y):
            return (0, 0, 0, 0)
        across.append(min(max(pixel_x.value, 0), frame.pixels[0]))
        down.append(min(max(pixel_y.value, 0), frame.pixels[1]))
    return (min(across), min(down), max(across), max(down))


def _count(mask: Image.Image, box: tuple[int, int, int, int]) -> int:
    return int(mask.crop(box).histogram()[255])


def _is_solid(ink: Image.Image, box: tuple[int, int, int, int]) -> bool:
    """Whether the middle of a letter is one block: a font of boxes covers text that is still said."""
    left, top, right, bottom = box
    wide, high = (right - left) // 4, (bottom - top) // 4
    middle = (left + wide, top + high, right - wide, bottom - high)
    return wide > 0 and high > 0 and _count(ink, middle) >= _area(middle)


def _is_seen(letter: _Letter) -> bool:
    return letter.ink > _NO_INK and letter.seen >= _LEAST_SHARE * letter.ink


def _hidden(letters: list[_Letter], texts: dict[int, object], tally: Tally) -> set[int]:
    """Text objects of which nothing is seen; places of hidden text are counted on the way."""
    before = ""
    line = 0
    for letter in letters:
        kind = "" if _is_seen(letter) else "covered_text" if letter.ink > _NO_INK else "invisible_text"
        middle = (letter.box[1] + letter.box[3]) // 2
        if kind and (kind != before or abs(middle - line) > (letter.box[3] - letter.box[1]) // 2):
            tally.add(kind)
        before, line = kind, middle
    shown = {letter.owner for letter in letters if letter.seen > _NO_INK}
    return {letter.owner for letter in letters if letter.owner in texts} - shown


def _glyphs(letters: list[_Letter], frame: Frame) -> list[Glyph]:
    """What goes into the layer. On any doubt whose ink is seen (letters over letters) neither goes in."""
    claims: dict[tuple[int, int], list[int]] = {}
    for index, letter in enumerate(letters):
        for cell in _middle(letter.box):
            claims.setdefault(cell, []).append(index)
    doubtful = set()
    for indexes in claims.values():
        if len(indexes) > 1:
            doubtful.update(
                _over_each_other([(index, letters[index]) for index in indexes[:_MOST_AT_ONE_PLACE]])
            )
            doubtful.update(indexes[_MOST_AT_ONE_PLACE:])
    glyphs = []
    placed: set[tuple[str, int, int]] = set()
    across, down = frame.points[0] / frame.pixels[0], frame.points[1] / frame.pixels[1]
    for index, letter in enumerate(letters):
        left, top, right, bottom = letter.box
        once = (letter.text, (left + right) // 8, (top + bottom) // 8)
        if index in doubtful or letter.doubt or once in placed or not _is_seen(letter):
            continue
        if not letters_clean(letter.text) or right - left < 1 or bottom - top < 1:
            continue
        placed.add(once)
        glyphs.append(
            Glyph(
                letter.text,
                left * across,
                frame.points[1] - bottom * down,
                max((right - left) * across, 0.5),
                max((bottom - top) * down, 0.5),
            )
        )
    return glyphs


def _over_each_other(here: list[tuple[int, _Letter]]) -> set[int]:
    """Those of different letters that share a good part of the smaller one's place."""
    found: set[int] = set()
    for (first, one), (second, two) in combinations(here, 2):
        wide = min(one.box[2], two.box[2]) - max(one.box[0], two.box[0])
        high = min(one.box[3], two.box[3]) - max(one.box[1], two.box[1])
        smaller = min(_area(one.box), _area(two.box))
        if one.text != two.text and wide > 0 and high > 0 and wide * high > _MOST_SHARED * smaller:
            found.update((first, second))
    return found


def _area(box: tuple[int, int, int, int]) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _middle(box: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """The cells of the inner half of a letter's box: neighbours on a line do not meet there."""
    left, top, right, bottom = box
    wide, high = (right - left) // 4, (bottom - top) // 4
    columns = range((left + wide) // _CELL, max((right - wide) // _CELL, (left + wide) // _CELL + 1))
    rows = range((top + high) // _CELL, max((bottom - high) // _CELL, (top + high) // _CELL + 1))
    if len(columns) * len(rows) > 4096:
        columns, rows = columns[:: len(columns) // 64 + 1], rows[:: len(rows) // 64 + 1]
    return [(column, row) for column in columns for row in rows]
