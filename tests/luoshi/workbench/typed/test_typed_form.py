"""A form of typed settings: what it draws is what it reads, and what it cannot read it shows again."""

from typing import Any

import pytest
from django.http import QueryDict
from kinds import Kinds
from pydantic import BaseModel, Field

from luoshi.errors import Problem
from luoshi.methods.options import options_validated
from luoshi.suggestions.county_settings import CountySettings
from luoshi.workbench.typed.fields import Field as Drawn
from luoshi.workbench.typed.fields import form_of
from luoshi.workbench.typed.reading import MOST_ROWS, typed_read
from luoshi.workbench.typed.shapes import Shape, changes_of, defaults_of, parts_of, words_of

DEFAULT = options_validated(Kinds, {})
OTHER: dict[str, Any] = {
    "contacts_needed": 3,
    "photo": True,
    "share": 0.25,
    "phases": ["after", "before"],
    "mode": "loose",
    "size": 2,
    "weekday": 7,
    "name": "三访 & <三谈>",
    "notice": "第一行\n第二行",
    "until": "2026-04-28",
    "limit": 4,
    "checked": False,
    "places": ["村部", "现场"],
    "days": [10],
    "words": {"title": "三访", "short": "访"},
    "window": {"number": 20, "unit": "working_day", "start": "notice"},
    "steps": [
        {"code": "a", "label": "走访", "weight": 2, "strict": False},
        {"code": "b", "label": "座谈", "weight": 5, "strict": True},
    ],
    "extra": {"a": 1},
}


def sent(fields: tuple[Drawn, ...]) -> dict[str, list[str]]:
    """What a browser sends of this form, nothing being touched."""
    found: dict[str, list[str]] = {}
    for field in fields:
        if field.kind == "group":
            found |= sent(field.fields)
        elif field.kind == "rows":
            found[f"{field.place}.count"] = [str(len(field.rows))]
            for row in field.rows:
                found |= sent(row.fields)
        elif field.kind in ("many", "choice"):
            found[field.place] = [choice.key for choice in field.choices if choice.chosen]
        elif field.kind == "yes":
            found |= {field.place: ["on"]} if field.value else {}
        else:
            found[field.place] = [field.value.replace("\n", "\r\n")]
    return found


def posted(values: dict[str, list[str]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, texts in values.items():
        query.setlist(name, texts)
    return query


def read(model: type[BaseModel], data: dict[str, Any], **changes: str | None) -> Any:
    """Draw ``data``, change fields by hand (``None`` takes one out), send it, and read it."""
    parts = parts_of(model)
    values = sent(form_of(parts, data, defaults_of(parts)).fields)
    for name, text in changes.items():
        place = f"o.{name.replace('__', '.')}"
        if text is None:
            values.pop(place, None)
        else:
            values[place] = [text]
    return typed_read(parts, posted(values))


@pytest.mark.parametrize("data", [DEFAULT, OTHER], ids=["defaults", "others"])
def test_what_is_drawn_is_what_is_read(data: dict[str, Any]) -> None:
    stored = options_validated(Kinds, data)
    typed = read(Kinds, stored)
    assert typed.problems == ()
    assert options_validated(Kinds, typed.data) == stored
    # Not only equal after the model has read it: numbers, choices and boxes have their types already.
    assert {name: typed.data[name] for name in ("contacts_needed", "size", "photo", "checked")} == {
        name: stored[name] for name in ("contacts_needed", "size", "photo", "checked")
    }


def test_every_kind_of_field_is_there() -> None:
    kinds = {part.name: part.shape.kind for part in parts_of(Kinds)}
    assert kinds == {
        "contacts_needed": "number",
        "photo": "yes",
        "share": "decimal",
        "phases": "many",
        "mode": "choice",
        "size": "choice",
        "weekday": "choice",
        "name": "text",
        "notice": "long",
        "until": "date",
        "limit": "number",
        "checked": "choice",
        "places": "lines",
        "days": "lines",
        "words": "group",
        "window": "group",
        "steps": "rows",
        "extra": "json",
    }


def test_a_field_has_its_title_description_default_basis_limits_and_labels() -> None:
    parts = parts_of(Kinds)
    form = form_of(parts, DEFAULT, defaults_of(parts))
    by_name = {field.part.name: field for field in form.fields}
    number = by_name["contacts_needed"]
    assert (number.part.title, number.part.description, number.part.basis, number.default, number.limits) == (
        "登记前须沟通几次",
        "不足的不能登记。",
        "《办理办法》第九条",
        "1",
        "0 至 9",
    )
    assert [(row.key, row.label, row.chosen) for row in by_name["mode"].choices] == [
        ("strict", "从严", True),
        ("loose", "从宽", False),
    ]
    assert [row.label for row in by_name["phases"].choices] == ["办前", "办中", "办后"]
    assert by_name["phases"].default == "办前、办中、办后"
    assert (by_name["limit"].default, by_name["photo"].default, by_name["notice"].default) == (
        "不设",
        "否",
        "（空）",
    )
    assert by_name["limit"].limits == "不小于 1"
    assert [(inner.part.title, inner.default) for inner in by_name["window"].fields] == [
        ("数量", "3"),
        ("单位", "个月"),
        ("起算", "交办"),
    ]


def test_the_countys_rules_are_drawn_and_read_alike() -> None:
    stored = CountySettings().model_dump(mode="json")
    typed = read(CountySettings, stored)
    assert typed.problems == ()
    assert CountySettings.model_validate(typed.data) == CountySettings()


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"contacts_needed": "十"}, [("contacts_needed", "登记前须沟通几次：应为整数")]),
        ({"contacts_needed": "10"}, [("contacts_needed", "登记前须沟通几次：不能大于 9")]),
        ({"contacts_needed": "9" * 40}, [("contacts_needed", "登记前须沟通几次：不能大于 9")]),
        ({"contacts_needed": "1.5"}, [("contacts_needed", "登记前须沟通几次：应为整数")]),
        ({"share": "nan"}, [("share", "比例：应为数字")]),
        ({"share": "1"}, [("share", "比例：应小于 1.0")]),
        ({"phases": "none"}, [("phases.0", "哪些阶段第 1 项：不在可选范围内，可选：before、during、after")]),
        ({"phases": None}, [("phases", "哪些阶段：至少要有 1 项")]),
        ({"mode": "mild"}, [("mode", "宽严：不在可选范围内，可选：strict、loose")]),
        ({"name": ""}, [("name", "名称：不能为空")]),
        ({"name": "a\x00b"}, [("name", "名称：含有无法保存的控制字符，请删去后重新输入")]),
        ({"until": "2026-02-30"}, [("until", "截止：日期应写作 2025-04-28")]),
        ({"places": "一\n二\n三\n四"}, [("places", "地点：最多 3 项")]),
        ({"days": "7\nx"}, [("days.1", "提前几天提醒第 2 项：应为整数")]),
        ({"window__number": ""}, [("window.number", "期限·数量：此项必填")]),
        ({"window__number": "0"}, [("window.number", "期限·数量：不能小于 1")]),
        ({"steps__0__label": ""}, [("steps.0.label", "步骤第 1 项·名称：不能为空")]),
        ({"extra": "{"}, [("extra", "其他：应为 JSON，请检查引号、逗号和括号")]),
        ({"extra": '{"a": NaN}'}, [("extra", "其他：应为 JSON，请检查引号、逗号和括号")]),
        ({"extra": "[" * 100_000}, [("extra", "其他：应为 JSON，请检查引号、逗号和括号")]),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_shown_again(
    changes: dict[str, str | None], problems: list[tuple[str, str]]
) -> None:
    from luoshi.workbench.methods_setup.changing import refusal_of

    typed = read(Kinds, DEFAULT, **changes)
    found = refusal_of(typed, Kinds)
    assert found is not None
    assert [(row.field, row.message) for row in found.problems] == problems
    parts = parts_of(Kinds)
    form = form_of(parts, typed.data, defaults_of(parts), found.problems)
    assert all(element for element, _ in form.problems)
    again = sent(form.fields)
    for name, text in changes.items():
        # A choice that is none and a NUL are what no browser's form can hold.
        if text is not None and name not in ("phases", "mode"):
            assert again[f"o.{name.replace('__', '.')}"] == [text.replace("\n", "\r\n")]


def test_an_empty_field_leaves_the_default_and_an_optional_one_nothing() -> None:
    typed = read(
        Kinds, OTHER, contacts_needed="", mode="", limit="", until="", checked="", share="", extra=""
    )
    assert typed.problems == ()
    valid = options_validated(Kinds, typed.data)
    assert {name: valid[name] for name in ("contacts_needed", "mode", "share", "extra")} == {
        "contacts_needed": 1,
        "mode": "strict",
        "share": 0.5,
        "extra": {},
    }
    assert (valid["limit"], valid["until"], valid["checked"]) == (None, None, None)


def test_nothing_sent_at_all_is_no_crash() -> None:
    typed = typed_read(parts_of(Kinds), QueryDict())
    assert [row.field for row in typed.problems] == ["window.number", "window.unit", "window.start"]


def test_rows_are_added_taken_out_and_left_empty() -> None:
    parts = parts_of(Kinds)
    form = form_of(parts, OTHER, defaults_of(parts), spare="steps")
    (steps,) = [field for field in form.fields if field.part.name == "steps"]
    assert [(row.number, row.fresh) for row in steps.rows] == [(1, False), (2, False), (3, True)]
    values = sent(form.fields)
    # The fresh row stays empty: it is none.
    assert typed_read(parts, posted(values)).data["steps"] == OTHER["steps"]
    values["o.steps.2.code"], values["o.steps.2.label"] = ["c"], ["回访"]
    values["o.steps.0.off"] = ["on"]
    typed = typed_read(parts, posted(values))
    assert options_validated(Kinds, typed.data)["steps"] == [
        OTHER["steps"][1],
        {"code": "c", "label": "回访", "weight": 2, "strict": False},
    ]


def test_a_problem_in_a_row_after_one_taken_out_stands_at_its_row() -> None:
    from luoshi.workbench.methods_setup.changing import refusal_of

    parts = parts_of(Kinds)
    values = sent(form_of(parts, OTHER, defaults_of(parts)).fields)
    values["o.steps.0.off"], values["o.steps.1.code"] = ["on"], ["B"]
    typed = typed_read(parts, posted(values))
    refusal = refusal_of(typed, Kinds)
    assert refusal is not None
    (field,) = [
        row
        for row in form_of(parts, typed.data, defaults_of(parts), refusal.problems).fields
        if row.part.name == "steps"
    ]
    assert [[inner.errors for inner in row.fields] for row in field.rows] == [
        [("步骤第 1 项·代号：格式不对，应符合 ^[a-z]{1,9}$",), (), (), ()]
    ]


@pytest.mark.parametrize("count", ["-1", "x", "", "1e3", "99999999999"])
def test_a_wrong_number_of_rows_is_none(count: str) -> None:
    parts = parts_of(Kinds)
    values = sent(form_of(parts, OTHER, defaults_of(parts)).fields)
    values["o.steps.count"] = [count]
    assert typed_read(parts, posted(values)).data["steps"] == []


def test_rows_have_an_end() -> None:
    values = {f"o.steps.{number}.code": ["a"] for number in range(200)} | {"o.steps.count": ["200"]}
    assert len(typed_read(parts_of(Kinds), posted(values)).data["steps"]) == MOST_ROWS


def test_changes_are_told_in_words() -> None:
    parts = parts_of(Kinds)
    changes = changes_of(parts, DEFAULT, options_validated(Kinds, OTHER))
    assert [(row.title, row.before, row.after) for row in changes] == [
        ("登记前须沟通几次", "1", "3"),
        ("须有照片", "否", "是"),
        ("比例", "0.5", "0.25"),
        ("哪些阶段", "办前、办中、办后", "办前、办后"),
        ("宽严", "从严", "从宽"),
        ("大小", "1", "2"),
        ("星期", "1", "7"),
        ("名称", "三见面", "三访 & <三谈>"),
        ("说明", "（空）", "第一行\n第二行"),
        ("截止", "不设", "2026-04-28"),
        ("上限", "不设", "4"),
        ("是否核对", "不设", "否"),
        ("地点", "村部", "村部、现场"),
        ("提前几天提醒", "7、3", "10"),
        ("用语·栏目名", "三见面", "三访"),
        ("用语·简称", "见面", "访"),
        ("期限·数量", "3", "20"),
        ("期限·单位", "个月", "个工作日"),
        ("期限·起算", "交办", "通知"),
        (
            "步骤",
            "第 1 项：代号 a，名称 走访，分量 2，必经 否",
            "第 1 项：代号 a，名称 走访，分量 2，必经 否；第 2 项：代号 b，名称 座谈，分量 5，必经 是",
        ),
        ("其他", "{}", '{"a": 1}'),
    ]
    assert changes_of(parts, OTHER, OTHER) == []


def test_the_order_of_a_set_is_no_change_and_is_stored_in_one_order() -> None:
    parts = parts_of(Kinds)
    assert changes_of(parts, {"phases": ["after", "before"]}, {"phases": ["before", "after"]}) == []
    assert options_validated(Kinds, {"phases": ["during", "before"]})["phases"] == ["before", "during"]
    assert DEFAULT["phases"] == ["after", "before", "during"]


def test_what_the_model_no_longer_knows_is_told_by_its_name() -> None:
    (change,) = changes_of(parts_of(Kinds), {**DEFAULT, "old_one": [1]}, DEFAULT)
    assert (change.title, change.before, change.after) == ("old_one", "[1]", "（没有这一项）")


def test_words_of_what_does_not_fit_are_no_crash() -> None:
    for kind in ("yes", "number", "choice", "many", "text", "lines", "group", "rows", "json"):
        for value in (None, [], {}, "x", 3, True, [{}], {"a": 1}):
            assert isinstance(words_of(Shape(kind), value), str)


def test_two_problems_and_one_of_the_whole_form() -> None:
    class Pair(BaseModel):
        low: int = Field(default=1, title="下限")
        high: int = Field(default=2, title="上限")

    parts = parts_of(Pair)
    form = form_of(
        parts, {"low": 3, "high": 2}, {}, [Problem("", "下限不能高于上限"), Problem("low", "下限：太高")]
    )
    assert form.problems == (("", "下限不能高于上限"), ("o-low", "下限：太高"))
    assert [field.errors for field in form.fields] == [("下限：太高",), ()]
