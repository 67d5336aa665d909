"""The letter and its date (domain.md C1 rows 14, 15, 20)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from acting import clocks, refuses, settle, units
from people import Cast
from ready import (
    READY,
    drafted,
    part_of,
    today,
)
from world import World, fresh

from luoshi.errors import WrongState
from luoshi.suggestions.models import Assignment, Reply

STAGES = ("handed_over", "accepted", "handling", "drafted", "issued")
DAY = date(2019, 5, 23)
OnDay = Callable[[date], None]


def test_a_letter_that_is_sent_back_cannot_be_issued(staged: Cast) -> None:
    ready = READY["reply.send_back"](staged)
    staged.world.act(ready.subject, "send_back", ready.actor, reason="态度不诚恳")
    assert list(ready.subject.reviews.values_list("result", "reasons")) == [("sent_back", "态度不诚恳")]
    with pytest.raises(WrongState, match="答复现为“退改”，不能“答复代表”"):
        staged.world.act(ready.subject, "issue", staged.lead_head)


def test_the_letter_of_the_countys_scheme_and_no_other(staged: Cast) -> None:
    reply = drafted(staged)
    refuses(staged.world, reply, "edit", staged.lead_head, "本县没有“Z”类，可选：A、B、C、D", class_code="Z")
    staged.world.act(reply, "edit", staged.lead_head, class_code="C")
    assert (fresh(reply).class_code, fresh(reply).result_class) == ("C", "deferred")


def test_a_comment_is_asked_for_first(staged: Cast) -> None:
    reply = drafted(staged)
    refuses(staged.world, reply, "comment", staged.writer, "尚未就此稿征求意见", text="请写明时间")
    staged.world.act(reply, "share_draft", staged.lead_head)
    staged.world.act(reply, "comment", staged.writer, text="请写明时间")
    assert list(reply.comments.values_list("deputy_id", "text")) == [(staged.writer.deputy_id, "请写明时间")]


def test_wrong_dates_of_a_letter(staged: Cast) -> None:
    reply = READY["reply.issue"](staged).subject
    late, early = today() + timedelta(days=1), today() - timedelta(days=1)
    passed = f"答复日期不能早于审核通过之日 {today()}"
    refuses(staged.world, reply, "issue", staged.lead_head, "答复日期不能晚于今天", issued_on=late)
    refuses(
        staged.world,
        reply,
        "issue",
        staged.lead_head,
        passed,
        issued_on=early,
    )


@pytest.mark.parametrize(
    ("rule", "first", "second", "stands"),
    [
        ("worst", "A", "C", ("C", "deferred")),
        ("worst", "C", "A", ("C", "deferred")),
        ("first", "A", "C", ("A", "resolved")),
        ("first", "C", "A", ("C", "deferred")),
    ],
)
def test_one_class_from_several_letters(
    world: World, rule: str, first: str, second: str, stands: tuple[str, str]
) -> None:
    settle(separate_class=rule)
    suggestion = world.handed_over(units=units((world.roads, "separate"), (world.water, "separate")))
    parts = [(part_of(suggestion, world.water), second), (part_of(suggestion, world.roads), first)]
    for part, letter in parts:
        world.begin(part, world.head_of(part))
        world.reply_issue(part, letter)
    row = fresh(suggestion)
    assert (row.state, row.class_code, row.result_class) == ("replied", *stands)
    assert row.clocks.get(kind="evaluation").state == "running"


def test_a_late_co_unit_is_released_when_the_case_goes_on(world: World) -> None:
    suggestion = world.handed_over(units=units((world.roads, "lead"), (world.water, "co")))
    lead, co = part_of(suggestion, world.roads), part_of(suggestion, world.water)
    world.begin(lead, world.roads_head)
    Assignment.objects.filter(pk=co.pk).update(due_on=today() - timedelta(days=1))
    reply = Reply.objects.get(pk=world.act(lead, "draft_reply", world.roads_head).created["reply"])
    world.act(reply, "edit", world.roads_head, body="现答复如下。", class_code="B")
    world.act(reply, "sign", world.roads_head, co_overdue_noted=True)
    world.act(reply, "submit_review", world.roads_head)
    world.act(reply, "approve", world.government)
    world.act(reply, "issue", world.roads_head)
    assert (fresh(suggestion).state, fresh(co).state) == ("replied", "pending")
    world.evaluate(suggestion, "dissatisfied")
    world.act(suggestion, "rehandle", world.congress, reason="仍未动工")
    assert (fresh(co).state, clocks(co)) == ("ended", {})
    again = part_of(suggestion, world.water)
    assert (again.round, again.role, again.state) == (2, "co", "pending")
