"""From a stored cell to a typed value, or to a :class:`CellError` whose text tells a clerk what to write."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from luoshi.documents.spreadsheets.safety import RawCell

T = TypeVar("T")

FIRST_YEAR, LAST_YEAR = 1954, 2100

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD))
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Controls, halves of surrogate pairs, private use, noncharacters. Not "unassigned": a rare name may be spelt
# with a character that is younger than this interpreter's tables.
UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]"
)
_NUMBER = re.compile(r"(?:第)?\s*([0-9]{1,9})(?:\.0+)?\s*(?:号|件|次|人次|人|条)?")
_DATE = re.compile(
    r"([0-9]{4})\s*(?:[-/.]\s*([0-9]{1,2})\s*[-/.]\s*([0-9]{1,2})|年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*日)"
)
_SEPARATORS = re.compile(r"[、，,；;\n]")
_HAN_GAP = re.compile(r"^([\u3400-\u9fff])[ \t]+([\u3400-\u9fff])$")
_PERSON = re.compile(r"^([^（）]+)(?:（([^（）]+)）)?$")
_AND_OTHERS = re.compile(r"等\s*[0-9一二两三四五六七八九十]*\s*(?:人|名|位)?\s*(?:代表)?$")


class CellError(ValueError):
    """A cell that cannot be taken; the text is Chinese and says what to write instead."""


@dataclass(frozen=True, slots=True)
class PersonName:
    """A deputy as a cell names him: name, and the delegation where it is said to tell namesakes apart."""

    name: str
    delegation: str | None = None


def cell_plain(cell: RawCell) -> str:
    """The cell as cleaned text, line breaks as ``\\n``; empty for an empty cell.

    :raises CellError: for a formula, an error value, control or direction characters, an over-long cell.
    """
    value = cell.value
    if value is None:
        return ""
    if cell.kind == "f":
        raise CellError("是公式，请复制后“选择性粘贴—数值”，再导入")
    if cell.kind == "e":
        raise CellError(f"是错误值（{value}），请改成正确的内容")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return text_clean(str(value))


def text_clean(text: str) -> str:
    """Normalise to NFC, drop invisible joiners, strip; refuse what could deceive a reader.

    :raises CellError: for control characters and for marks that turn the reading direction.
    """
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_INVISIBLE)
    if _DIRECTION.search(text):
        raise CellError("含有改变文字方向的不可见字符，请把内容粘贴为纯文本，重新填写")
    if unshowable := UNSHOWABLE.search(text):
        raise CellError(f"含有不能显示的控制字符（U+{ord(unshowable[0]):04X}），请删去后重新填写")
    return text.strip()


def text_single(text: str) -> str:
    """Text of one line: a line break inside a title or a name was made for the width of the column."""
    return re.sub(r"\s*\n\s*", "", text)


def half_width(text: str) -> str:
    """Full-width digits, letters and signs as half-width ones (for numbers, dates, headers, choices)."""
    return unicodedata.normalize("NFKC", text)


def integer_parse(cell: RawCell, *, least: int, most: int) -> int:
    """A whole number from ``least`` to ``most``; 12, １２, 第12号 and 12件 are understood."""
    plain = cell_plain(cell)
    if cell.kind == "d":
        raise CellError(f"应填整数，现在是日期（{plain}），请检查单元格格式")
    match = _NUMBER.fullmatch(half_width(plain))
    if match is None:
        raise CellError(f"应填整数，现在是“{shortened(plain)}”")
    number = int(match[1])
    if not least <= number <= most:
        raise CellError(f"应在 {least} 到 {most} 之间，现在是 {number}")
    return number


def date_parse(cell: RawCell) -> date:
    """A day: a real date cell, 2019-05-23, 2019/5/23, 2019.5.23 or 2019年5月23日."""
    plain = cell_plain(cell)
    if isinstance(cell.value, datetime):
        day = cell.value.date()
    elif isinstance(cell.value, date):
        day = cell.value
    else:
        match = _DATE.fullmatch(half_width(plain))
        if match is None:
            hint = "，请把单元格格式设为日期" if isinstance(cell.value, int | float) else ""
            raise CellError(f"不是日期：“{shortened(plain)}”{hint}；请写成 2019-05-23 或 2019年5月23日")
        year, month, of_month = (int(part) for part in match.groups() if part is not None)
        try:
            day = date(year, month, of_month)
        except ValueError:
            raise CellError(f"日期不存在：“{plain}”，请核对年月日") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CellError(f"日期的年份不对：{day.isoformat()}，请核对")
    return day


def choice_parse(plain: str, choices: Mapping[str, T]) -> T:
    """One of the words of ``choices``."""
    try:
        return choices[re.sub(r"\s", "", half_width(plain))]
    except KeyError:
        words = "、".join(dict.fromkeys(choices))
        raise CellError(f"不认识“{shortened(plain)}”，只能填：{words}") from None


def names_parse(plain: str, *, longest: int) -> tuple[str, ...]:
    """Several names in a cell, separated by 、 (， , ； ; and line breaks are understood)."""
    names: list[str] = []
    for part in _SEPARATORS.split(plain):
        name = name_single(part, longest=longest)
        if not name:
            continue
        if name in names:
            raise CellError(f"“{name}”写了两次，请删去一个")
        names.append(name)
    return tuple(names)


def name_single(part: str, *, longest: int) -> str:
    """One name; the blank that pads a name of two characters (张　三) is taken out."""
    name = _HAN_GAP.sub(r"\1\2", part.replace("\u3000", " ").strip())
    if len(name) > longest:
        raise CellError(f"“{shortened(name)}”超过 {longest} 个字，请核对；几个名称之间请用顿号“、”分开")
    if re.search(r"[\u3400-\u9fff）)]\s+[\u3400-\u9fff]", name):
        raise CellError(f"“{name}”里有空格：几个名称之间请用顿号“、”分开")
    return name


def people_parse(plain: str, *, longest: int = 40) -> tuple[PersonName, ...]:
    """Several deputies in a cell, each perhaps with the delegation in brackets: 张三（云集镇）、李四."""
    people: list[PersonName] = []
    for part in _split_outside_brackets(plain):
        person = person_parse(part, longest=longest)
        if person is None:
            continue
        if person in people:
            raise CellError(f"“{person_shown(person)}”写了两次，请删去一个")
        people.append(person)
    return tuple(people)


def person_parse(part: str, *, longest: int = 40) -> PersonName | None:
    """One deputy; ``None`` for an empty part."""
    part = part.replace("(", "（").replace(")", "）").strip()
    if not part:
        return None
    match = _PERSON.fullmatch(part)
    if match is None:
        raise CellError(f"“{shortened(part)}”的括号不对，请写成“姓名（代表团）”")
    name = name_single(match[1], longest=longest)
    others = _AND_OTHERS.search(name)
    if others and others.start() > 1:
        raise CellError(f"“{name}”没有写全，请逐个写出每位代表的姓名，用顿号“、”分开")
    delegation = delegation_name(match[2]) if match[2] else None
    return PersonName(name, delegation or None)


def person_shown(person: PersonName) -> str:
    """The person as written in a cell."""
    return f"{person.name}（{person.delegation}）" if person.delegation else person.name


def delegation_name(plain: str) -> str:
    """A delegation's name without the word 代表团: 云集镇代表团 and 云集镇 are the same."""
    name = name_single(plain, longest=60)
    return name.removesuffix("代表团") or name


def _split_outside_brackets(plain: str) -> Sequence[str]:
    parts: list[str] = [""]
    depth = 0
    for character in plain:
        depth += (character in "（(") - (character in "）)")
        if depth <= 0 and _SEPARATORS.fullmatch(character):
            parts.append("")
        else:
            parts[-1] += character
    return parts


def shortened(text: str, longest: int = 30) -> str:
    """The text, cut for a message."""
    return text if len(text) <= longest else f"{text[:longest]}…"
