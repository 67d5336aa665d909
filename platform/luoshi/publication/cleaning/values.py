"""What cleaning gives back, and the words in which a reviewer is told what was taken out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from luoshi.errors import Invalid, Problem

TO_PDF = "请在 Word、Excel 或 WPS 中“另存为” PDF，再上传另存的文件"
"""The way out for a document that cannot be carried over part by part: a PDF is re-made from what is seen."""

WORDS: dict[str, tuple[str, str]] = {
    "comments": ("批注", "处"),
    "insertions": ("修订：插入（已接受）", "处"),
    "deletions": ("修订：删除的内容", "处"),
    "moves": ("修订：移动前的内容", "处"),
    "format_changes": ("修订：格式改动的旧格式", "处"),
    "hidden_text": ("隐藏的文字", "处"),
    "covered_text": ("遮盖或与底色相同的文字", "处"),
    "invisible_text": ("看不见的文字层（如扫描件的识别文字、页面以外的文字）", "处"),
    "hidden_pictures": ("隐藏的图片", "张"),
    "cropped": ("图片裁去的部分", "处"),
    "fields": ("域代码（保留显示的结果）", "处"),
    "links": ("链接地址（保留文字）", "处"),
    "bookmarks": ("书签", "处"),
    "controls": ("内容控件的数据绑定（保留文字）", "处"),
    "descriptions": ("图片的说明和文件名", "处"),
    "unused_headers": ("不显示的页眉页脚", "处"),
    "unused_notes": ("没有引用的脚注尾注", "条"),
    "alternates": ("备用内容", "处"),
    "properties": ("文档属性（作者、单位、软件等）", "项"),
    "custom_data": ("自定义数据", "份"),
    "revision_ids": ("修订标识（rsid）", "处"),
    "other_parts": ("其他内部部件（主题、字体、打印设置等）", "个"),
    "hidden_sheets": ("隐藏工作表", "张"),
    "hidden_rows": ("隐藏行中的单元格", "个"),
    "hidden_columns": ("隐藏列中的单元格", "个"),
    "hidden_cells": ("内容不显示的单元格", "个"),
    "formulas": ("公式（保留结果）", "处"),
    "names": ("定义的名称", "个"),
    "outside": ("外部链接和数据连接", "个"),
    "pivots": ("数据透视表的缓存数据", "份"),
    "validations": ("数据有效性规则", "条"),
    "conditional": ("条件格式", "条"),
    "sheet_headers": ("打印用的页眉页脚", "处"),
    "number_formats": ("带文字的自定义数字格式", "种"),
    "annotations": ("注释", "处"),
    "painted_annotations": ("画在页面上的标注（已成为画面）", "处"),
    "redactions": ("未生效的密文标记（已涂黑）", "处"),
    "form_fields": ("表单域和签章控件（保留画面）", "处"),
    "attachments": ("附带的文件", "个"),
    "scripts": ("脚本", "处"),
    "old_versions": ("以前保存的版本", "个"),
    "location": ("拍摄地点（GPS）", "处"),
    "camera": ("拍摄信息（时间、设备等）", "项"),
    "picture_data": ("图片附带的数据（XMP、注释、缩略图等）", "处"),
    "invisible_letters": ("不可见的字符", "个"),
}
"""What can be taken out: its words and its measure word, in the order in which a reviewer reads them."""


@dataclass(frozen=True, slots=True)
class Removed:
    """Something taken out. ``kind``: a key of :data:`WORDS`; ``label``: for the reviewer, with the count."""

    kind: str
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file re-made clean: the same ``body`` each time the same file is cleaned on one installation."""

    body: bytes
    name: str
    media_type: str
    removed: tuple[Removed, ...]


class Tally:
    """Counts what is taken out while a file is cleaned."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, kind: str, count: int = 1) -> None:
        """One more (or ``count`` more) of ``kind``, a key of :data:`WORDS`."""
        if kind not in WORDS:
            raise KeyError(kind)
        self._counts[kind] += count

    def take(self, counts: Iterable[tuple[str, int]]) -> None:
        """Add what another process counted."""
        for kind, count in counts:
            self.add(kind, count)

    def counts(self) -> dict[str, int]:
        """Every kind of which there was any, in the order of :data:`WORDS`."""
        return {kind: self._counts[kind] for kind in WORDS if self._counts[kind] > 0}

    def removed(self) -> tuple[Removed, ...]:
        """The same as rows for the reviewer."""
        return tuple(
            Removed(kind, count, f"{WORDS[kind][0]} {count} {WORDS[kind][1]}")
            for kind, count in self.counts().items()
        )


def refuse(message: str) -> NoReturn:
    """Refuse the file.

    :raises Invalid: always, with ``message``: Chinese, says what to do, without the file's name.
    """
    raise Invalid([Problem("file", message)])
