"""Turns what a person sent into a typed pydantic value, or into Chinese problems field by field."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from luoshi.errors import Invalid, Problem


InputT = TypeVar("InputT", bound=BaseModel)


class Input(BaseModel):
    """Base of every typed input: unknown fields are refused, text is stripped, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


_MESSAGES = {
    "missing": "此项必填",
    "extra_forbidden": "没有这一项，请删去",
    "string_too_short": "不能为空",
    "string_too_long": "过长，最多 {max_length} 个字",
    "string_type": "应为文字",
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
    "too_short": "至少要有 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "dict_type": "应为对象",
    "model_type": "应为对象",
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
    problems = []
    for item in error.errors(include_url=False):
        path = ".".join(str(part) for part in item["loc"])
        label = _label(model, item["loc"])
        context = item.get("ctx", {})
        if item["type"] == "value_error":
            text = str(context.get("error", "")) or "内容有误"
        else:
            text = _MESSAGES.get(item["type"], "内容有误，请检查").format_map(_Known(context))
        problems.append(Problem(path, f"{label}：{text}" if label else text))
    return problems


def _label(model: type[BaseModel], location: tuple[int | str, ...]) -> str:
    """The Chinese title of the outermost field, as the form shows it."""
    if not location:
        return ""
    field = model.model_fields.get(str(location[0]))
    return (field.title if field and field.title else str(location[0])) if location else ""


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""
