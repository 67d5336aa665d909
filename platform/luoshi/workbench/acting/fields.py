"""The form of an act, from the typed input that the door reads: one description, one reading.

A field's kind follows from its type; what a whole number stands for follows from its name.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from django.db.models import TextChoices
from django.http import QueryDict
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from luoshi.lifecycle.states import AssignmentRole, Grade
from luoshi.suggestions.acts.act import UnitPart
from luoshi.suggestions.acts.following import GradeInput
from luoshi.suggestions.county_settings import CountySettings
from luoshi.suggestions.models import (
    Assignment,
    Attachment,
    Contact,
    Deputy,
    Promise,
    Reply,
    ReplyDraft,
    Suggestion,
    Unit,
    Upload,
)

Choice = tuple[str, str]
_OF_UNIT = ("principal", "in_charge", "handler")
"""The three persons, whom a unit has once for all; what is left out is taken from there."""
UNIT_ROWS = 6
"""Rows for units that a form offers; a hand-over rarely names more."""
LONG_TEXT = 300
WORDS = {
    "grade": "评价触发重办",
    "broken_promise": "承诺未兑现",
    "decision": "办结后决定重办",
    "resolved": "已经解决",
    "decisive_progress": "取得决定性进展",
    "not_feasible": "不能落实",
    "agrees": "认可",
    "disagrees": "不认可",
    "silent": "未表态",
}
"""Words for the choices of the core's own lists that have no label of their own."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    ``kind``: text, long, date, number, yes, choice, many, units, grades, lines, ticks, hidden, asks
    (``rows``: each ask, whether it is answered, by which passage), files (``rows``: the waiting uploads,
    ``value``: the form's address) or kept (``rows``: files that may go).
    """

    name: str
    label: str
    kind: str
    required: bool
    value: Any = None
    choices: tuple[Choice, ...] = ()
    rows: tuple[Any, ...] = field(default_factory=tuple)
    hint: str = ""
    """What the door does where it is left empty."""


@dataclass(frozen=True, slots=True)
class About:
    """What a form is about. ``subject``: whose values stand in the fields before anything is typed.

    ``form``: the page's address, under which the files chosen in it wait; ``uploads``: those that do.
    """

    suggestion: Suggestion
    subject: object
    settings: CountySettings
    form: str = ""
    uploads: tuple[Upload, ...] = ()


def form_fields(model: type[BaseModel], about: About, typed: QueryDict | None) -> list[Field]:
    """The fields of ``model`` for this case, with what was typed before where there is anything."""
    return [_field(name, info, about, typed) for name, info in model.model_fields.items()]


def form_data(model: type[BaseModel], typed: QueryDict) -> dict[str, Any]:
    """What was typed, as the door expects it. An empty field is left out, so that the default stands."""
    data: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        value = _read(name, _kind(name, info), typed)
        if value not in (None, "", []):
            data[name] = value
    return data


def _optional(annotation: Any) -> Any:
    """The type without ``| None``."""
    if get_origin(annotation) in (Union, types.UnionType):
        return next(item for item in get_args(annotation) if item is not type(None))
    return annotation


def plain(annotation: Any) -> Any:
    """The type alone, without ``| None`` and without what is said of it."""
    kind = _optional(annotation)
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _said(info: FieldInfo) -> list[Any]:
    """Everything that is said of a field's type: its title and its limits, wherever they stand."""
    kind = _optional(info.annotation)
    inner = get_args(kind)[1:] if get_origin(kind) is Annotated else ()
    nested = [item for said in inner if isinstance(said, FieldInfo) for item in (said, *said.metadata)]
    return [info, *info.metadata, *nested]


def label_of(name: str, info: FieldInfo) -> str:
    """The Chinese title of a field, wherever in its type it stands; its name where it has none."""
    return next((said.title for said in _said(info) if isinstance(said, FieldInfo) and said.title), name)


def _kind(name: str, info: FieldInfo) -> str:
    kind = plain(info.annotation)
    if name in _FILES:
        return _FILES[name]
    if name in _OWN_KINDS:
        return _OWN_KINDS[name]
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        if item is UnitPart:
            return "units"
        if item is GradeInput:
            return "grades"
        return "many" if item is int else "lines"
    if kind is bool:
        # Where nothing said is something else than no, a box that is not ticked must not say no.
        return "choice" if info.default is None and not info.is_required() else "yes"
    if kind is date:
        return "date"
    if name in _REFERENCES or get_origin(kind) is Literal or name in ("class_code", "exclusion"):
        return "choice"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "choice"
    if kind is int:
        return "number"
    longest = next((said.max_length for said in _said(info) if hasattr(said, "max_length")), 0)
    return "long" if longest > LONG_TEXT else "text"


def _field(name: str, info: FieldInfo, about: About, typed: QueryDict | None) -> Field:
    kind = _kind(name, info)
    value: Any = _standing(name, kind, info, about.subject) if typed is None else typed.get(name, "")
    if kind == "lines" and typed is not None:
        value = "\n".join(typed.getlist(name))
    choices: tuple[Choice, ...] = ()
    rows: tuple[Any, ...] = ()
    if kind == "choice":
        choices = _choices(name, plain(info.annotation), about.suggestion, about.settings)
    elif kind == "many":
        choices = _REFERENCES[name](about.suggestion)
        value = [] if typed is None else typed.getlist(name)
    elif kind == "files":
        value, rows = about.form, about.uploads
    elif kind == "kept":
        rows, value = _kept(about.subject), [] if typed is None else typed.getlist(name)
    elif kind == "units":
        choices = _units(about.suggestion)
        rows = _unit_rows(name, about.suggestion, typed)
    elif kind == "ticks":
        choices = tuple((row.code, row.label) for row in about.settings.send_back_reasons)
        value = [] if typed is None else typed.getlist(name)
    elif kind == "asks":
        rows = _asks(about, typed)
    elif kind == "grades":
        rows = tuple(
            (axis.code, axis.label, *_typed_grade(name, axis.code, typed)) for axis in about.settings.axes
        )
        choices = tuple((grade.value, str(grade.label)) for grade in Grade)
    return Field(
        name, label_of(name, info), kind, info.is_required(), value, choices, rows, info.description or ""
    )


def _standing(name: str, kind: str, info: FieldInfo, subject: object) -> Any:
    """What stands in a field before anything is typed: the subject's own value, else the default."""
    own = getattr(subject, name, None)
    if name in _OF_UNIT and isinstance(subject, Assignment):
        return own or getattr(subject.unit, name)
    if kind == "lines":
        return "" if own is None else "\n".join(str(line.text) for line in own.all())
    if isinstance(own, bool) and kind == "choice":
        return "true" if own else "false"
    if kind in ("text", "long", "choice", "date", "number") and isinstance(own, str | int | date) and own:
        return own
    if kind == "yes":
        return bool(own if own is not None else info.default)
    if info.is_required() or info.default is None:
        return None
    return getattr(info.default, "value", info.default)


def _choices(name: str, kind: Any, suggestion: Suggestion, settings: CountySettings) -> tuple[Choice, ...]:
    if name == "class_code":
        return tuple((row.code, f"{row.code} 类：{row.label}") for row in settings.result_scheme)
    if name == "exclusion":
        return tuple((row.code, row.label) for row in settings.exclusions)
    if name in _REFERENCES:
        return _REFERENCES[name](suggestion)
    if kind is bool:
        return (("true", "是"), ("false", "否"))
    if get_origin(kind) is Literal:
        return tuple((item, WORDS.get(item, item)) for item in get_args(kind))
    if issubclass(kind, TextChoices):
        return tuple((str(value), str(label)) for value, label in kind.choices)
    return tuple((item.value, WORDS.get(item.value, item.value)) for item in kind)


def _units(suggestion: Suggestion) -> tuple[Choice, ...]:
    rows = Unit.objects.filter(valid_to__isnull=True).order_by("pk").values_list("pk", "name")
    return tuple((str(pk), name) for pk, name in rows)


def _deputies(suggestion: Suggestion) -> tuple[Choice, ...]:
    rows = Deputy.objects.filter(delegation__term_id=suggestion.session.term_id).order_by(
        "delegation_id", "pk"
    )
    return tuple(
        (str(row.pk), f"{row.name}（{row.delegation.name}）") for row in rows.select_related("delegation")
    )


def _contacts(suggestion: Suggestion) -> tuple[Choice, ...]:
    waiting = Contact.objects.filter(suggestion=suggestion).order_by("-held_on", "-pk")
    return tuple(
        (str(row.pk), f"{row.held_on} {row.get_phase_display()}{row.get_mode_display()}：{row.summary[:40]}")
        for row in waiting
        if row.confirmed is None or row.answered_by_proxy
    )


def _promises(suggestion: Suggestion) -> tuple[Choice, ...]:
    rows = Promise.objects.filter(suggestion=suggestion).order_by("pk")
    return tuple((str(row.pk), row.text[:60]) for row in rows)


def _others(suggestion: Suggestion) -> tuple[Choice, ...]:
    rows = Suggestion.objects.filter(
        session_id=suggestion.session_id, state__in=["registered", "pre_assigned", "assigned"]
    ).exclude(pk=suggestion.pk)
    return tuple((str(row.pk), str(row)) for row in rows.order_by("number")[:500])


_OWN_KINDS = {"asks_answered": "asks", "reasons": "ticks", "version": "hidden"}
"""Fields that are drawn in a way of their own, by their names."""
_FILES = {"attachments": "files", "remove_attachments": "kept"}


def _kept(subject: object) -> tuple[Attachment, ...]:
    """The files of a draft or a letter, which may be taken away again."""
    if isinstance(subject, Suggestion):
        return tuple(subject.attachments.filter(kind=Attachment.Kind.ORIGINAL).order_by("pk"))
    reply = subject.reply if isinstance(subject, ReplyDraft) else subject
    return tuple(reply.attachments.order_by("pk")) if isinstance(reply, Reply) else ()


_REFERENCES: Mapping[str, Callable[[Suggestion], tuple[Choice, ...]]] = {
    "unit": _units,
    "proposed_unit": _units,
    "suggested_unit": _units,
    "deputies": _deputies,
    "lead_deputy": _deputies,
    "contact": _contacts,
    "promise": _promises,
    "into": _others,
}
"""What a whole number stands for, by the field's name."""


def _unit_rows(name: str, suggestion: Suggestion, typed: QueryDict | None) -> tuple[tuple[str, str], ...]:
    if typed is not None:
        rows = list(zip(typed.getlist(f"{name}.unit"), typed.getlist(f"{name}.role"), strict=False))
    else:
        rows = [(str(row.unit_id), row.role) for row in suggestion.proposals.order_by("pk")]
    rows = [row for row in rows if row[0]][:40]
    spare = max(UNIT_ROWS - len(rows), 1)
    return (*rows, *[("", AssignmentRole.CO.value if rows else AssignmentRole.LEAD.value)] * spare)


def _typed_grade(name: str, axis: str, typed: QueryDict | None) -> tuple[str, str]:
    if typed is None:
        return "", ""
    return typed.get(f"{name}.{axis}", ""), typed.get(f"{name}.{axis}.reason", "")


def _asks(about: About, typed: QueryDict | None) -> tuple[tuple[Any, bool, str], ...]:
    """Each ask, whether it is ticked as answered, and by which passage."""
    if typed is None:
        given = {row["ask"]: row["quote"] for row in getattr(about.subject, "asks_answered", ())}
    else:
        given = {int(row["ask"]): row["quote"] for row in _read("asks_answered", "asks", typed)}
    return tuple((ask, ask.pk in given, given.get(ask.pk, "")) for ask in about.suggestion.asks.all())


def _read(name: str, kind: str, typed: QueryDict) -> Any:
    if kind == "yes":
        return name in typed
    if kind in ("many", "files", "kept"):
        return typed.getlist(name)
    if kind == "ticks":
        return typed.getlist(name)
    if kind == "asks":
        ids = [given for given in typed.getlist(name) if given.isascii() and given.isdecimal()]
        return [{"ask": given, "quote": typed.get(f"{name}.{given}.quote", "")} for given in ids]
    if kind == "lines":
        return [line.strip() for given in typed.getlist(name) for line in given.splitlines() if line.strip()]
    if kind == "units":
        pairs = zip(typed.getlist(f"{name}.unit"), typed.getlist(f"{name}.role"), strict=False)
        return [{"unit": unit, "role": role} for unit, role in pairs if unit]
    if kind == "grades":
        axes = [
            key.removeprefix(f"{name}.")
            for key in typed
            if key.startswith(f"{name}.") and not key.endswith(".reason")
        ]
        return [
            {"axis": axis, "grade": typed[f"{name}.{axis}"], "reason": typed.get(f"{name}.{axis}.reason", "")}
            for axis in axes
            if typed[f"{name}.{axis}"]
        ]
    return typed.get(name, "").strip()
