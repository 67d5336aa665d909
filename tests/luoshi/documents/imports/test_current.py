"""What is being handled comes in by the same acts as if the office had done them one by one."""

from datetime import date

import pytest
from tables import KEEPER, OFFICE, current, dump, past, told
from world import World

from luoshi.audit.models import Event
from luoshi.audit.verification import audit_verify
from luoshi.documents.imports import ImportRefused
from luoshi.outbox.models import Message
from luoshi.suggestions.models import Assignment, Clock, CoSignature, Suggestion
from luoshi.suggestions.services.register import deputy_update


def test_a_row_is_registered_and_handed_over(world: World) -> None:
    report = current({"编号": 7, "会办单位": "县教育局", "附议代表": "石小川", "重点": "是"})
    assert (report.created, report.totals) == (1, {"总数": 1, "重点": 1, "承办单位": 2, "主办单位": 1})
    made = Suggestion.objects.get()
    assert (made.number, made.state, made.is_imported, made.handed_over_on, made.registered_on) == (
        7, "assigned", False, date(2019, 5, 23), date(2019, 5, 23)
    )  # fmt: skip
    assert list(CoSignature.objects.values_list("deputy", "state")) == [(world.other_deputy.pk, "confirmed")]
    assert list(Assignment.objects.order_by("pk").values_list("unit", "role", "state", "due_on")) == [
        (world.water.pk, "lead", "pending", date(2019, 8, 23)),
        (world.schools.pk, "co", "pending", date(2019, 6, 24)),
    ]
    assert Clock.objects.filter(state="running").count() == 4
    kinds = (
        Event.objects.filter(stream__key=f"suggestion:{made.pk}")
        .order_by("seq")
        .values_list("kind", flat=True)
    )
    assert list(kinds) == [
        "suggestion.draft",
        "suggestion.submit",
        "suggestion.register",
        "suggestion.hand_over",
    ]
    assert Message.objects.filter(topic="suggestion.transition_done").count() == 4
    assert audit_verify().ok


def test_what_has_no_units_yet_is_registered_only(world: World) -> None:
    current({"主办单位": None, "交办日期": None})
    made = Suggestion.objects.get()
    assert (made.state, made.number, made.handed_over_on, Assignment.objects.count()) == (
        "registered", 1, None, 0
    )  # fmt: skip


def test_the_same_file_twice_changes_nothing_even_when_the_case_has_moved_on(world: World) -> None:
    rows = ({}, {"主办单位": None, "分办单位": "县水利局、县教育局"}, {"主办单位": None, "交办日期": None})
    current(*rows)
    before = dump()
    assert (current(*rows).unchanged, dump() == before) == (3, True)
    moved = Suggestion.objects.get(number=3)
    parts = [{"unit": world.roads.pk, "role": "lead"}]
    world.act(moved, "hand_over", world.congress, units=parts)
    lead = world.lead(Suggestion.objects.get(number=1))
    world.act(lead, "accept", world.water_head)
    before = dump()
    assert (current(*rows).unchanged, dump() == before) == (3, True)


def test_a_changed_row_is_told(world: World) -> None:
    current({})
    before = dump()
    with pytest.raises(ImportRefused) as refused:
        current({"主办单位": "县教育局"})
    assert told(refused.value) == [
        (
            2,
            "J",
            "主办单位",
            "第1号已在系统中，这一项不同：系统中为“县水利局”，表中为“县教育局”；"
            "导入不会覆盖，请核对后在表中改正或删去这一行",
        )
    ]
    assert dump() == before


def test_what_only_a_past_year_has_is_refused_cell_by_cell(world: World) -> None:
    before = dump()
    filled = {
        "答复日期": date(2019, 8, 1),
        "办理结果": "A",
        "办理态度评价": "满意",
        "办理结果评价": "满意",
        "沟通次数": 0,
        "沟通人次": 1,
    }
    with pytest.raises(ImportRefused) as refused:
        current({}, filled, {"交办日期": None}, {"主办单位": None})
    tail = "，请清空这一格，由承办单位和代表在系统中办理；已经办结的，请放到另一个文件用 import past 导入"
    assert told(refused.value) == [
        (3, "N", "答复日期", f"在办件不能直接填答复{tail}"),
        (3, "O", "办理结果", f"在办件不能直接填办理结果{tail}"),
        (3, "P", "办理态度评价", f"在办件不能直接填评价{tail}"),
        (3, "Q", "办理结果评价", f"在办件不能直接填评价{tail}"),
        (3, "R", "沟通次数", f"在办件不能直接填沟通情况{tail}"),
        (3, "S", "沟通人次", f"在办件不能直接填沟通情况{tail}"),
        (4, "M", "交办日期", "写了承办单位，请填写交办日期；尚未交办的请清空承办单位"),
        (5, "J", "主办单位", "写了交办日期，请填写主办单位；尚未交办的请清空交办日期"),
    ]
    assert dump() == before


def test_a_past_item_is_not_taken_for_a_live_one(world: World) -> None:
    past({})
    with pytest.raises(ImportRefused) as refused:
        current({})
    message = "第1号是历年办结件《关于修建村口涵洞的建议》，不能作为在办件再导入，请核对编号"
    assert told(refused.value) == [(2, "A", "编号", message)]


def test_the_gates_of_the_door_stay_shut(world: World) -> None:
    """A deputy whose term has ended cannot submit; said by row, with nothing written of the other rows."""
    deputy_update(deputy=world.other_deputy, changes={"valid_to": date(2020, 1, 1)}, actor=KEEPER)
    before = dump()
    with pytest.raises(ImportRefused) as refused:
        current({}, {"领衔代表": "石小川"})
    message = "领衔代表须在任。请核对领衔代表的任期；已离任的，请改由其他代表领衔"
    assert told(refused.value) == [(3, "", "", message)]
    assert dump() == before


def test_a_dry_run_leaves_nothing(world: World) -> None:
    before = dump()
    report = current({}, {"主办单位": "县气象局"}, dry_run=True, create_missing=True, actor=OFFICE)
    assert (report.dry_run, report.created, report.new_units) == (True, 2, ("县气象局",))
    assert dump() == before
