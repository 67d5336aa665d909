"""A method's options for a county, checked against its pydantic model."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from luoshi.errors import Invalid, Problem
from luoshi.validation import input_parse


def options_validated(model: type[BaseModel] | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """``options`` as JSON, with the model's defaults filled in.

    :param model: ``None`` for a method that has no options.
    :raises Invalid: one problem for each wrong option.
    """
    if model is None:
        if options:
            raise Invalid(Problem(name, f"{name}：此工作法没有选项，请删去") for name in options)
        return {}
    return input_parse(model, options).model_dump(mode="json")
