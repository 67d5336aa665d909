"""The story of a case in plain words, newest first, with what was entered for those who may read it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from types import MappingProxyType
from typing import Any, get_args, get_origin

from django.db.models import TextChoices
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from luoshi.accounts.roles import ROLE_LABELS
from luoshi.audit.models import Event
from luoshi.lifecycle.states import (
    AssignmentState,
    PublicationState,
    ReplyState,
    Subject,
    SuggestionState,
)
from luoshi.suggestions.acts import ACTS
from luoshi.suggestions.county_settings import CountySettings, Windows
from luoshi.suggestions.models import Assignment, Contact, Deputy, Promise, Unit
from luoshi.suggestions.services.drafts import DraftInput
from luoshi.workbench.acting.fields import WORDS, label_of, plain

TOLD: MappingProxyType[str, str] = MappingProxyType(
    {
        "suggestion.draft": "写了草稿",
        "suggestion.edit": "修改了草稿",
        "suggestion.invite_co_signers": "邀请其他代表附议",
        "suggestion.co_sign": "同意附议",
        "suggestion.decline_co_sign": "没有附议",
        "suggestion.remove_co_signer": "收回了附议邀请",
        "suggestion.submit": "提交了建议",
        "suggestion.convert_motion": "议案转为建议办理",
        "suggestion.send_back": "退回代表修改",
        "suggestion.not_accept": "不予受理",
        "suggestion.register": "受理并编号",
        "suggestion.withdraw": "撤回了建议",
        "suggestion.agree_to_withdraw": "附议代表同意撤回",
        "suggestion.merge": "与另一件建议合并办理",
        "suggestion.pre_assign": "提出分给哪个单位办",
        "suggestion.claim": "单位认领",
        "suggestion.object": "单位对分办有不同意见",
        "suggestion.hand_over": "正式交给承办单位",
        "suggestion.mark_key": "定为或取消重点督办",
        "suggestion.evaluate": "代表作了评价",
        "suggestion.evaluate_own": "代表本人作了评价",
        "suggestion.evaluate_merged": "并案的代表作了评价",
        "suggestion.remind_evaluation": "提醒代表评价",
        "suggestion.lapse_evaluation": "评价期限已过，代表没有评价",
        "suggestion.close": "办结",
        "suggestion.track": "转入跟踪，等承诺兑现",
        "suggestion.rehandle": "重新办理",
        "suggestion.end_tracking": "结束跟踪",
        "suggestion.import_closed": "从历年台账导入",
        "assignment.accept": "签收",
        "assignment.request_return": "申请退办",
        "assignment.reject_return": "退办没有获准，继续办理",
        "assignment.approve_return": "同意退办",
        "assignment.reassign": "改由别的单位办",
        "assignment.plan": "定了办理方案",
        "assignment.record_contact": "记下一次与代表的沟通",
        "assignment.confirm_contact": "代表确认沟通属实",
        "assignment.deny_contact": "代表说沟通不属实",
        "assignment.start": "开始办理",
        "assignment.request_extension": "申请延期",
        "assignment.consent_extension": "同意延期",
        "assignment.refuse_extension": "不同意延期",
        "assignment.submit_opinion": "交了会办意见",
        "assignment.send_back_opinion": "会办意见被退回重写",
        "assignment.draft_reply": "开始写答复",
        "assignment.draft_supplement": "开始写补充答复",
        "reply.edit": "修改了答复稿",
        "reply.share_draft": "把答复稿送代表征求意见",
        "reply.comment": "代表对答复稿提了意见",
        "reply.record_promise": "在答复稿中作了一项承诺",
        "reply.add_promise": "补记了一项承诺",
        "reply.settle_promise": "认定了承诺是否兑现",
        "reply.sign": "单位负责人审签了答复稿",
        "reply.submit_review": "答复稿报送审核",
        "reply.send_back": "答复稿退回修改",
        "reply.approve": "答复稿审核通过",
        "reply.issue": "答复了代表",
        "reply.propose_publication": "提出是否公开答复",
        "publication.check_secrecy": "作了保密审查",
        "publication.confirm_rendition": "核对并确认了脱敏稿",
        "publication.approve": "批准公开",
        "publication.correct": "更正了公开的文字",
        "publication.send_to_editor": "转网站编辑",
        "publication.publish": "答复已公开",
        "publication.withhold": "决定不公开",
        "publication.revoke": "撤下了公开的答复",
        "publication.reassess": "重新评估是否公开",
    }
)
"""What each act is in the words of whoever reads the story. An act without words is told by its label."""

_UNSAID = frozenset(
    {
        *("subject", "subject_id", "transition", "label", "source", "target", "actor", "channel", "round"),
        *("stage", "on_behalf", "commitments", "gates", "version", "source_digest", "assignments", "input"),
        "rendition",
    }
)
"""What an event holds for the machine, or what the story says in other places."""
_TITLES = {
    "changed": "改了哪些",
    "replaces_proxy": "取代工作人员代录的",
    "number": "编号",
    "due_on": "期限",
    "co_overdue_noted": "会办逾期已注明",
    "consequences": "随之改变",
    "clocks": "期限改动",
    "title": "标题",
    "co_signers": "附议代表",
    "basis": "代录依据",
    "attachments": "附件",
    "attachments_removed": "移除的附件",
}
"""Titles of what an event says beyond the input of its act."""
_STATES: dict[str, type[TextChoices]] = {
    Subject.SUGGESTION: SuggestionState,
    Subject.ASSIGNMENT: AssignmentState,
    Subject.REPLY: ReplyState,
    Subject.PUBLICATION: PublicationState,
}
_UNIT_FIELDS = frozenset({"unit", "proposed_unit", "suggested_unit"})
_DEPUTY_FIELDS = frozenset({"deputies", "lead_deputy", "co_signers"})


@dataclass(frozen=True, slots=True)
class Happened:
    """One act of the story. ``detail``: what was entered, for the congress alone. ``stage``: where the case
    stands since then, where the act moved it."""

    at: datetime
    label: str
    actor: str
    roles: str
    unit: str
    stage: str
    on_behalf: bool
    detail: list[tuple[str, str]]


@dataclass(slots=True)
class Names:
    """The names behind the numbers in the log."""

    settings: CountySettings
    parts: Mapping[int, Assignment]
    letters: Mapping[int, int]
    contacts: Mapping[int, Contact]
    promises: Mapping[int, Promise]
    units: dict[int, str] = field(default_factory=dict)
    deputies: dict[int, str] = field(default_factory=dict)

    def load(self) -> None:
        """Read the county's units and deputies: two queries, whatever the story names."""
        self.units = dict(Unit.objects.values_list("pk", "name"))
        self.deputies = dict(Deputy.objects.values_list("pk", "name"))

    def unit_of(self, subject: str, subject_id: int) -> str:
        """The unit whose part or letter an act concerned; empty for the case itself."""
        if subject == Subject.REPLY:
            subject_id = self.letters.get(subject_id, 0)
        elif subject != Subject.ASSIGNMENT:
            return ""
        part = self.parts.get(subject_id)
        return part.unit.name if part else ""


def story_of(events: Iterable[Event], names: Names, *, sees_detail: bool) -> list[Happened]:
    """``events`` in their order, told. Nothing of what was entered where ``sees_detail`` is not given."""
    if sees_detail:
        names.load()
    return [_happened(event, names, sees_detail) for event in events]


def _happened(event: Event, names: Names, sees_detail: bool) -> Happened:
    payload = event.payload or {}
    roles = [label for role, label in ROLE_LABELS.items() if role.value in event.actor_role.split(",")]
    label = TOLD.get(event.kind) or payload.get("label")
    return Happened(
        at=event.at,
        label=str(label) if payload else "（内容已依规清除）",
        actor=str(payload.get("actor") or ""),
        roles="、".join(roles),
        unit=names.unit_of(str(payload.get("subject", "")), int(payload.get("subject_id") or 0)),
        stage=_stage(payload),
        on_behalf=bool(payload.get("on_behalf")),
        detail=event_detail(event, names) if sees_detail else [],
    )


def _stage(payload: Mapping[str, Any]) -> str:
    target = payload.get("target") if payload.get("subject") == Subject.SUGGESTION else None
    if payload.get("stage"):
        target = payload["stage"][1]
    if not target or target == payload.get("source"):
        return ""
    return _state(Subject.SUGGESTION, target)


def _state(subject: str, value: str) -> str:
    states = _STATES.get(subject)
    return str(states(value).label) if states and value in states.values else ""


def event_detail(event: Event, names: Names) -> list[tuple[str, str]]:
    """What was entered with an act and what came of it, each with its Chinese title and in Chinese words."""
    payload = event.payload or {}
    model = _model(event.kind)
    rows: list[tuple[str, str]] = []
    entered = payload.get("input") or {}
    order = [name for name in (model.model_fields if model else ()) if name in entered]
    for name in [*order, *(name for name in entered if name not in order)]:
        value, info = entered[name], model.model_fields.get(name) if model else None
        if name not in _UNSAID and value not in (None, "", [], {}):
            rows.append((_title(name, info), _said(name, info, value, names)))
    told = {title for title, _ in rows}
    for name, value in payload.items():
        if name in _UNSAID or value in (None, "", [], {}, False):
            continue
        info = model.model_fields.get(name) if model else None
        title = _title(name, info)
        if title not in told:
            rows.append((title, _own(name, info, value, model, names)))
    return rows


def _model(kind: str) -> type[BaseModel] | None:
    if kind == "suggestion.draft":
        return DraftInput
    subject, _, name = kind.partition(".")
    act = ACTS.get((Subject(subject), name)) if subject in Subject.values else None
    return act.input if act else None


def _title(name: str, info: FieldInfo | None) -> str:
    """The field's own title. What has none is shown under a word that says so, never under its key."""
    title = _TITLES.get(name) or (label_of(name, info) if info else "")
    return "其他" if not title or title.isascii() else title


def _own(name: str, info: FieldInfo | None, value: Any, model: type[BaseModel] | None, names: Names) -> str:
    if name == "changed" and model:
        return "、".join(_title(key, model.model_fields.get(key)) for key in value)
    if name == "consequences":
        return "；".join(_consequence(row, names) for row in value)
    if name == "clocks":
        return "；".join(f"{_window(row['kind'])} {row['before']} 改为 {row['after']}" for row in value)
    return _said(name, info, value, names)


def _consequence(row: Any, names: Names) -> str:
    subject, subject_id, source, target = row
    who = names.unit_of(subject, subject_id) or str(Subject(subject).label)
    return f"{who} {_state(subject, source)}→{_state(subject, target)}"


def _window(kind: str) -> str:
    window = Windows.model_fields.get(kind)
    return (window.title if window else None) or "期限"


def _said(name: str, info: FieldInfo | None, value: Any, names: Names) -> str:
    """One value in words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return _listed(name, info, value, names)
    known = _known(name, value, names)
    if known is not None:
        return known
    kind = plain(info.annotation) if info else None
    if get_origin(kind) is tuple:
        kind = plain(get_args(kind)[0])
    if isinstance(kind, type) and issubclass(kind, TextChoices) and value in kind.values:
        return str(kind(value).label)
    if get_origin(kind) is not None or (isinstance(kind, type) and issubclass(kind, Enum)):
        return WORDS.get(str(value), str(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _listed(name: str, info: FieldInfo | None, value: list[Any], names: Names) -> str:
    kind = plain(info.annotation) if info else None
    inner = plain(get_args(kind)[0]) if get_origin(kind) is tuple else None
    if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
        return "；".join(_said(name, info, item, names) for item in value)
    fields = inner.model_fields
    rows = [
        " ".join(_said(key, fields[key], row[key], names) for key in fields if row.get(key) not in ("", None))
        for row in value
    ]
    return "；".join(rows)


def _known(name: str, value: Any, names: Names) -> str | None:
    """What a number or a code of the county's lists stands for; ``None`` where it stands for itself."""
    settings = names.settings
    found: str | None = None
    if name in _UNIT_FIELDS:
        found = names.units.get(value, "已撤销的单位")
    elif name in _DEPUTY_FIELDS:
        found = names.deputies.get(value, "已不在名册的代表")
    elif name == "contact":
        contact = names.contacts.get(value)
        found = f"{contact.held_on} {contact.get_phase_display()}" if contact else "一次沟通"
    elif name == "promise":
        promise = names.promises.get(value)
        found = promise.text if promise else "一项承诺"
    elif name == "class_code":
        letter = settings.letter(str(value))
        found = f"{value} 类（{letter.label}）" if letter else f"{value} 类"
    elif name == "axis":
        found = next((axis.label for axis in settings.axes if axis.code == value), "评价")
    elif name == "exclusion":
        found = next((row.label for row in settings.exclusions if row.code == value), "其他情形")
    elif name == "reasons":
        found = next((row.label for row in settings.send_back_reasons if row.code == value), "其他原因")
    elif name == "into":
        found = "另一件建议"
    elif name == "ask":
        found = "已回应一项请求"
    elif name in ("attachments", "attachments_removed"):
        found = str(value["name"])
    return found
