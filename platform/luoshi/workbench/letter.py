"""A reply as the letter it will be (答复函, domain.md B6): what stands where, for the page and for paper."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from luoshi.lifecycle.states import ItemKind, RaisedWhen
from luoshi.suggestions.county_settings import CountySettings
from luoshi.suggestions.models import CoSignature, Promise, Reply, Suggestion
from luoshi.tenancy import tenant_current

_DIGITS = "零一二三四五六七八九"
_OPENINGS = ("您提出", "您们提出", "你们提出", "尊敬的", "感谢您")
_AGREES = {True: "同意公开", False: "不同意公开", None: "未表态"}


@dataclass(frozen=True, slots=True)
class Letter:
    """The parts of a letter in their order. ``is_draft``: it has not been sent."""

    result: str
    agrees: str
    document_number: str
    title: str
    salutation: str
    opening: str
    paragraphs: tuple[str, ...]
    promises: tuple[Promise, ...]
    sender: str
    day: str
    handler: str
    copies: str
    is_draft: bool


def letter_of(reply: Reply, settings: CountySettings, body: str | None = None) -> Letter:
    """The letter that ``reply`` is, or will be with ``body``. Three queries.

    :param body: what is typed but not saved.
    """
    suggestion, unit = reply.suggestion, reply.assignment.unit
    text = reply.body if body is None else body
    paragraphs = tuple(line.strip() for line in text.splitlines() if line.strip())
    scheme = settings.letter(reply.class_code) if reply.class_code else None
    own_opening = bool(paragraphs) and paragraphs[0].startswith(_OPENINGS)
    return Letter(
        result=f"{scheme.code} 类（{scheme.label}）" if scheme else "",
        agrees=_AGREES[suggestion.wants_publication],
        document_number=reply.document_number,
        title=title_of(suggestion),
        salutation=_salutation(suggestion),
        opening="" if own_opening else f"您提出的《{suggestion.title}》收悉，现答复如下：",
        paragraphs=paragraphs,
        promises=tuple(reply.promises.order_by("due_on", "pk")),
        sender=unit.name,
        day=_day(reply.issued_on or timezone.localdate()),
        handler=reply.assignment.handler,
        copies="县人大常委会代表工作机构，县人民政府办公室",
        is_draft=reply.issued_on is None,
    )


def title_of(suggestion: Suggestion) -> str:
    """对××县第×届人民代表大会第×次会议第N号建议的答复."""
    session = suggestion.session
    place = tenant_current().name
    term, number = chinese_number(session.term.number), chinese_number(session.number)
    if suggestion.raised_when == RaisedWhen.IN_SESSION:
        meeting = f"{place}第{term}届人民代表大会第{number}次会议"
    else:
        meeting = f"{place}第{term}届人民代表大会闭会期间"
    kind = "建议" if suggestion.item_kind == ItemKind.SUGGESTION else suggestion.get_item_kind_display()
    which = f"第{suggestion.number}号" if suggestion.number else f"《{suggestion.title}》"
    return f"对{meeting}{which}{kind}的答复"


def _salutation(suggestion: Suggestion) -> str:
    others = suggestion.co_signatures.filter(state=CoSignature.State.CONFIRMED).count()
    if suggestion.lead_deputy is None:
        return f"{suggestion.delegation.name if suggestion.delegation else ''}："
    name = suggestion.lead_deputy.name
    return f"{name}等{others + 1}名代表：" if others else f"{name}代表："


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_number(number: int) -> str:
    """十七 for 17, up to 99; beyond that the figures."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    text = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return text + (_DIGITS[ones] if ones else "")
