"""``luoshi county settings``: a county's rules out and in as one file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from luoshi.audit.models import Event
from luoshi.lifecycle.states import Grade
from luoshi.suggestions.models import CountySettingsVersion
from luoshi.suggestions.selectors.settings import county_settings
from luoshi_tenants.context import county_context
from luoshi_tenants.models import County

CODE = "430422"


@pytest.fixture
def printed(county: County, luoshi: Callable[..., Any]) -> dict[str, Any]:
    """The settings as the command prints them."""
    ran = luoshi("county", "settings", CODE)
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)  # type: ignore[no-any-return]


def put(path: Path, data: Any) -> Path:
    file = path / "settings.json"
    file.write_text(data if isinstance(data, str) else json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return file


def events() -> int:
    return Event.objects.filter(kind="settings.applied").count()


def test_what_was_changed_in_the_printed_file_is_in_force_and_prints_again(
    printed: dict[str, Any], luoshi: Callable[..., Any], tmp_path: Path
) -> None:
    printed["windows"]["lead_reply"] = {"number": 45, "unit": "working_day", "start": "receipt"}
    printed["trigger_grades"] = ["dissatisfied", "basically_satisfied"]
    printed["axes"] = [{"code": "result", "label": "办理结果"}]
    ran = luoshi("county", "settings", CODE, "--apply", str(put(tmp_path, printed)))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "衡南县已更换规则：期限、评价维度、触发重新办理的等次\n"
    in_force = county_settings()
    assert str(in_force.windows.lead_reply) == "45个工作日，自收到之日起"
    assert in_force.trigger_grades == {Grade.BASICALLY, Grade.DISSATISFIED}

    again = luoshi("county", "settings", CODE)
    printed["trigger_grades"] = ["basically_satisfied", "dissatisfied"]  # in the order of the grades
    assert json.loads(again.out) == printed
    back = luoshi("county", "settings", CODE, "--apply", str(put(tmp_path, again.out)))
    assert back.out == "衡南县的规则与文件相同，没有变化\n"


def test_a_change_is_one_version_and_one_event_and_the_same_file_again_is_neither(
    printed: dict[str, Any], luoshi: Callable[..., Any], tmp_path: Path
) -> None:
    file = put(tmp_path, {**printed, "extension_limit_months": 5})
    assert (CountySettingsVersion.objects.count(), events()) == (0, 0)
    assert luoshi("county", "settings", CODE, "--apply", str(file)).code == 0
    assert (CountySettingsVersion.objects.count(), events()) == (1, 1)
    assert luoshi("county", "settings", CODE, "--apply", str(file)).code == 0
    assert (CountySettingsVersion.objects.count(), events()) == (1, 1)
    event = Event.objects.get(kind="settings.applied")
    assert (event.actor_role, event.payload["settings"]["extension_limit_months"]) == ("system", 5)


def test_the_settings_of_another_county_stay(
    two_counties: tuple[County, County], luoshi: Callable[..., Any], tmp_path: Path
) -> None:
    second = two_counties[1]
    file = put(tmp_path, {"extension_limit_months": 2})
    ran = luoshi("county", "settings", second.code, "--apply", str(file))
    assert ran.code == 0
    assert ran.out.startswith("文件中没有、按默认值的：期限、期限遇节假日顺延、")
    assert ran.out.endswith("新化县已更换规则：延期上限（月）\n")
    assert county_settings().extension_limit_months == 6
    with county_context(second):
        assert county_settings().extension_limit_months == 2


def _letters(*codes: str) -> list[dict[str, str]]:
    return [{"code": code, "label": "名称", "result_class": "resolved"} for code in codes]


WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "negative window": (
        {"windows": {"lead_reply": {"number": -1, "unit": "month", "start": "hand_over"}}},
        ["windows.lead_reply.number  期限·主办件答复·数量：不能小于 1"],
    ),
    "unknown unit and key of a window": (
        {"windows": {"lead_reply": {"number": 1, "unit": "周", "start": "hand_over", "ends": 1}}},
        [
            "windows.lead_reply.unit  "
            "期限·主办件答复·单位：不在可选范围内，可选：natural_day、working_day、month",
            "windows.lead_reply.ends  期限·主办件答复·ends：没有这一项，请删去",
        ],
    ),
    "a window that is no window": (
        {"windows": {"evaluation": "15个工作日"}},
        ["windows.evaluation  期限·代表评价：应为对象"],
    ),
    "a letter twice": (
        {"result_scheme": _letters("A", "B", "A")},
        ["result_scheme  结果类别：代号不能重复：A"],
    ),
    "an axis twice": (
        {"axes": [{"code": "result", "label": "甲"}, {"code": "result", "label": "乙"}]},
        ["axes  评价维度：代号不能重复：result"],
    ),
    "a meaning that does not exist": (
        {"result_scheme": [*_letters("A"), {"code": "B", "label": "", "result_class": "better"}]},
        [
            "result_scheme.1.label  结果类别第 2 项·名称：不能为空",
            "result_scheme.1.result_class  结果类别第 2 项·含义：不在可选范围内，可选："
            "resolved、in_progress、planned、deferred、reference_only、not_feasible",
        ],
    ),
    "no letter": ({"result_scheme": []}, ["result_scheme  结果类别：至少要有 1 项"]),
    "an unknown key": ({"colour": "red"}, ["colour  colour：没有这一项，请删去"]),
    "an unknown grade": (
        {"trigger_grades": ["很满意"]},
        [
            "trigger_grades.0  触发重新办理的等次第 1 项："
            "不在可选范围内，可选：satisfied、basically_satisfied、dissatisfied"
        ],
    ),
    "a number as text": (
        {"windows": {"publication": {"number": "20", "unit": "month", "start": "notice"}}},
        ["windows.publication.number  期限·答复公开·数量：应为整数"],
    ),
    "a list for yes or no": (
        {"roll_over_holidays": []},
        ["roll_over_holidays  期限遇节假日顺延：应为是或否"],
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_told_field_by_field_and_nothing_is_written(
    case: str, printed: dict[str, Any], luoshi: Callable[..., Any], tmp_path: Path
) -> None:
    change, problems = WRONG[case]
    file = put(tmp_path, {**printed, **change})
    ran = luoshi("county", "settings", CODE, "--apply", str(file))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        f"没有更换，衡南县的规则未变。{file} 有 {len(problems)} 处问题：",
        *(f"  {problem}" for problem in problems),
    ]
    assert (CountySettingsVersion.objects.count(), events()) == (0, 0)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("axes: []", "不是正确的 JSON：第 1 行第 1 个字符处有误"),
        ('{"axes": [}', "不是正确的 JSON：第 1 行第 11 个字符处有误"),
        ("", "不是正确的 JSON：第 1 行第 1 个字符处有误"),
        ("[]", '内容应为一个 JSON 对象，如 {"windows": {…}}'),
        ('{"axes": [], "axes": []}', "axes  写了两次，请只留一处"),
        ("[" * 200_000, "不是正确的 JSON：层次过多"),
        (" " * 1_000_001, "文件超过 1000 KB，不像是规则文件"),
    ],
)
def test_what_is_no_settings_file(
    county: County, luoshi: Callable[..., Any], tmp_path: Path, content: str, problem: str
) -> None:
    ran = luoshi("county", "settings", CODE, "--apply", str(put(tmp_path, content)))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines()[1:] == [f"  {problem}"]
    assert CountySettingsVersion.objects.count() == 0


def test_a_file_of_another_encoding_or_that_is_not_there(
    county: County, luoshi: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "settings.json"
    assert luoshi("county", "settings", CODE, "--apply", str(file)).err.startswith("没有更换，")
    file.write_bytes("{“一”: 1}".encode("gb18030"))
    ran = luoshi("county", "settings", CODE, "--apply", str(file))
    assert (ran.code, ran.err.splitlines()[1]) == (
        1,
        "  不是 UTF-8 编码的文本文件，请另存为 UTF-8 后重试",
    )


def test_a_byte_order_mark_is_no_harm(
    printed: dict[str, Any], luoshi: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(printed), encoding="utf-8-sig")
    assert luoshi("county", "settings", CODE, "--apply", str(file)).code == 0


def test_an_unknown_county_and_two_options_at_once(
    county: County, luoshi: Callable[..., Any], tmp_path: Path
) -> None:
    ran = luoshi("county", "settings", "999999")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "没有代码为“999999”的县，请用 luoshi county list 查看已开通的县\n"
    assert luoshi("county", "settings", CODE, "--schema", "--apply", "x.json").code == 2


def _explained(part: Any, path: str = "") -> dict[str, str]:
    """Every title and description of a schema, by its place."""
    found = {}
    if isinstance(part, dict):
        for key, value in part.items():
            here = f"{path}/{key}"
            if key in ("title", "description") and isinstance(value, str):
                found[here] = value
            else:
                found.update(_explained(value, here))
    return found


def test_the_schema_explains_everything_in_chinese(county: County, luoshi: Callable[..., Any]) -> None:
    ran = luoshi("county", "settings", CODE, "--schema")
    assert ran.code == 0
    schema = json.loads(ran.out)
    texts = _explained(schema)
    assert [place for place, text in texts.items() if not any("一" <= sign <= "鿿" for sign in text)] == []
    assert schema["$defs"]["Window"]["properties"]["number"]["title"] == "数量"
    for definition in schema["$defs"].values():
        assert definition["title"]
        for choice in definition.get("enum", ()):
            assert f"{choice} " in definition["description"]
    assert sorted(schema["properties"]) == sorted(county_settings().model_dump())
