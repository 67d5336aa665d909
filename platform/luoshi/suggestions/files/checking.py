"""What a file is, by its content alone; its name has to agree."""

from dataclasses import dataclass

from luoshi.suggestions.files.containers import container_kind
from luoshi.suggestions.files.kinds import (
    ADVICE,
    ARCHIVE_ADVICE,
    ENDINGS,
    HEIC_ADVICE,
    MEDIA_TYPES,
    OLD_OFFICE_ADVICE,
    PICTURE_ADVICE,
    PICTURES,
    TAKEN,
    WORDS,
    Kind,
    Limits,
    Unfit,
    size_words,
)
from luoshi.suggestions.files.names import name_clean, name_join, name_split
from luoshi.suggestions.files.pdf import pdf_check
from luoshi.suggestions.files.pictures import picture_clean

_HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_KNOWN_OTHERS = (
    (
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",),
        "是旧版 Office 格式，或设了密码。" + OLD_OFFICE_ADVICE,
    ),
    ((b"{\\rtf",), OLD_OFFICE_ADVICE),
    ((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"PK\x05\x06"), ARCHIVE_ADVICE),
    ((b"GIF8", b"BM", b"II*\0", b"MM\0*"), PICTURE_ADVICE),
    ((b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!"), "内容是程序，不收"),
)
_BLANKS = "\t\n\r\f\v"


@dataclass(frozen=True, slots=True)
class Checked:
    """A file fit to be kept. ``name``: cleaned, with the ending of what ``content`` now is."""

    name: str
    kind: Kind
    media_type: str
    content: bytes
    thumbnail: bytes = b""


def file_check(name: str, data: bytes, limits: Limits) -> Checked:
    """``data`` as what it is, photos written anew, documents byte for byte.

    :param name: as it was sent; only its ending counts, and it has to agree with the content.
    :raises Unfit: where it is not taken; the message says what to do.
    """
    stem, ending = name_split(name_clean(name))
    promised = ENDINGS.get(ending)
    if promised is None:
        said = f" .{ending} " if ending else "没有后缀名的"
        raise Unfit(ADVICE.get(ending, f"不收{said}文件。可收：{TAKEN}"))
    most = limits.photo_bytes if promised in PICTURES else limits.document_bytes
    if len(data) > most:
        raise Unfit(too_large(promised, most))
    if not data:
        raise Unfit("是空文件。请确认文件能打开后再上传")
    kind = _kind(data, promised)
    if kind != promised:
        raise Unfit(f"后缀名是 .{ending}，内容却是“{WORDS[kind]}”。请把后缀名改为 .{kind} 再上传")
    if kind in PICTURES:
        picture = picture_clean(data, kind, limits.pixels)
        name = name_join(stem, picture.kind if picture.kind != kind else ending)
        return Checked(name, picture.kind, MEDIA_TYPES[picture.kind], picture.content, picture.thumbnail)
    media_type = MEDIA_TYPES[kind]
    if kind == Kind.PDF:
        pdf_check(data)
    elif kind == Kind.TEXT and _text_encoding(data) != "utf-8":
        media_type = "text/plain; charset=gb18030"
    return Checked(name_join(stem, ending), kind, media_type, data)


def too_large(kind: Kind, most: int) -> str:
    """What is said of a file that is too large."""
    advice = "请把图片改小" if kind in PICTURES else "请拆分或压缩其中的图片"
    return f"超过 {size_words(most)}。{advice}后再上传"


def _kind(data: bytes, promised: Kind) -> Kind:
    """What ``data`` is.

    :raises Unfit: where it is nothing that is taken.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data.startswith(b"%PDF-"):
        return Kind.PDF
    if data.startswith(b"PK\x03\x04"):
        return container_kind(data)
    if data[4:8] == b"ftyp":
        raise Unfit(HEIC_ADVICE if data[8:12] in _HEIC else PICTURE_ADVICE)
    is_text = bool(_text_encoding(data))
    if is_text and promised == Kind.TEXT:
        return Kind.TEXT
    for beginnings, advice in _KNOWN_OTHERS:
        if data.startswith(beginnings):
            raise Unfit(advice)
    if is_text:
        raise Unfit(f"内容是文字或网页代码，不是“{WORDS[promised]}”，不收")
    raise Unfit(f"内容不是“{WORDS[promised]}”，可能已损坏，或只是改了后缀名。请确认文件能打开后再上传")


def _text_encoding(data: bytes) -> str:
    """``utf-8`` or ``gb18030``; empty where it is no text, or holds control characters."""
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "" if any(letter < " " and letter not in _BLANKS for letter in text) else encoding
    return ""
