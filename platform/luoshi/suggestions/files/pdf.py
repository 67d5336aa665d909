"""PDF: kept byte for byte, so that seals and signatures in it stay valid; what acts by itself is refused.

Names of actions are looked for in the file and in its packed object streams. That is no full reading of PDF:
what is served is therefore a download under a policy that runs nothing (``serving``).
"""

import re
import zlib

from luoshi.suggestions.files.kinds import MEGABYTE, Unfit

MOST_UNPACKED = 64 * MEGABYTE
"""Bytes of all packed object streams together; they hold a document's structure, never its pictures."""
_TAIL = 2048
_HEADER = re.compile(rb"%PDF-[12]\.\d")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
# The name of an action, and not the last part of a web address.
_ACTIVE = re.compile(
    rb"(?:(?:/S|obj|(?<![\w.:/%-]))/(?:JavaScript|Launch|GoToE)|/(?:EmbeddedFiles?|RichMedia))(?![A-Za-z0-9])"
)
_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_PACKED = re.compile(rb"/ObjStm(?![A-Za-z0-9])")


def pdf_check(data: bytes) -> None:
    """Refuse what is no whole PDF, is locked, or carries scripts, programs or other files.

    :raises Unfit: saying what to do.
    """
    tail = data[-_TAIL:].rstrip(b"\0\r\n\t ")
    if not (_HEADER.match(data) and b"startxref" in tail and tail.endswith(b"%%EOF")):
        raise Unfit("PDF 不完整或已损坏。请重新导出或扫描后再上传")
    whole = _unescaped(data)
    if _LOCKED.search(whole):
        raise Unfit("PDF 设有密码或权限限制。请去掉限制，或打开后“打印”成新的 PDF 再上传")
    if _ACTIVE.search(whole) or any(_ACTIVE.search(_unescaped(part)) for part in _packed(data)):
        raise Unfit("PDF 里带有脚本、启动程序或嵌入的文件，不收。请打开后“打印”成新的 PDF 再上传")


def _unescaped(data: bytes) -> bytes:
    """Names may be written with numbers for letters (``/#4aavaScript``)."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)


def _packed(data: bytes) -> list[bytes]:
    """What the object streams hold.

    :raises Unfit: where one cannot be unpacked, or they hold too much.
    """
    parts = []
    left = MOST_UNPACKED
    for found in _STREAM.finditer(data):
        start = data.rfind(b"obj", 0, found.start())
        if not _PACKED.search(_unescaped(data[max(start, 0) : found.start()])):
            continue
        try:
            part = zlib.decompressobj().decompress(data[found.end() :], left)
        except zlib.error:
            raise Unfit("PDF 的内部结构无法检查。请打开后“打印”成新的 PDF 再上传") from None
        left -= len(part)
        if left <= 0:
            raise Unfit("PDF 的内部结构过大。请打开后“打印”成新的 PDF 再上传")
        parts.append(part)
    return parts
