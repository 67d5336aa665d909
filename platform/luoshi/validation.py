"""Turns what a person sent into a typed pydantic value, or into Chinese problems field by field."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Self, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from luoshi.errors import Invalid, Problem

InputT = TypeVar("InputT", bound=BaseModel)
_NOT_STORABLE = "含有无法保存的控制字符，请删去后重新输入"


class Input(BaseModel):
    """Base of every typed input: unknown fields are refused, text is stripped, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @model_validator(mode="after")
    def _storable(self) -> Self:
        """PostgreSQL stores no NUL character."""
        if any(_not_storable(value) for value in self.__dict__.values()):
            raise ValueError(_NOT_STORABLE)
        return self


def _not_storable(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, tuple | list | frozenset):
        return any(_not_storable(item) for item in value)
    return False


_MESSAGES = {
    "missing": "此项必填",
    "extra_forbidden": "没有这一项，请删去",
    "unexpected_keyword_argument": "没有这一项，请删去",
    "string_too_short": "不能为空",
    "string_too_long": "过长，最多 {max_length} 个字",
    "string_type": "应为文字",
    "string_unicode": _NOT_STORABLE,
    "string_pattern_mismatch": "格式不对，应符合 {pattern}",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "bool_type": "应为是或否",
    "bool_parsing": "应为是或否",
    "date_type": "日期应写作 2025-04-28",
    "date_parsing": "日期应写作 2025-04-28",
    "date_from_datetime_parsing": "日期应写作 2025-04-28",
    "date_from_datetime_inexact": "日期应写作 2025-04-28",
    "enum": "不在可选范围内，可选：{expected}",
    "literal_error": "不在可选范围内，可选：{expected}",
    "greater_than_equal": "不能小于 {ge}",
    "greater_than": "应大于 {gt}",
    "less_than_equal": "不能大于 {le}",
    "less_than": "应小于 {lt}",
    "too_short": "至少要有 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "set_type": "应为列表",
    "frozen_set_type": "应为列表",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "mapping_type": "应为对象",
    "dataclass_type": "应为对象",
}


def input_parse(model: type[InputT], data: Mapping[str, Any]) -> InputT:
    """``data`` as a value of ``model``.

    :raises Invalid: with one Chinese problem a field; nothing else escapes.
    """
    try:
        return model.model_validate(dict(data))
    except ValidationError as error:
        raise Invalid(_problems(model, error)) from None


def _problems(model: type[BaseModel], error: ValidationError) -> list[Problem]:
    found = error.errors(include_url=False)
    places = [item["loc"] for item in found]
    problems = []
    for item in found:
        location = item["loc"]
        if item["type"] == "too_short" and any(_lies_within(place, location) for place in places):
            continue  # pydantic counts the valid entries only; the wrong entry is already told
        context = item.get("ctx", {})
        if item["type"] == "value_error":
            text = str(context.get("error", "")) or "内容有误"
        else:
            text = _MESSAGES.get(item["type"], "内容有误，请检查").format_map(_Known(context))
        label = _label(model, location)
        path = ".".join(str(part) for part in location)
        problems.append(Problem(path, f"{label}：{text}" if label else text))
    return problems


def _lies_within(place: Sequence[int | str], outer: Sequence[int | str]) -> bool:
    return len(place) > len(outer) and tuple(place[: len(outer)]) == tuple(outer)


def _label(model: type[BaseModel], location: Sequence[int | str]) -> str:
    """The Chinese titles on the way to the field, as the form shows them: “期限·主办件答复·数量”."""
    words: list[str] = []
    kind: Any = model
    for part in location:
        if isinstance(part, int):
            entry = f"第 {part + 1} 项"
            words[-1:] = [f"{words[-1]}{entry}" if words else entry]
            continue
        fields = _fields(kind)
        title, kind = fields.get(part, ("", None))
        words.append(title or part)
    return "·".join(words)


def _fields(kind: Any) -> dict[str, tuple[str, Any]]:
    """Title and type of each field of the model or checked dataclass in ``kind`` (also in a list of them)."""
    for candidate in _classes(kind):
        if issubclass(candidate, BaseModel):
            return {
                name: (field.title or "", field.annotation) for name, field in candidate.model_fields.items()
            }
        if dataclasses.is_dataclass(candidate):
            declared = getattr(candidate, "__pydantic_fields__", {})
            return {name: (field.title or "", field.annotation) for name, field in declared.items()}
    return {}


def _classes(kind: Any) -> list[type]:
    if isinstance(kind, type) and not get_args(kind):
        return [kind]
    return [found for inner in get_args(kind) for found in _classes(inner)]


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        if key == "expected":  # pydantic lists the choices as "'a', 'b' or 'c'"
            return value.replace("'", "").replace(" or ", "、").replace(", ", "、")
        return value
