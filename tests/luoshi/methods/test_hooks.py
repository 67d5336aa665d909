"""Each hook once, as the fixture method implements it: what is asked and what comes back.

A hook without its ``test_hook_<name>`` here makes ``test_hook_docs.py`` red.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from luoshi_every_hook.api import NoteViewSet
from luoshi_every_hook.models import Note
from luoshi_every_hook.options import EveryHookOptions

from luoshi.errors import Problem
from luoshi.methods.registry import LoadedMethod, MethodRegistry
from luoshi.methods.samples import (
    actor_sample,
    case_sample,
    event_sample,
    tenant_sample,
    transition_sample,
)
from luoshi.methods.types import (
    ApiRoute,
    ColumnContent,
    ColumnText,
    HealthNote,
    MethodInfo,
    NavigationItem,
    Obligation,
    Panel,
    PublicColumn,
    Requirement,
    Schedule,
    Statistic,
    StatisticScope,
)

CASE, ACTOR, TENANT = case_sample(), actor_sample(), tenant_sample()
SUBMIT = transition_sample(name="submit_reply")


@pytest.fixture
def method(fixture_registry: MethodRegistry) -> LoadedMethod:
    found = fixture_registry.get("every-hook")
    assert isinstance(found, LoadedMethod)
    return found


def answers(method: LoadedMethod, hook: str, **arguments: object) -> list[Any]:
    found: Any = method.call(hook, arguments)
    return list(found)


def test_hook_describe_method(method: LoadedMethod) -> None:
    assert method.info == MethodInfo("every-hook", "全钩子工作法", "用到每一个钩子的样例", "样例", api=1)


def test_hook_options_model(method: LoadedMethod) -> None:
    assert method.options_model is EveryHookOptions


def test_hook_obligations(method: LoadedMethod) -> None:
    options = EveryHookOptions(notes_needed=3)
    assert answers(method, "obligations", options=options) == [
        Obligation("承办单位", "写至少 3 条记录", "提交之前")
    ]


def test_hook_check_method(method: LoadedMethod, note_table: None) -> None:
    assert answers(method, "check_method", tenant=TENANT) == [HealthNote("warning", "衡南县还没有任何记录")]
    Note.objects.create(case_id=1, kind="record", text="一")
    assert answers(method, "check_method", tenant=TENANT) == []


def test_hook_method_enabled(method: LoadedMethod, note_table: None) -> None:
    for _ in range(2):
        method.call("method_enabled", {"tenant": TENANT, "actor": ACTOR})
    assert list(Note.objects.values_list("kind", "text")) == [("enabled", "衡南县：经办人")]


def test_hook_method_disabled(method: LoadedMethod, note_table: None) -> None:
    for _ in range(2):
        method.call("method_disabled", {"tenant": TENANT, "actor": ACTOR})
    assert list(Note.objects.values_list("kind", "text")) == [("disabled", "衡南县：经办人")]


def test_hook_transition_requirements(method: LoadedMethod, note_table: None) -> None:
    asked = {"case": CASE, "actor": ACTOR}
    assert answers(method, "transition_requirements", transition=SUBMIT, **asked) == [
        Requirement("notes_written", False, "本县要求至少有 1 条记录，现有 0 条", "请先在建议页补充记录")
    ]
    assert answers(method, "transition_requirements", transition=transition_sample(), **asked) == []
    Note.objects.create(case_id=1, kind="record", text="一")
    assert answers(method, "transition_requirements", transition=SUBMIT, **asked) == [
        Requirement("notes_written", True, "本县要求至少有 1 条记录，现有 1 条", "请先在建议页补充记录")
    ]


def test_hook_validate_transition(method: LoadedMethod) -> None:
    asked = {"case": CASE, "transition": SUBMIT}
    assert answers(method, "validate_transition", data={"note": "长" * 200}, **asked) == []
    assert answers(method, "validate_transition", data={"note": "长" * 201}, **asked) == [
        Problem("note", "记录不能超过 200 个字")
    ]


def test_hook_record_transition(method: LoadedMethod, note_table: None) -> None:
    for data in ({"note": "一"}, {}, {"note": "二"}):
        method.call("record_transition", {"case": CASE, "transition": SUBMIT, "data": data})
    assert list(Note.objects.order_by("id").values_list("kind", "sequence", "text")) == [
        ("record", 1, "一"),
        ("record", 2, "二"),
    ]


def test_hook_transition_done(method: LoadedMethod, note_table: None) -> None:
    event = event_sample(sequence=3, at=datetime(2019, 8, 2, tzinfo=UTC))
    for _ in range(2):
        method.call("transition_done", {"event": event})
    assert list(Note.objects.values_list("case_id", "kind", "sequence", "text")) == [(1, "done", 3, "issue")]


def test_hook_navigation(method: LoadedMethod) -> None:
    assert answers(method, "navigation") == [NavigationItem("全部记录", "home")]


def test_hook_case_panels(method: LoadedMethod, note_table: None) -> None:
    Note.objects.create(case_id=1, kind="record", text="一")
    assert answers(method, "case_panels", case=CASE, actor=ACTOR) == [
        Panel("记录", "every-hook/panel.html", {"notes": ["一"], "reader": "经办人"})
    ]


def test_hook_api_routes(method: LoadedMethod) -> None:
    assert method.api_routes == (ApiRoute("notes", NoteViewSet, "note"),)


def test_hook_schedules(method: LoadedMethod) -> None:
    assert method.schedules == (Schedule("luoshi_every_hook.count_notes", 60),)


def test_hook_statistics(method: LoadedMethod, note_table: None) -> None:
    Note.objects.create(case_id=1, kind="record", text="一")
    Note.objects.create(case_id=1, kind="done", text="不计")
    assert answers(method, "statistics", tenant=TENANT, scope=StatisticScope("17-4")) == [
        Statistic("notes", "记录数", 1)
    ]


def test_hook_public_columns(method: LoadedMethod) -> None:
    assert answers(method, "public_columns") == [PublicColumn("notes", "记录公开", "写了多少条记录")]


def test_hook_public_column(method: LoadedMethod, note_table: None) -> None:
    asked = {"tenant": TENANT, "slug": "notes"}
    assert method.call("public_column", {**asked, "page": 1}) == ColumnContent(
        (ColumnText("衡南县共写了 0 条记录。"),)
    )
    assert method.call("public_column", {**asked, "page": 2}) is None


def test_hook_export_case_data(method: LoadedMethod, note_table: None) -> None:
    assert method.call("export_case_data", {"case": CASE}) == {}
    Note.objects.create(case_id=1, kind="record", text="一")
    Note.objects.create(case_id=2, kind="record", text="别的建议")
    assert method.call("export_case_data", {"case": CASE}) == {"notes": ["一"]}


def test_hook_erase_case_data(method: LoadedMethod, note_table: None) -> None:
    Note.objects.create(case_id=1, kind="record", text="一")
    Note.objects.create(case_id=2, kind="record", text="别的建议")
    for _ in range(2):
        method.call("erase_case_data", {"case": CASE})
    assert list(Note.objects.values_list("text", flat=True)) == ["别的建议"]
