"""What a photo carried beside its pixels; the pixels themselves are written anew by ``suggestions.files``."""

from io import BytesIO

from PIL import Image, UnidentifiedImageError

from luoshi.publication.cleaning.values import Tally, refuse
from luoshi.suggestions.files.kinds import Kind, Limits, Unfit
from luoshi.suggestions.files.pictures import picture_clean

_GPS = 0x8825
_CAMERA = 0x8769
_DATA = (
    "xmp",
    "comment",
    "photoshop",
    "mp",
    "XML:com.adobe.xmp",
    "Comment",
    "Author",
    "Software",
    "Description",
)
_BROKEN = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
)
_BEGINNINGS = {b"\xff\xd8\xff": Kind.JPEG, b"\x89PNG": Kind.PNG, b"RIFF": Kind.WEBP}
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


def picture_counts(body: bytes, tally: Tally) -> None:
    """Count what ``body`` says beside its picture. What cannot be read is gone without being counted."""
    try:
        with Image.open(BytesIO(body), formats=_FORMATS) as opened:
            exif = opened.getexif()
            tally.add("location", 1 if exif.get_ifd(_GPS) else 0)
            tally.add(
                "camera",
                len([tag for tag in exif if tag not in (_GPS, _CAMERA)]) + len(exif.get_ifd(_CAMERA)),
            )
            tally.add("picture_data", len([key for key in opened.info if key in _DATA]))
    except _BROKEN:
        return


def picture_inside(body: bytes, limits: Limits, crop: tuple[int, int, int, int] | None) -> tuple[bytes, str]:
    """A picture of a document, written anew, and its ending.

    :param crop: thousandths of a percent cut off left, top, right and bottom; what is cut off is really gone.
    :raises Invalid: where it is a drawing in a format that is not taken, or broken.
    """
    kind = next((kind for beginning, kind in _BEGINNINGS.items() if body.startswith(beginning)), None)
    try:
        if kind is None or crop is not None:
            body, kind = _as_png(body, limits, crop), Kind.PNG
        made = picture_clean(body, kind, limits.pixels)
    except Unfit as unfit:
        refuse(f"文档里有一张图片：{unfit}")
    except (*_BROKEN, Image.DecompressionBombError, Image.DecompressionBombWarning):
        refuse("文档里有损坏或矢量格式的图片，无法清理。请改用 JPG 或 PNG 图片，或另存为 PDF 再上传")
    return made.content, "png" if made.kind == Kind.PNG else "jpeg"


def _as_png(body: bytes, limits: Limits, crop: tuple[int, int, int, int] | None) -> bytes:
    with Image.open(BytesIO(body), formats=_FORMATS) as opened:
        if opened.width * opened.height > limits.pixels // 2:
            raise Unfit("像素过多。请把图片改小")
        opened.load()
        through = opened.mode in ("RGBA", "LA", "PA") or "transparency" in opened.info
        plain = opened.convert("RGBA" if through else "RGB")
    if crop is not None:
        wide, high = plain.size
        box = (
            round(wide * crop[0] / 100_000),
            round(high * crop[1] / 100_000),
            wide - round(wide * crop[2] / 100_000),
            high - round(high * crop[3] / 100_000),
        )
        if box[0] >= box[2] or box[1] >= box[3]:
            raise Unfit("裁剪设置有误。请在原文件中重新裁剪")
        plain = plain.crop(box)
    out = BytesIO()
    plain.save(out, "PNG")
    return out.getvalue()
