"""What speaks against signing a letter yet (有问必答): hints, never gates."""

import re
from dataclasses import dataclass

from django.utils import timezone

from luoshi.lifecycle.states import ResultClass
from luoshi.suggestions.models import Reply

SHORT = 200
"""Characters below which a letter can hardly answer anything."""
_DATE = re.compile(
    r"\d{4}\s*[年\-.]\s*\d{1,2}|\d{1,2}\s*月\s*(?:\d{1,2}\s*日|底|中旬|上旬|下旬|前|份)|[今明后本]年|年底|年内|季度"
    r"|[上下]半年|[一二三四五六七八九十]+月"
)


@dataclass(frozen=True, slots=True)
class Flag:
    """A hint before signing. ``code`` names its kind, ``text`` says it in Chinese."""

    code: str
    text: str


def reply_flags(reply: Reply) -> tuple[Flag, ...]:
    """What a reader would miss in the letter: asks, dates, persons; and text left on the desk.

    Three queries. What a county makes a gate of is a method's to say.
    """
    flags = _ask_flags(reply)
    promises = list(reply.promises.order_by("pk"))
    if not reply.class_code:
        flags.append(Flag("class_missing", "还没有选办理结果类别"))
    if len(reply.body.strip()) < SHORT:
        flags.append(Flag("short", f"正文不足 {SHORT} 字，请看是否说清了怎么办"))
    dated = bool(_DATE.search(reply.body)) or any(promise.due_on for promise in promises)
    if reply.result_class in (ResultClass.IN_PROGRESS, ResultClass.PLANNED) and not promises:
        flags.append(Flag("promise_missing", "结果是正在解决或列入计划，但没有记下承诺"))
    if reply.result_class != ResultClass.RESOLVED and not dated:
        flags.append(Flag("no_date", "没有写明完成时限"))
    for promise in promises:
        if promise.due_on is None:
            flags.append(Flag("promise_no_date", f"承诺“{promise.text[:20]}”没有期限"))
        if not promise.responsible:
            flags.append(Flag("promise_no_person", f"承诺“{promise.text[:20]}”没有责任人"))
    draft = reply.drafts.filter(is_pending=True).first()
    if draft is not None and draft.saved_at is not None:
        when = timezone.localtime(draft.saved_at).strftime("%m-%d %H:%M")
        flags.append(Flag("unsaved", f"{draft.saved_by} 于 {when} 有改动尚未写入答复稿，请先打开稿子保存"))
    return tuple(flags)


def _ask_flags(reply: Reply) -> list[Flag]:
    quotes = {row["ask"]: row["quote"] for row in reply.asks_answered}
    flags = []
    for ask in reply.suggestion.asks.all():
        quote = quotes.get(ask.pk)
        if quote is None:
            flags.append(Flag("ask_unanswered", f"第 {ask.position} 项请求还没有对应的回应"))
        elif not quote:
            flags.append(Flag("ask_no_quote", f"第 {ask.position} 项请求勾了已回应，没有指明是哪一段"))
        elif _bare(quote) not in _bare(reply.body):
            flags.append(Flag("ask_quote_lost", f"第 {ask.position} 项请求所指的话已不在正文中"))
    return flags


def _bare(text: str) -> str:
    """Without white space: a passage that was copied may be broken into lines elsewhere."""
    return "".join(text.split())
