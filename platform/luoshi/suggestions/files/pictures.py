"""Photos: decoded within limits, turned upright, made smaller and written anew with nothing but pixels."""

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from luoshi.suggestions.files.kinds import Kind, Unfit

LONGEST_SIDE = 2560
THUMBNAIL_SIDE = 480
_FORMATS = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.WEBP: "WEBP"}
_BROKEN = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    struct.error,
    zlib.error,
)
"""What Pillow raises over a picture that is none, or not a whole one."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture written anew. ``thumbnail``: a small JPEG of it."""

    kind: Kind
    content: bytes
    thumbnail: bytes


def picture_clean(data: bytes, kind: Kind, pixels: int) -> Picture:
    """The pixels of ``data`` and nothing else: no EXIF, place, comment, profile, nor anything behind the end.

    A picture with transparency stays PNG, as does a PNG that is smaller so (a drawing, a screenshot);
    everything else becomes JPEG of at most :data:`LONGEST_SIDE` pixels a side.

    :param pixels: most pixels of a JPEG, which is decoded at a fraction of its size; half for the others.
    :raises Unfit: where it is no whole picture of ``kind``, or has too many pixels.
    """
    most = pixels if kind == Kind.JPEG else pixels // 2
    try:
        upright = _upright(data, kind, most)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unfit(_too_many(most)) from None
    except Unfit:
        raise
    except _BROKEN:
        raise Unfit("图片不完整或已损坏，打不开。请重新拍照或换一份再上传") from None
    see_through = upright.mode == "RGBA"
    jpeg = b"" if see_through else _jpeg(upright, 85)
    png = _png(upright) if see_through or kind == Kind.PNG else b""
    stays_png = see_through or (kind == Kind.PNG and len(png) <= len(jpeg))
    small = upright.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    if see_through:
        ground = Image.new("RGB", small.size, "white")
        ground.paste(small, mask=small.getchannel("A"))
        small = ground
    return Picture(Kind.PNG if stays_png else Kind.JPEG, png if stays_png else jpeg, _jpeg(small, 75))


def _upright(data: bytes, kind: Kind, most: int) -> Image.Image:
    """The picture in RGB or RGBA, the right way up, at most :data:`LONGEST_SIDE` a side, bare of all else."""
    with Image.open(BytesIO(data), formats=[_FORMATS[kind]]) as opened:
        if opened.width * opened.height > most:
            raise Unfit(_too_many(most))
        opened.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded at a half, quarter or eighth
        opened.load()
        orientation = _orientation(opened)
        plain = _plain_mode(opened)
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    if orientation != 1:
        exif = Image.Exif()
        exif[_ORIENTATION] = orientation
        bare.info["exif"] = exif.tobytes()
        ImageOps.exif_transpose(bare, in_place=True)
        bare.info.clear()
    return bare


_ORIENTATION = 0x0112


def _orientation(image: Image.Image) -> int:
    """1 to 8 as EXIF counts; 1 where nothing sensible is said."""
    try:
        said = image.getexif().get(_ORIENTATION, 1)
    except _BROKEN:
        return 1
    return said if isinstance(said, int) and 1 <= said <= 8 else 1


def _plain_mode(image: Image.Image) -> Image.Image:
    """RGBA where something can be seen through, else RGB."""
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        # Sixteen bits of grey: the upper eight are what a screen shows.
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        through = image.convert("RGBA")
        if through.getchannel("A").getextrema() != (255, 255):
            return through
    return image.convert("RGB")


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def _png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _too_many(most: int) -> str:
    return f"图片的像素过多，最多 {most // 10_000} 万像素。请把图片改小，或用手机的普通拍照模式重拍"
