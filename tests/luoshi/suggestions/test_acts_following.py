"""After the reply: evaluation and its lapse, re-handling, closing, tracking, and who is told."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from people import Cast
from ready import evaluated, issued, part_of, replied, today, tracking
from snapshot import snapshot
from world import World, fresh

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.errors import Invalid, WrongState
from luoshi.notifications.models import Notice
from luoshi.outbox.drain import outbox_drain
from luoshi.suggestions.models import Clock, Evaluation, Suggestion
from luoshi.suggestions.services.door import GateShut
from luoshi.suggestions.services.settings import county_settings_apply
from luoshi.suggestions.tasks import lapse_evaluations

STAGES = ("issued", "issued B")
OnDay = Callable[[date], None]


def grades(process: str, result: str, reason: str = "") -> dict[str, Any]:
    """Both default axes."""
    return {
        "grades": [
            {"axis": "process", "grade": process, "reason": reason},
            {"axis": "result", "grade": result, "reason": reason},
        ]
    }


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "评价：至少要有 1 项"),
        ([("process", "satisfied", "")], "请评价“办理结果”，每个维度评一次"),
        ([("process", "satisfied", ""), ("process", "satisfied", "")], "请评价“办理态度”，每个维度评一次"),
        (
            [("process", "satisfied", ""), ("result", "satisfied", ""), ("smile", "satisfied", "")],
            "本县没有“smile”这一评价维度",
        ),
        (
            [("process", "satisfied", ""), ("result", "dissatisfied", "")],
            "“办理结果”评为不满意的，请写明理由",
        ),
        ([("process", "great", ""), ("result", "satisfied", "")], "等次：不在可选范围内"),
    ],
)
def test_wrong_evaluations(staged: Cast, given: list[tuple[str, str, str]], message: str) -> None:
    suggestion = replied(staged)
    rows = [{"axis": axis, "grade": grade, "reason": reason} for axis, grade, reason in given]
    before = snapshot()
    with pytest.raises(Invalid, match=message):
        staged.world.act(suggestion, "evaluate", staged.writer, grades=rows)
    assert snapshot() == before


def test_an_evaluation_is_given_once_a_round(staged: Cast) -> None:
    suggestion = evaluated(staged)
    with pytest.raises(WrongState, match=r"最近一次操作：田禾苗 于 .* “评价”"):
        staged.world.evaluate(suggestion, "dissatisfied")
    assert set(Evaluation.objects.filter(suggestion=suggestion).values_list("grade", flat=True)) == {
        "satisfied"
    }


def test_a_county_with_one_axis_and_a_milder_trigger(staged: Cast) -> None:
    county_settings_apply(
        data={
            "axes": [{"code": "result", "label": "办理结果"}],
            "trigger_grades": ["dissatisfied", "basically_satisfied"],
        },
        actor=SYSTEM_ACTOR,
    )
    suggestion = replied(staged)
    given = [{"axis": "result", "grade": "basically_satisfied"}]
    staged.world.act(suggestion, "evaluate", staged.writer, grades=given)
    with pytest.raises(GateShut, match="代表的评价要求重新办理"):
        staged.world.act(suggestion, "close", staged.congress)
    staged.world.act(suggestion, "rehandle", staged.congress, reason="请进一步办理")
    assert fresh(suggestion).state == "assigned"


def test_dissatisfied_on_one_axis_is_enough(staged: Cast) -> None:
    suggestion = replied(staged)
    staged.world.act(suggestion, "evaluate", staged.writer, **grades("satisfied", "dissatisfied", "仍未动工"))
    staged.world.act(suggestion, "rehandle", staged.congress, reason="仍未动工")
    assert fresh(suggestion).round == 2


# -- the deputy's silence ---------------------------------------------------------------------------------


def test_silence_lapses_and_is_no_satisfaction(world: World, on_day: OnDay) -> None:
    on_day(date(2025, 6, 2))
    suggestion = world.replied()
    clock = suggestion.clocks.get(kind="evaluation")
    assert (str(clock.starts_on), str(clock.due_on)) == ("2025-06-02", "2025-06-23")
    on_day(clock.due_on)
    assert lapse_evaluations() == 0
    on_day(clock.due_on + timedelta(days=1))
    assert lapse_evaluations() == 1
    assert (fresh(suggestion).state, fresh(clock).state) == ("evaluation_lapsed", "stopped")
    assert Evaluation.objects.count() == 0
    assert lapse_evaluations() == 0
    # The form may still come in.
    world.evaluate(suggestion, "basically_satisfied")
    assert fresh(suggestion).state == "evaluated"


def test_the_lapse_of_one_waits_for_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one is refused, as when its deputy was faster; the second one lapses all the same."""
    from luoshi.suggestions import tasks

    first, second = world.replied(), world.replied()
    Clock.objects.filter(kind="evaluation").update(due_on=today() - timedelta(days=1))
    real = tasks.transition_perform

    def slow(**given: Any) -> Any:
        if given["subject"] == first:
            world.evaluate(first, "satisfied")
        return real(**given)

    monkeypatch.setattr(tasks, "transition_perform", slow)
    assert lapse_evaluations() == 1
    assert (fresh(first).state, fresh(second).state) == ("evaluated", "evaluation_lapsed")


def test_a_lapsed_one_is_closed_or_tracked_by_its_result(world: World) -> None:
    closed, tracked = world.replied("A"), world.replied("B")
    Clock.objects.filter(kind="evaluation").update(due_on=today() - timedelta(days=1))
    lapse_evaluations()
    world.act(closed, "close", world.congress)
    world.act(tracked, "track", world.congress)
    assert (fresh(closed).state, fresh(tracked).state) == ("closed", "tracking")
    assert (fresh(closed).closed_on, fresh(tracked).closed_on) == (today(), today())


# -- another round (SY-14) --------------------------------------------------------------------------------


def test_a_month_from_the_notice(world: World, on_day: OnDay) -> None:
    on_day(date(2025, 1, 10))
    suggestion = world.evaluated("dissatisfied")
    on_day(date(2025, 1, 31))
    world.act(suggestion, "rehandle", world.congress, reason="涵洞仍未动工")
    row, lead = fresh(suggestion), world.lead(suggestion)
    assert (row.state, row.round, row.replied_on) == ("assigned", 2, None)
    assert (lead.round, str(lead.handed_over_on), str(lead.due_on), lead.requirement) == (
        2,
        "2025-01-31",
        "2025-02-28",
        "涵洞仍未动工",
    )
    # What changes hands in this round keeps this round's time, not the first hand-over's three months.
    on_day(date(2025, 2, 10))
    parts = [{"unit": world.water.pk, "role": "lead"}]
    world.act(lead, "reassign", world.government, reason="职责", units=parts)
    assert str(world.lead(suggestion).due_on) == "2025-02-28"
    county_settings_apply(data={"restart_clock_on_reassignment": True}, actor=SYSTEM_ACTOR)
    parts = [{"unit": world.schools.pk, "role": "lead"}]
    world.act(world.lead(suggestion), "reassign", world.government, reason="职责", units=parts)
    assert str(world.lead(suggestion).due_on) == "2025-03-10"


def test_other_units_may_take_the_second_round(world: World) -> None:
    suggestion = world.evaluated("dissatisfied")
    parts = [{"unit": world.water.pk, "role": "lead"}]
    world.act(suggestion, "rehandle", world.congress, reason="仍未动工", units=parts)
    assert world.lead(suggestion).unit == world.water
    world.begin(world.lead(suggestion), world.water_head)
    world.reply_issue(world.lead(suggestion), "B")
    assert (fresh(suggestion).state, fresh(suggestion).result_class) == ("replied", "in_progress")
    world.evaluate(suggestion, "satisfied")
    world.act(suggestion, "track", world.congress)
    assert fresh(suggestion).state == "tracking"


def test_a_third_round_follows_a_second(world: World) -> None:
    suggestion = world.evaluated("dissatisfied")
    for number in (2, 3):
        world.act(suggestion, "rehandle", world.congress, reason="仍未动工")
        assert fresh(suggestion).round == number
        world.begin(world.lead(suggestion), world.roads_head)
        world.reply_issue(world.lead(suggestion))
        world.evaluate(suggestion, "dissatisfied")
    assert Evaluation.objects.filter(suggestion=suggestion).count() == 6
    assert Suggestion.objects.filter(number__isnull=False).count() == 1


# -- tracking (HN-16, HN-23) ------------------------------------------------------------------------------


def test_a_supplement_raises_the_class_and_begins_no_new_evaluation(staged: Cast) -> None:
    suggestion = tracking(staged)
    part = part_of(suggestion, staged.world.roads)
    done_on = part.done_on
    staged.world.reply_issue(part, "A", kind="draft_supplement")
    row = fresh(suggestion)
    assert (row.state, row.class_code, row.result_class) == ("tracking", "A", "resolved")
    assert (fresh(part).state, fresh(part).done_on) == ("done", done_on)
    assert row.clocks.filter(kind="evaluation", state="running").count() == 0
    assert list(row.replies.values_list("kind", "class_code")) == [("reply", "B"), ("supplement", "A")]


def test_only_the_last_rounds_part_supplements(world: World) -> None:
    suggestion = world.evaluated("dissatisfied", "B")
    old = world.lead(suggestion)
    world.act(suggestion, "rehandle", world.congress, reason="仍未动工")
    world.begin(world.lead(suggestion), world.roads_head)
    world.reply_issue(world.lead(suggestion), "B")
    world.evaluate(suggestion, "satisfied")
    world.act(suggestion, "track", world.congress)
    with pytest.raises(GateShut, match="由最近一轮的承办单位"):
        world.act(old, "draft_supplement", world.roads_head)
    world.reply_issue(world.lead(suggestion), "A", kind="draft_supplement")
    assert fresh(suggestion).result_class == "resolved"


def test_what_could_not_be_done_may_be_tracked_again(staged: Cast) -> None:
    suggestion = tracking(staged)
    staged.world.act(
        suggestion, "end_tracking", staged.congress, exit="not_feasible", explanation="规划已取消"
    )
    staged.world.act(suggestion, "track", staged.congress)
    assert fresh(suggestion).state == "tracking"


# -- who is told ------------------------------------------------------------------------------------------


def told(kind: str) -> dict[str, str]:
    """Names of the people told of ``kind``, with the end of the words."""
    outbox_drain()
    rows = Notice.objects.filter(kind=kind).select_related("recipient")
    return {row.recipient.full_name: row.text.rpartition("：")[2] for row in rows}


def test_the_unit_learns_of_the_new_round_and_not_of_the_grade(staged: Cast) -> None:
    suggestion = evaluated(staged, "dissatisfied")
    staged.world.act(suggestion, "rehandle", staged.congress, reason="仍未动工")
    assert told("suggestion.rehandle") == {
        "交通局长": "要求重新办理，请查看要求和期限",
        "交通经办": "要求重新办理，请查看要求和期限",
        "水利局长": "要求重新办理，请查看要求和期限",
        "水利经办": "要求重新办理，请查看要求和期限",
        "田禾苗": "已要求承办单位重新办理",
        "石小川": "已要求承办单位重新办理",
    }
    assert set(told("suggestion.evaluate")) == {"联工委"}


def test_a_reminder_reaches_the_deputy_alone(staged: Cast) -> None:
    suggestion = issued(staged).suggestion
    staged.world.act(suggestion, "remind_evaluation", staged.congress)
    assert told("suggestion.remind_evaluation") == {"田禾苗": "请对答复和办理结果作出评价"}
    assert fresh(suggestion).state == "replied"


def test_merged_withdrawn_and_returned_are_told(staged: Cast) -> None:
    main, other = staged.world.registered(), staged.world.registered()
    staged.world.act(other, "merge", staged.congress, into=main.pk, reason="相近")
    assert set(told("suggestion.merge")) == {"田禾苗"}
    case = staged.world.handed_over()
    lead = part_of(case, staged.world.roads)
    staged.world.act(lead, "accept", staged.lead_head)
    staged.world.act(lead, "request_return", staged.lead_head, reason="不属")
    assert set(told("assignment.request_return")) == {"政府办"}
    staged.world.act(lead, "reject_return", staged.government, reason="属你单位")
    assert set(told("assignment.reject_return")) == {"交通局长", "交通经办"}
