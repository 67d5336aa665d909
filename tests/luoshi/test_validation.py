"""Wrong input becomes Chinese problems that say where: titles on the way, lists counted from one."""

from typing import Annotated, Any

import pytest
from pydantic import ConfigDict, Field, ValidationInfo, field_validator
from pydantic.dataclasses import dataclass

from luoshi.errors import Invalid
from luoshi.validation import Input, input_parse


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Length:
    """A checked value."""

    number: Annotated[int, Field(ge=1, strict=True, title="数量")]


class Line(Input):
    """An entry of a list."""

    name: Annotated[str, Field(title="名称", min_length=1, max_length=4)]
    length: Annotated[Length | None, Field(title="期限")] = None

    @field_validator("name")
    @classmethod
    def _no_cat(cls, value: str, info: ValidationInfo) -> str:
        if value == "猫":
            raise ValueError("不能是猫")
        return value


class Form(Input):
    """A form."""

    lines: Annotated[tuple[Line, ...], Field(title="明细", min_length=1, max_length=2)] = (Line(name="一"),)
    count: Annotated[int, Field(title="件数", gt=0, lt=10)] = 1
    untitled: bool = False


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        ({"count": 0}, [("count", "件数：应大于 0")]),
        ({"count": 10}, [("count", "件数：应小于 10")]),
        ({"count": "十"}, [("count", "件数：应为整数")]),
        ({"untitled": "x"}, [("untitled", "untitled：应为是或否")]),
        ({"more": 1}, [("more", "more：没有这一项，请删去")]),
        ({"lines": []}, [("lines", "明细：至少要有 1 项")]),
        ({"lines": [{"name": "一"}] * 3}, [("lines", "明细：最多 2 项")]),
        ({"lines": [{"name": ""}]}, [("lines.0.name", "明细第 1 项·名称：不能为空")]),
        ({"lines": [{"name": "  "}]}, [("lines.0.name", "明细第 1 项·名称：不能为空")]),
        ({"lines": [{"name": "一"}, {}]}, [("lines.1.name", "明细第 2 项·名称：此项必填")]),
        ({"lines": [{"name": "一二三四五"}]}, [("lines.0.name", "明细第 1 项·名称：过长，最多 4 个字")]),
        ({"lines": [{"name": "猫"}]}, [("lines.0.name", "明细第 1 项·名称：不能是猫")]),
        (
            {"lines": [{"name": "一", "length": {"number": 0}}]},
            [("lines.0.length.number", "明细第 1 项·期限·数量：不能小于 1")],
        ),
        (
            {"lines": [{"name": "一", "length": {"number": 1, "unit": "月"}}]},
            [("lines.0.length.unit", "明细第 1 项·期限·unit：没有这一项，请删去")],
        ),
        ({"lines": "一"}, [("lines", "明细：应为列表")]),
        ({"lines": ["一"]}, [("lines.0", "明细第 1 项：应为对象")]),
    ],
)
def test_each_problem_says_where_and_what(data: dict[str, Any], problems: list[tuple[str, str]]) -> None:
    with pytest.raises(Invalid) as refused:
        input_parse(Form, data)
    assert [(problem.field, problem.message) for problem in refused.value.problems] == problems


def test_right_input_is_a_value() -> None:
    assert input_parse(Form, {"lines": [{"name": " 一 "}], "count": 9}) == Form(
        lines=(Line(name="一"),), count=9
    )


@pytest.mark.parametrize("text", ["前\x00后", "\ud800"])
def test_what_the_database_cannot_store_is_refused(text: str) -> None:
    class Words(Input):
        text: str = ""
        more: tuple[str, ...] = ()

    for data in ({"text": text}, {"more": ("好", text)}):
        with pytest.raises(Invalid) as refused:
            input_parse(Words, data)
        assert refused.value.message.endswith("含有无法保存的控制字符，请删去后重新输入")
    assert input_parse(Words, {"text": "好", "more": ("也好",)}) == Words(text="好", more=("也好",))
