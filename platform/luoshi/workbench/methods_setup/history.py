"""What was done with a method's switch, from the log, with the options in words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from luoshi.accounts.models import User
from luoshi.audit.models import Event
from luoshi.audit.selectors import events_of
from luoshi.methods.versions import stream_of
from luoshi.workbench.typed.shapes import Changed, Part, changes_of, defaults_of

PAGE = 30
ACTS = {
    "method.enabled": "启用",
    "method.disabled": "停用",
    "method.options_set": "修改选项",
    "audit.payload_erased": "清除了一条记录的内容",
}
_PUT_AWAY = {
    "failed": "该工作法在停用时出错，停用仍然生效",
    "missing": "停用时该工作法不在本平台或不能使用",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One change. ``note``: what is to be known beside the changed options."""

    at: datetime
    who: str
    act: str
    note: str
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class History:
    """One page of it, the newest first. ``newer`` and ``older``: numbers of the pages beside it, or 0."""

    lines: tuple[Line, ...]
    newer: int
    older: int


def history_of(slug: str, parts: Sequence[Part], page: int = 1) -> History:
    """The changes of one method's switch. Two queries."""
    start = (page - 1) * PAGE
    rows = list(events_of(stream_of(slug)).order_by("-seq")[start : start + PAGE + 1])
    ids = {row.actor_id for row in rows if row.actor_id is not None}
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "full_name"))
    lines = tuple(_line(row, parts, names) for row in rows[:PAGE])
    return History(lines, newer=page - 1, older=page + 1 if len(rows) > PAGE else 0)


def _line(row: Event, parts: Sequence[Part], names: Mapping[int, str]) -> Line:
    who = "系统" if row.actor_id is None else names.get(row.actor_id) or f"#{row.actor_id}"
    payload: Any = row.payload
    note, changes = "", []
    if not isinstance(payload, Mapping):
        note = "内容已清除"
    elif row.kind == "method.enabled":
        changes = changes_of(parts, defaults_of(parts), _options(payload.get("options")))
        version = str(payload.get("version") or "")
        note = "；".join(
            text
            for text in (
                f"版本 {version}" if version else "",
                "与默认值不同的选项：" if changes else "选项都是默认值" if parts else "",
            )
            if text
        )
    elif row.kind == "method.disabled":
        note = _PUT_AWAY.get(str(payload.get("method")), "")
    elif row.kind == "method.options_set":
        changes = changes_of(parts, _options(payload.get("before")), _options(payload.get("after")))
    return Line(row.at, who, ACTS.get(row.kind, row.kind), note, tuple(changes))


def _options(text: Any) -> dict[str, Any]:
    """The options of an event, which the log holds as text."""
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
