"""The kinds of files that are taken, how large they may be, and what is said of the others."""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

MEGABYTE = 1024 * 1024


class Kind(StrEnum):
    """What a file is, found from its content."""

    JPEG = "jpg"
    PNG = "png"
    WEBP = "webp"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    OFD = "ofd"
    TEXT = "txt"


PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
ENDINGS = {"jpeg": Kind.JPEG, **{kind.value: kind for kind in Kind}}
"""The kind that a file's name promises."""
WORDS = {
    Kind.JPEG: "JPG 图片",
    Kind.PNG: "PNG 图片",
    Kind.WEBP: "WebP 图片",
    Kind.PDF: "PDF 文件",
    Kind.DOCX: "Word 文档",
    Kind.XLSX: "Excel 表格",
    Kind.OFD: "OFD 版式文件",
    Kind.TEXT: "纯文本",
}
MEDIA_TYPES = {
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.WEBP: "image/webp",
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.OFD: "application/ofd",
    Kind.TEXT: "text/plain; charset=utf-8",
}
TAKEN = "JPG、PNG、WebP 照片，PDF、OFD、Word（.docx）、Excel（.xlsx）、文本（.txt）"
ACCEPT = ",".join(f".{ending}" for ending in (*ENDINGS,)) + ",image/jpeg,image/png,image/webp"
"""For the ``accept`` of a file input. Without HEIC an iPhone turns its photos into JPG by itself."""

HEIC_ADVICE = (
    "不收 HEIC 照片。请在 iPhone 的“设置－相机－格式”中选“兼容性最佳”后重拍，或先把照片转成 JPG 再上传"
)
OLD_OFFICE_ADVICE = (
    "不收旧版或 WPS 格式。请在 Word、Excel 或 WPS 中“另存为” .docx、.xlsx 或 PDF，再上传另存的文件"
)
MACRO_ADVICE = "带宏的文档不收。请“另存为”不带宏的 .docx、.xlsx 或 PDF，再上传另存的文件"
ARCHIVE_ADVICE = "不收压缩包。请解压后把里面的文件逐个上传"
PICTURE_ADVICE = "不收这种图片。请转成 JPG 或 PNG 再上传"
_ADVICE = (
    (("heic", "heif", "hif"), HEIC_ADVICE),
    (("doc", "wps", "xls", "et", "ppt", "dps", "rtf"), OLD_OFFICE_ADVICE),
    (("docm", "dotm", "dotx", "xlsm", "xlsb", "xltm", "xlam"), MACRO_ADVICE),
    (("zip", "rar", "7z", "tar", "gz"), ARCHIVE_ADVICE),
    (("gif", "bmp", "tif", "tiff", "avif", "svg"), PICTURE_ADVICE),
)
ADVICE = {ending: advice for endings, advice in _ADVICE for ending in endings}


class Unfit(ValueError):  # noqa: N818 - says what the file is
    """The file is not taken. The message is Chinese and says what to do, without the file's name."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken, as the deployment sets it. ``photo_bytes``, ``document_bytes``: of one file;
    ``case_bytes``: of all files of one case; ``pixels``: of one JPEG before it is made smaller."""

    photo_bytes: int
    document_bytes: int
    case_bytes: int
    pixels: int


def limits() -> Limits:
    """The deployment's limits."""
    return Limits(
        photo_bytes=settings.LUOSHI_PHOTO_BYTES,
        document_bytes=settings.LUOSHI_DOCUMENT_BYTES,
        case_bytes=settings.LUOSHI_CASE_BYTES,
        pixels=settings.LUOSHI_PHOTO_PIXELS,
    )


def size_words(size: int) -> str:
    """A number of bytes as people say it."""
    if size < 1024:
        return f"{size} 字节"
    if size < MEGABYTE:
        return f"{size / 1024:.0f} KB"
    return f"{size / MEGABYTE:.1f} MB".replace(".0 ", " ")
