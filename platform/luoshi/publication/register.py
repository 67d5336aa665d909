"""The public register as data: one entry for each public reply, with stable names (docs/register.md).

A name is never given another meaning; what is added goes to the end.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import F

from luoshi.publication.condition import public_rows
from luoshi.publication.facts import case_make, facts_read
from luoshi.publication.values import PublicCase
from luoshi.suggestions.county_settings import CountySettings

SCHEMA = "1"
"""Raised when a name is taken away or changes its meaning."""
CHUNK = 200
COLUMNS = {
    "id": "编号",
    "address": "网址",
    "session": "届次",
    "year": "年度",
    "number": "建议号",
    "kind": "件别",
    "raised_when": "提出时段",
    "title": "标题",
    "category": "类别",
    "proposer": "提出人",
    "unit": "承办单位",
    "co_units": "会办单位",
    "reply_kind": "答复种类",
    "round": "办理轮次",
    "class_code": "结果代号",
    "class_label": "结果名称",
    "result_class": "结果含义",
    "raised_on": "提出日期",
    "handed_over_on": "交办日期",
    "contacts": "沟通次数",
    "replied_on": "答复日期",
    "evaluated_on": "评价日期",
    "evaluation": "评价",
    "published_on": "公开日期",
    "mode": "公开方式",
    "version": "版次",
    "corrected_on": "更正日期",
    "digest": "公开版摘要",
    "promises": "承诺",
    "content": "建议内容",
    "asks": "请求事项",
    "reply": "答复",
    "attachments": "附件",
}
"""Names of an entry, with the heading of the table's column."""
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def register_entries(address_of: Callable[[int], str]) -> Iterator[dict[str, Any]]:
    """Every public reply, supplements too, the newest first; read in parts.

    :param address_of: the page's address by the publication's id.
    """
    known: dict[int, CountySettings] = {}
    ordered = facts_read(public_rows().order_by(F("published_on").desc(nulls_last=True), "-pk"))
    for row in ordered.iterator(chunk_size=CHUNK):
        case = case_make(row, known)
        if case is not None:
            yield entry_of(case, address_of(case.publication_id))


def entry_of(case: PublicCase, address: str) -> dict[str, Any]:
    """One entry, its names as in ``COLUMNS``."""
    days = {step.key: step.on for step in case.story}

    def day(key: str) -> str | None:
        return None if (on := days.get(key)) is None else on.isoformat()

    return {
        "id": case.publication_id,
        "address": address,
        "session": case.session_code,
        "year": case.year,
        "number": case.number,
        "kind": case.kind,
        "raised_when": case.raised_when,
        "title": case.title,
        "category": case.category,
        "proposer": case.proposer,
        "unit": case.lead_units[0],
        "co_units": list(case.co_units),
        "reply_kind": case.reply_kind,
        "round": case.round,
        "class_code": case.class_code,
        "class_label": case.class_label,
        "result_class": case.result_class,
        "raised_on": day("raised"),
        "handed_over_on": day("handed_over"),
        "contacts": sum(step.key == "contact" for step in case.story),
        "replied_on": day("replied"),
        "evaluated_on": day("evaluated"),
        "evaluation": [{"axis": axis, "grade": grade} for axis, grade in case.evaluation],
        "published_on": None if case.published_on is None else case.published_on.isoformat(),
        "mode": case.mode,
        "version": case.version_number,
        "corrected_on": None if case.corrected_on is None else case.corrected_on.isoformat(),
        "digest": case.digest,
        "promises": [
            {
                "text": promise.text,
                "state": promise.state,
                "due_on": None if promise.due_on is None else promise.due_on.isoformat(),
            }
            for promise in case.promises
        ],
        "content": case.content,
        "asks": [text for _, text in case.asks],
        "reply": case.reply,
        "attachments": [
            {"name": file.name, "size": file.size, "type": file.kind, "sha256": file.sha256}
            for file in case.attachments
        ],
    }


def table_cells(entry: dict[str, Any]) -> list[str]:
    """An entry as cells of a table that no spreadsheet takes for a formula."""
    return [cell_safe(_words(entry[name])) for name in COLUMNS]


def cell_safe(text: str) -> str:
    """``text`` so that a spreadsheet shows it instead of computing it: an apostrophe goes before it."""
    return (
        f"'{text}" if text.lstrip(" \u3000\ufeff").startswith(_DANGEROUS) or text[:1] in _DANGEROUS else text
    )


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "；".join(_words(part) for part in value)
    if isinstance(value, dict):
        return "，".join(_words(part) for part in value.values() if part is not None)
    return str(value)
