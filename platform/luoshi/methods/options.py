"""A method's options for a county, checked against its pydantic model."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from luoshi.errors import Invalid, Problem
from luoshi.validation import input_parse


def options_validated(model: type[BaseModel] | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """``options`` as JSON, with the model's defaults filled in and every set in one order.

    A set has no order of its own, and another in each process: the same options would look changed.

    :param model: ``None`` for a method that has no options.
    :raises Invalid: one problem for each wrong option.
    """
    if model is None:
        if options:
            raise Invalid(Problem(name, f"{name}：此工作法没有选项，请删去") for name in options)
        return {}
    value = input_parse(model, options)
    return {
        name: _ordered(getattr(value, name), dumped) for name, dumped in value.model_dump(mode="json").items()
    }


def _ordered(value: object, dumped: Any) -> Any:
    """``dumped`` with the entries of sets sorted, however deep they stand in ``value``."""
    if isinstance(value, set | frozenset) and isinstance(dumped, list):
        return sorted(dumped, key=lambda entry: json.dumps(entry, sort_keys=True))
    if isinstance(value, list | tuple) and isinstance(dumped, list):
        return [_ordered(*pair) for pair in zip(value, dumped, strict=True)]
    if isinstance(value, BaseModel) and isinstance(dumped, dict):
        return {name: _ordered(getattr(value, name, None), inner) for name, inner in dumped.items()}
    return dumped
