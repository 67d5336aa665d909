"""A suggestion walked through the whole house, by the people whose acts they are."""

import pytest
from world import World, contact, fresh

from luoshi.audit.models import Event
from luoshi.outbox.models import Message
from luoshi.suggestions.models import Assignment, Clock, Evaluation, Reply, Suggestion
from luoshi.suggestions.services.log import stream_key

pytestmark = pytest.mark.pg15


def test_from_draft_through_rehandling_to_the_close(world: World) -> None:
    suggestion = world.submitted()
    world.act(suggestion, "register", world.congress)
    world.act(suggestion, "pre_assign", world.government, units=[{"unit": world.water.pk, "role": "lead"}])
    world.act(
        suggestion,
        "object",
        world.water_head,
        unit=world.water.pk,
        reason="属交通部门职责",
        suggested_unit=world.roads.pk,
    )
    parts = [{"unit": world.water.pk, "role": "lead"}, {"unit": world.schools.pk, "role": "co"}]
    world.act(suggestion, "hand_over", world.congress, units=parts)
    first = world.lead(suggestion)
    world.act(first, "accept", world.water_head)
    world.act(
        first, "request_return", world.water_head, reason="不属本单位职责", proposed_unit=world.roads.pk
    )
    world.act(
        first,
        "approve_return",
        world.government,
        reason="同意改办",
        units=[{"unit": world.roads.pk, "role": "lead"}],
    )
    lead = world.lead(suggestion)
    assert (fresh(first).state, lead.unit, lead.replaces) == ("reassigned", world.roads, first)
    assert lead.due_on == first.due_on  # the law counts from the hand-over, whoever handles

    world.begin(lead, world.roads_head)
    assert fresh(suggestion).state == "in_handling"
    co = Assignment.objects.get(suggestion=suggestion, unit=world.schools)
    world.act(co, "accept", world.schools_head)
    world.act(co, "submit_opinion", world.schools_head, text="建议同步设置校车站点。")
    world.act(lead, "record_contact", world.roads_head, **contact(lead, phase="during"))
    reply = Reply.objects.get(pk=world.act(lead, "draft_reply", world.roads_head).created["reply"])
    world.act(reply, "edit", world.roads_head, body="现答复如下。", class_code="B")
    world.act(reply, "share_draft", world.roads_head)
    world.act(reply, "comment", world.writer, text="请写明完工时间")
    world.act(reply, "sign", world.roads_head)
    world.act(reply, "submit_review", world.roads_head)
    world.act(reply, "send_back", world.government, reason="未写完工时间")
    world.act(reply, "edit", world.roads_head, body="年底前完工，现答复如下。", class_code="A")
    world.act(reply, "record_promise", world.roads_head, text="年底前完工")
    world.act(reply, "sign", world.roads_head)
    world.act(reply, "submit_review", world.roads_head)
    world.act(reply, "approve", world.government)
    world.act(reply, "issue", world.roads_head)
    assert fresh(suggestion).state == "replied"

    world.evaluate(suggestion, "dissatisfied")
    world.act(suggestion, "rehandle", world.congress, reason="涵洞仍未动工")
    again = fresh(suggestion)
    assert (again.state, again.round) == ("assigned", 2)
    second = world.lead(suggestion)
    assert (second.unit, second.round, second.state) == (world.roads, 2, "pending")
    co_again = Assignment.objects.get(suggestion=suggestion, round=2, role="co")
    world.begin(second, world.roads_head)
    world.act(co_again, "accept", world.schools_head)
    world.act(co_again, "submit_opinion", world.schools_head, text="无新增意见。")
    world.reply_issue(second, "A")
    world.evaluate(suggestion, "satisfied")
    world.act(suggestion, "close", world.congress)

    closed = fresh(suggestion)
    assert (closed.state, closed.result_class, closed.class_code) == ("closed", "resolved", "A")
    assert Clock.objects.filter(suggestion=suggestion, state="running", kind="lead_reply").count() == 0
    grades = Evaluation.objects.filter(suggestion=suggestion).order_by("round", "axis")
    assert [(row.round, row.axis, row.grade) for row in grades] == [
        (1, "process", "dissatisfied"),
        (1, "result", "dissatisfied"),
        (2, "process", "satisfied"),
        (2, "result", "satisfied"),
    ]
    events = list(Event.objects.filter(stream__key=stream_key(suggestion.pk)).order_by("seq"))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert [event.kind for event in events][:4] == [
        "suggestion.draft",
        "suggestion.submit",
        "suggestion.register",
        "suggestion.pre_assign",
    ]
    # Every act told the outbox, the draft too.
    assert Message.objects.filter(topic="suggestion.transition_done").count() == len(events)


def test_the_suggestion_counts_once_though_two_units_answer_separately(world: World) -> None:
    parts = [{"unit": world.roads.pk, "role": "separate"}, {"unit": world.water.pk, "role": "separate"}]
    suggestion = world.handed_over(units=parts)
    roads, water = Assignment.objects.filter(suggestion=suggestion).order_by("pk")
    world.begin(roads, world.roads_head)
    world.reply_issue(roads, "A")
    assert fresh(suggestion).state == "in_handling"
    world.begin(water, world.water_head)
    world.reply_issue(water, "C")
    done = fresh(suggestion)
    assert (done.state, done.class_code, done.result_class) == ("replied", "C", "deferred")
    assert Suggestion.objects.count() == 1
