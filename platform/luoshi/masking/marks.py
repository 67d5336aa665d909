"""A mark: one stretch of a text that should not be published, and what stands there instead."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """What a mark hides. The value is stored with a rendition, the label is read by the reviewer."""

    PHONE = "phone"
    OFFICE_PHONE = "office_phone"
    ID = "id"
    BANK = "bank"
    CERTIFICATE = "certificate"
    DEPUTY_CARD = "deputy_card"
    EMAIL = "email"
    ACCOUNT = "account"
    PLATE = "plate"
    NAME = "name"
    PUBLIC_NAME = "public_name"
    ADDRESS = "address"
    BIRTH = "birth"
    HEALTH = "health"
    SCHOOL = "school"

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        return _LABELS[self]

    @property
    def kept(self) -> bool:
        """Whether the proposal is to leave it.

        A unit's office landline is meant to be called; whoever is named like an official mostly is one.
        """
        return self in (Kind.OFFICE_PHONE, Kind.PUBLIC_NAME)


_LABELS = {
    Kind.PHONE: "电话号码",
    Kind.OFFICE_PHONE: "单位办公电话",
    Kind.ID: "身份证号",
    Kind.BANK: "银行卡号",
    Kind.CERTIFICATE: "其他证件号",
    Kind.DEPUTY_CARD: "代表证号",
    Kind.EMAIL: "电子邮箱",
    Kind.ACCOUNT: "微信、QQ 等账号",
    Kind.PLATE: "车牌号",
    Kind.NAME: "个人姓名",
    Kind.PUBLIC_NAME: "与代表、工作人员同名",
    Kind.ADDRESS: "住址",
    Kind.BIRTH: "出生日期",
    Kind.HEALTH: "健康状况",
    Kind.SCHOOL: "就读学校",
}

REPLACEMENTS = {
    Kind.PHONE: "（电话略）",
    Kind.OFFICE_PHONE: "（电话略）",
    Kind.ID: "（证件号略）",
    Kind.BANK: "（账号略）",
    Kind.CERTIFICATE: "（证件号略）",
    Kind.DEPUTY_CARD: "（证件号略）",
    Kind.EMAIL: "（邮箱略）",
    Kind.ACCOUNT: "（账号略）",
    Kind.PLATE: "（车牌略）",
    Kind.NAME: "某某",  # the surname is put before it where it is known
    Kind.PUBLIC_NAME: "某某",
    Kind.ADDRESS: "（地址略）",
    Kind.BIRTH: "（日期略）",
    Kind.HEALTH: "（病情略）",
    Kind.SCHOOL: "（学校略）",
}
"""What stands for a mark. None tells anything of the number it stands for, not even its length."""

_RANK = {kind: rank for rank, kind in enumerate(Kind)}
_NUMBERS = frozenset({Kind.PHONE, Kind.OFFICE_PHONE, Kind.ID, Kind.BANK})


@dataclass(frozen=True, slots=True)
class Mark:
    """One proposal: characters ``start`` to ``end`` (exclusive) of the text given.

    :ivar replacement: what is published instead.
    :ivar certain: the form or the words around leave hardly a doubt; the reviewer sees uncertain ones apart.
    :ivar why: in Chinese, what made the machine propose it.
    """

    start: int
    end: int
    kind: Kind
    replacement: str
    certain: bool
    why: str


@dataclass(frozen=True, slots=True)
class Known:
    """Names that are public, of which none is proposed to be masked, and the county's units."""

    deputies: frozenset[str] = frozenset()
    officials: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()

    @property
    def people(self) -> frozenset[str]:
        """Everybody who is named in a public office."""
        return self.deputies | self.officials


def mark_of(start: int, end: int, kind: Kind, why: str, *, certain: bool, replacement: str = "") -> Mark:
    """A mark with the replacement of its kind, unless another is given."""
    return Mark(start, end, kind, replacement or REPLACEMENTS[kind], certain, why)


def marks_settle(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """The marks sorted and free of overlaps. Where two overlap the weightier kind stays.

    A number that is partly covered by another one is not cut: the mark that stays grows over both.
    """
    settled: list[Mark] = []
    for mark in sorted(marks, key=lambda one: (one.start, _RANK[one.kind], -one.end)):
        if not settled or mark.start >= settled[-1].end:
            settled.append(mark)
            continue
        last = settled[-1]
        first, _other = (last, mark) if _RANK[last.kind] <= _RANK[mark.kind] else (mark, last)
        if {last.kind, mark.kind} & _NUMBERS:
            first = replace(first, start=min(last.start, mark.start), end=max(last.end, mark.end))
        settled[-1] = first
    return tuple(settled)


def apply(text: str, marks: Iterable[Mark]) -> str:
    """``text`` with every one of ``marks`` replaced: give it those that the reviewer accepted.

    :raises ValueError: when a mark lies outside the text or two overlap; nothing is replaced then.
    """
    parts: list[str] = []
    at = 0
    for mark in sorted(marks, key=lambda one: one.start):
        if not at <= mark.start < mark.end <= len(text):
            raise ValueError("遮盖标记超出文本或互相重叠，请重新生成遮盖建议")
        parts += [text[at : mark.start], mark.replacement]
        at = mark.end
    return "".join([*parts, text[at:]])
