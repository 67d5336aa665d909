"""What a typed setting looks like to a person: each field of a pydantic model as a shape with its words.

A method's options and a county's rules are pydantic models. Title, description and limits are the model's
own; ``json_schema_extra`` may add ``basis`` (the law that the default rests on) and ``labels`` (words for
choices that have none of their own).
"""

import dataclasses
import json
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types as limits
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, to_jsonable_python

Json = Any
"""A value as JSON holds it: what is stored, and what a model reads."""

LONG_TEXT = 120
NOTHING = "（空）"
UNSET = "不设"
_LISTS = (list, tuple, set, frozenset)


class Absent:
    """There is no default."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose. ``key`` stands in the form, ``value`` in the stored settings."""

    key: str
    value: Json
    label: str


@dataclass(frozen=True, slots=True)
class Shape:
    """How a value is entered.

    ``kind``: yes, number, decimal, choice, many, text, long, date, lines, group, rows or json. ``optional``:
    the value may also be nothing. ``choices``: of choice and many. ``parts``: the fields of a group, or of
    each entry of rows. ``whole``: the lines are whole numbers. ``least``, ``most``, ``longest``: as the
    browser is told; the model itself decides.
    """

    kind: str
    optional: bool = False
    choices: tuple[Choice, ...] = ()
    parts: "tuple[Part, ...]" = ()
    whole: bool = False
    least: str = ""
    most: str = ""
    longest: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a model. ``default``: as JSON, or ``Absent`` where the field must be given."""

    name: str
    title: str
    description: str
    basis: str
    shape: Shape
    default: Json


def parts_of(model: type) -> tuple[Part, ...]:
    """The fields of a pydantic model, or of a dataclass that pydantic checks, in their order."""
    return tuple(_part(name, info) for name, info in _fields(model).items())


def defaults_of(parts: Sequence[Part]) -> dict[str, Json]:
    """The defaults of all fields that have one."""
    return {part.name: part.default for part in parts if part.default is not Absent}


def words_of(shape: Shape, value: Json) -> str:
    """A value as a person reads it, on one line."""
    if value is None:
        return UNSET
    if shape.kind == "yes":
        return "是" if value is True else "否" if value is False else str(value)
    if shape.kind == "choice":
        return _label(shape.choices, value)
    if shape.kind in ("many", "lines") and isinstance(value, list):
        return "、".join(_in_order(shape, value)) or "一项都没有"
    if shape.kind == "group" and isinstance(value, Mapping):
        return "，".join(
            f"{part.title} {words_of(part.shape, value[part.name])}"
            for part in shape.parts
            if part.name in value
        )
    if shape.kind == "rows" and isinstance(value, list):
        entries = [words_of(Shape("group", parts=shape.parts), entry) for entry in value]
        return (
            "；".join(f"第 {number} 项：{entry}" for number, entry in enumerate(entries, 1)) or "一项都没有"
        )
    return (str(value) if isinstance(value, str | int | float) else _plain_json(value)) or NOTHING


@dataclass(frozen=True, slots=True)
class Changed:
    """One setting that was changed, in words."""

    title: str
    before: str
    after: str


def changes_of(
    parts: Sequence[Part], before: Mapping[str, Json], after: Mapping[str, Json], above: str = ""
) -> list[Changed]:
    """What differs between two sets of settings, by the model as it is today; what it no longer knows is told
    by its name.
    """
    found: list[Changed] = []
    known = {part.name for part in parts}
    for part in parts:
        old, new = before.get(part.name, Absent), after.get(part.name, Absent)
        title = f"{above}{part.title}"
        if part.shape.kind == "group" and isinstance(old, Mapping) and isinstance(new, Mapping):
            found += changes_of(part.shape.parts, old, new, f"{title}·")
        elif not _same(part.shape, old, new):
            found.append(Changed(title, _told(part.shape, old), _told(part.shape, new)))
    for name in sorted((before.keys() | after.keys()) - known):
        old, new = before.get(name, Absent), after.get(name, Absent)
        if old != new:
            found.append(Changed(f"{above}{name}", _told(Shape("json"), old), _told(Shape("json"), new)))
    return found


def _same(shape: Shape, old: Json, new: Json) -> bool:
    if shape.kind == "many" and isinstance(old, list) and isinstance(new, list):
        return _in_order(shape, old) == _in_order(shape, new)
    return bool(old == new)


def _told(shape: Shape, value: Json) -> str:
    return "（没有这一项）" if value is Absent else words_of(shape, value)


def _in_order(shape: Shape, values: Sequence[Json]) -> list[str]:
    """The words of several values; chosen ones in the order of the choices, for a set has none."""
    if shape.kind != "many":
        return [str(value) for value in values]
    known = [choice.value for choice in shape.choices]
    chosen = [choice.label for choice in shape.choices if choice.value in values]
    return chosen + sorted(str(value) for value in values if value not in known)


def _label(choices: Sequence[Choice], value: Json) -> str:
    return next((choice.label for choice in choices if choice.value == value), str(value))


def _plain_json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _fields(model: type) -> dict[str, FieldInfo]:
    if issubclass(model, BaseModel):
        return model.model_fields
    declared: dict[str, FieldInfo] = getattr(model, "__pydantic_fields__", {})
    return declared


def _is_group(kind: Any) -> bool:
    return isinstance(kind, type) and (
        issubclass(kind, BaseModel) or (dataclasses.is_dataclass(kind) and bool(_fields(kind)))
    )


def _part(name: str, info: FieldInfo) -> Part:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    default: Json = Absent
    if not info.is_required():
        given = info.get_default(call_default_factory=True, validated_data={})
        default = Absent if given is PydanticUndefined else to_jsonable_python(given)
    labels = extra.get("labels")
    return Part(
        name=name,
        title=info.title or name,
        description=info.description or "",
        basis=str(extra.get("basis") or ""),
        shape=_shape(info.annotation, info.metadata, labels if isinstance(labels, dict) else {}),
        default=default,
    )


def _shape(annotation: Any, metadata: Sequence[Any], labels: Mapping[str, Any]) -> Shape:
    kind, said = _bare(annotation)
    metadata = (*metadata, *said)
    if get_origin(kind) in (Union, types.UnionType):
        rest = [item for item in get_args(kind) if item is not type(None)]
        if len(rest) == 1 and len(get_args(kind)) == 2:
            return dataclasses.replace(_optional(_shape(rest[0], metadata, labels)), optional=True)
        return Shape("json")
    choices = _choices(kind, labels)
    if choices:
        return Shape("choice", choices=choices)
    if get_origin(kind) in _LISTS:
        return _list_shape(kind, labels)
    if _is_group(kind):
        return Shape("group", parts=parts_of(kind))
    return _plain_shape(kind, metadata)


def _plain_shape(kind: Any, metadata: Sequence[Any]) -> Shape:
    if kind is bool:
        return Shape("yes")
    if kind is int:
        least, most = _limits(metadata, 1)
        return Shape("number", least=least, most=most)
    if kind in (float, Decimal):
        least, most = _limits(metadata, 0)
        return Shape("decimal", least=least, most=most)
    if kind is str:
        longest = next((item.max_length for item in metadata if isinstance(item, limits.MaxLen)), 0)
        return Shape("long" if longest > LONG_TEXT else "text", longest=longest)
    return Shape("date") if kind is date else Shape("json")


def _list_shape(kind: Any, labels: Mapping[str, Any]) -> Shape:
    arguments = [item for item in get_args(kind) if item is not Ellipsis]
    if len(arguments) != 1 or (get_origin(kind) is tuple and Ellipsis not in get_args(kind)):
        return Shape("json")
    item, _ = _bare(arguments[0])
    choices = _choices(item, labels)
    if choices:
        return Shape("many", choices=choices)
    if _is_group(item):
        return Shape("rows", parts=parts_of(item))
    if item in (str, int):
        return Shape("lines", whole=item is int)
    return Shape("json")


def _optional(shape: Shape) -> Shape:
    """A box that is not ticked can say no, and not nothing at all: with three answers it is a choice. So a
    group that may be absent, and a list, are entered as text.
    """
    if shape.kind == "yes":
        return Shape("choice", choices=(Choice("true", True, "是"), Choice("false", False, "否")))
    return Shape("json") if shape.kind in ("group", "rows", "many", "lines") else shape


def _bare(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """The type alone, and what is said of it."""
    if get_origin(annotation) is Annotated:
        kind, *said = get_args(annotation)
        flat = [item for one in said for item in ((*one.metadata,) if isinstance(one, FieldInfo) else (one,))]
        return kind, tuple(flat)
    return annotation, ()


def _choices(kind: Any, labels: Mapping[str, Any]) -> tuple[Choice, ...]:
    if get_origin(kind) is Literal:
        return tuple(
            Choice(str(value), value, str(labels.get(str(value), value))) for value in get_args(kind)
        )
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(
            Choice(
                str(member.value),
                member.value,
                str(labels.get(str(member.value)) or getattr(member, "label", member.value)),
            )
            for member in kind
        )
    return ()


def _limits(metadata: Sequence[Any], step: int) -> tuple[str, str]:
    """The least and the greatest value that the browser lets in. ``step``: what lies beside a limit that is
    itself shut out; 0 where numbers have no neighbours.
    """
    least = most = ""
    for item in metadata:
        if isinstance(item, limits.Ge):
            least = str(item.ge)
        elif isinstance(item, limits.Gt):
            least = str(item.gt + step)  # type: ignore[operator]
        elif isinstance(item, limits.Le):
            most = str(item.le)
        elif isinstance(item, limits.Lt):
            most = str(item.lt - step)  # type: ignore[operator]
    return least, most
