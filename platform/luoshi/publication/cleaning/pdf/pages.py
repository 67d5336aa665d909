"""Reads a PDF page by page with pdfium and hands each over as a picture. Runs in the child process."""

import ctypes
import math

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image, ImageDraw

from luoshi.publication.cleaning.pdf.visibility import Frame, page_seen
from luoshi.publication.cleaning.pdf.writing import Sheet, pdf_written, raster_made
from luoshi.publication.cleaning.values import Tally, refuse

MOST_PAGES = 200
MOST_BYTES = 60 << 20
"""Of the new file."""
RESOLUTION = 200
"""Dots an inch for letters; a longer document than :data:`SHORT` gets :data:`RESOLUTION_LONG`."""
RESOLUTION_LONG = 150
SHORT = 40
MOST_PIXELS = 8_000_000
_MOST_ANNOTATIONS = 5000
_PROPERTIES = ("Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate")
_GONE = (raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_FILEATTACHMENT, raw.FPDF_ANNOT_SOUND)
_GONE_TOO = (raw.FPDF_ANNOT_MOVIE, raw.FPDF_ANNOT_SCREEN, raw.FPDF_ANNOT_RICHMEDIA, raw.FPDF_ANNOT_THREED)
_LOCKED = "PDF 设有密码。请去掉密码，或打开后“打印”成新的 PDF 再上传"
_BROKEN = "PDF 不完整或已损坏。请重新导出或扫描后再上传"
_FORM = "PDF 是动态表单（XFA），无法可靠地显示。请打开后“打印”成新的 PDF 再上传"


def pdf_pages_remade(body: bytes, tally: Tally) -> bytes:
    """A new PDF that shows what ``body`` shows: pictures of its pages and the text visible on them.

    :raises Invalid: where it is locked, broken, a dynamic form, or too large.
    """
    try:
        document = pdfium.PdfDocument(body)
    except pdfium.PdfiumError as error:
        refuse(_LOCKED if "assword" in str(error) else _BROKEN)
    try:
        return _remade(document, body, tally)
    except (pdfium.PdfiumError, MemoryError, ValueError, OverflowError, OSError):
        refuse(_BROKEN)
    finally:
        document.close()


def _remade(document: pdfium.PdfDocument, body: bytes, tally: Tally) -> bytes:
    count = len(document)
    if count == 0:
        refuse(_BROKEN)
    if count > MOST_PAGES:
        refuse(f"PDF 有 {count} 页，最多 {MOST_PAGES} 页。请拆分后再上传")
    if raw.FPDF_GetFormType(document) in (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND):
        refuse(_FORM)
    _document_counts(document, body, tally)
    sheets = []
    total = 0
    for index in range(count):
        page = document[index]
        sheet = _sheet(page, RESOLUTION if count <= SHORT else RESOLUTION_LONG, tally)
        page.close()
        sheets.append(sheet)
        total += len(sheet.raster.data)
        if total > MOST_BYTES:
            refuse("PDF 重新制作后过大。请降低扫描分辨率或拆分后再上传")
    return pdf_written(sheets)


def _document_counts(document: pdfium.PdfDocument, body: bytes, tally: Tally) -> None:
    """What the file as a whole carries; none of it is carried over, whether it was counted or not."""
    said = document.get_metadata_dict(skip_empty=True)
    tally.add("properties", len([name for name in _PROPERTIES if said.get(name)]))
    tally.add("attachments", max(0, raw.FPDFDoc_GetAttachmentCount(document)))
    tally.add("scripts", max(0, raw.FPDFDoc_GetJavaScriptActionCount(document)))
    tally.add("old_versions", max(0, body.count(b"%%EOF") - 1))


def _sheet(page: pdfium.PdfPage, resolution: int, tally: Tally) -> Sheet:
    width, height = page.get_size()
    if not (
        math.isfinite(width) and math.isfinite(height) and 1 <= width <= 20_000 and 1 <= height <= 20_000
    ):
        refuse("PDF 有一页的尺寸不正常。请打开后“打印”成新的 PDF 再上传")
    scale = min(resolution / 72, math.sqrt(MOST_PIXELS / (width * height)))
    pixels = (max(1, math.ceil(width * scale)), max(1, math.ceil(height * scale)))
    blackened = _annotations(page, pixels, tally)

    def render(ground: tuple[int, int, int], annotations: bool) -> Image.Image:
        made = page.render(
            scale=scale,
            may_draw_forms=False,
            draw_annots=annotations,
            fill_color=(*ground, 255),
            rev_byteorder=True,
            limit_image_cache=True,
        )
        picture: Image.Image = made.to_pil().convert("RGB").copy()
        made.close()
        if picture.size != pixels:
            picture = picture.crop((0, 0, *pixels))
        if annotations:
            draw = ImageDraw.Draw(picture)
            for box in blackened:
                draw.rectangle(box, fill="black")
        return picture

    picture, glyphs = page_seen(page, render, Frame(pixels, (width, height)), tally)
    return Sheet(width, height, raster_made(picture), glyphs)


def _annotations(
    page: pdfium.PdfPage, pixels: tuple[int, int], tally: Tally
) -> list[tuple[int, int, int, int]]:
    """Take notes away; where a redaction was marked and never carried out, give the boxes to be blackened.

    What else is painted on the page stays as a part of the picture: somebody may have covered text with it.
    """
    count = raw.FPDFPage_GetAnnotCount(page)
    if count > _MOST_ANNOTATIONS:
        refuse("PDF 有一页的注释过多。请打开后“打印”成新的 PDF 再上传")
    blackened = []
    for index in reversed(range(count)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        if kind == raw.FPDF_ANNOT_REDACT:
            blackened += _places(page, annotation, pixels)
            tally.add("redactions")
        elif kind == raw.FPDF_ANNOT_WIDGET:
            tally.add("form_fields")
        elif kind == raw.FPDF_ANNOT_LINK:
            tally.add("links")
        elif kind in _GONE or kind in _GONE_TOO:
            tally.add("annotations")
        else:
            tally.add("painted_annotations")
        raw.FPDFPage_CloseAnnot(annotation)
        if kind in (*_GONE, *_GONE_TOO, raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_REDACT):
            raw.FPDFPage_RemoveAnnot(page, index)
    return blackened


def _places(
    page: pdfium.PdfPage, annotation: object, pixels: tuple[int, int]
) -> list[tuple[int, int, int, int]]:
    """The rectangles of a mark for redaction, in pixels: its quadrilaterals, or its whole rectangle."""
    corners: list[list[tuple[float, float]]] = []
    for index in range(min(raw.FPDFAnnot_CountAttachmentPoints(annotation), 1000)):
        quad = raw.FS_QUADPOINTSF()
        if raw.FPDFAnnot_GetAttachmentPoints(annotation, index, quad):
            corners.append([(quad.x1, quad.y1), (quad.x2, quad.y2), (quad.x3, quad.y3), (quad.x4, quad.y4)])
    rect = raw.FS_RECTF()
    if not corners and raw.FPDFAnnot_GetRect(annotation, rect):
        corners.append([(rect.left, rect.bottom), (rect.right, rect.top)])
    boxes = []
    for points in corners:
        across, down = [], []
        for x, y in points:
            pixel_x, pixel_y = ctypes.c_int(), ctypes.c_int()
            raw.FPDF_PageToDevice(page, 0, 0, *pixels, 0, x, y, pixel_x, pixel_y)
            across.append(min(max(pixel_x.value, -1), pixels[0]))
            down.append(min(max(pixel_y.value, -1), pixels[1]))
        boxes.append((min(across) - 1, min(down) - 1, max(across) + 1, max(down) + 1))
    return boxes
