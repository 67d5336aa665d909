"""Hand-over, clocks, returns, re-assignments, extensions, contacts, opinions, letters."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from acting import clocks, refuses, settle, units
from people import Cast
from ready import (
    accepted,
    co_accepted,
    contacted,
    issued,
    part_of,
    today,
)
from world import World, contact, fresh

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.audit.models import Event
from luoshi.suggestions.models import Assignment, Clock, Reply, Suggestion, Unit
from luoshi.suggestions.services.door import GateShut
from luoshi.suggestions.services.log import stream_key

STAGES = ("handed_over", "accepted", "handling", "drafted", "issued")
DAY = date(2019, 5, 23)
OnDay = Callable[[date], None]


# -- hand-over (HN-04, HN-07, HN-17) ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roll", "co_due", "lead_due"), [(True, "2019-06-24", "2019-08-23"), (False, "2019-06-23", "2019-08-23")]
)
def test_the_clocks_of_the_hand_over(
    world: World, on_day: OnDay, roll: bool, co_due: str, lead_due: str
) -> None:
    settle(roll_over_holidays=roll)
    on_day(DAY)
    suggestion = world.handed_over(units=units((world.roads, "lead"), (world.water, "co")))
    lead, co = part_of(suggestion, world.roads), part_of(suggestion, world.water)
    assert (str(lead.due_on), str(co.due_on)) == (lead_due, co_due)
    assert clocks(lead)["lead_reply"] == ("2019-05-23", lead_due)
    assert clocks(co)["co_opinion"] == ("2019-05-23", co_due)
    assert clocks(co)["acceptance"] == clocks(lead)["acceptance"] == ("2019-05-23", "2019-05-30")


def test_difficult_ones_have_six_months(world: World, on_day: OnDay) -> None:
    on_day(DAY)
    suggestion = world.registered()
    parts = units((world.roads, "lead"))
    world.act(suggestion, "hand_over", world.congress, units=parts, is_difficult=True)
    assert str(part_of(suggestion, world.roads).due_on) == "2019-11-25"


def test_the_hand_over_keeps_leader_follower_and_requirement(world: World) -> None:
    suggestion = world.registered()
    world.act(
        suggestion,
        "hand_over",
        world.government,
        units=units((world.roads, "lead")),
        county_leader="分管副县长",
        office_follow_up="办公室副主任",
        document_number="×政函〔2019〕13号",
        requirement="年内办结",
    )
    part, row = part_of(suggestion, world.roads), fresh(suggestion)
    assert (part.county_leader, part.office_follow_up, part.requirement) == (
        "分管副县长",
        "办公室副主任",
        "年内办结",
    )
    assert (row.handover_document, row.is_key) == ("×政函〔2019〕13号", False)


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        (("lead", "lead"), "只能有一个主办单位；由几个单位各自答复的，请都选为分办"),
        (("lead", "separate"), "主办与分办不能并用"),
        (("separate",), "分办至少要有两个单位"),
        (("co",), "请选择一个主办单位，或两个以上分办单位"),
        ((), "至少要有 1 项"),
        (("boss",), "不在可选范围内"),
    ],
)
def test_parts_that_cannot_stand_together(world: World, roles: tuple[str, ...], message: str) -> None:
    suggestion = world.registered()
    given = units(*zip((world.roads, world.water), roles, strict=False))
    refuses(world, suggestion, "hand_over", world.congress, message, units=given)


def test_other_wrong_hand_overs(world: World) -> None:
    suggestion = world.registered()
    lead = units((world.roads, "lead"))
    tomorrow = today() + timedelta(days=1)
    refuses(
        world, suggestion, "hand_over", world.congress, "不能晚于今天", units=lead, handed_over_on=tomorrow
    )
    twice = units((world.roads, "lead"), (world.roads, "co"))
    refuses(world, suggestion, "hand_over", world.congress, "同一单位只能选一次", units=twice)
    unknown = [{"unit": 10**9, "role": "lead"}]
    refuses(world, suggestion, "hand_over", world.congress, "没有编号为 1000000000 的承办单位", units=unknown)


def test_a_later_proposal_replaces_the_earlier_and_keeps_answers_that_still_fit(world: World) -> None:
    suggestion = world.registered()
    first = units((world.roads, "lead"), (world.water, "co"))
    world.act(suggestion, "pre_assign", world.government, units=first)
    world.act(suggestion, "claim", world.roads_head, unit=world.roads.pk)
    world.act(suggestion, "object", world.water_head, unit=world.water.pk, reason="无关")
    second = units((world.roads, "lead"), (world.schools, "co"))
    world.act(suggestion, "pre_assign", world.government, units=second)
    rows = suggestion.proposals.order_by("unit__name").values_list("unit__name", "state")
    assert list(rows) == [("县交通运输局", "claimed"), ("县教育局", "proposed")]
    refuses(world, suggestion, "claim", world.roads_head, "只能代表本单位回应", unit=world.schools.pk)


# -- return and re-assignment (HN-11) ---------------------------------------------------------------------


@pytest.mark.parametrize("restart", [False, True])
def test_the_clock_of_a_re_assignment_is_the_countys_choice(
    world: World, on_day: OnDay, restart: bool
) -> None:
    settle(restart_clock_on_reassignment=restart)
    on_day(DAY)
    suggestion = world.handed_over()
    old = world.lead(suggestion)
    on_day(date(2019, 6, 20))
    world.act(old, "reassign", world.government, reason="职责", units=units((world.water, "lead")))
    new = world.lead(suggestion)
    assert (fresh(old).state, new.unit, new.replaces, new.state) == (
        "reassigned",
        world.water,
        old,
        "pending",
    )
    # The new unit has its own time to accept and to return, whatever runs on.
    assert (str(new.handed_over_on), clocks(new)["acceptance"]) == (
        "2019-06-20",
        ("2019-06-20", "2019-06-27"),
    )
    counted = ("2019-06-20", "2019-09-20") if restart else ("2019-05-23", "2019-08-23")
    assert clocks(new)["lead_reply"] == counted
    assert str(new.due_on) == counted[1]
    assert clocks(old) == {}
    assert set(clocks(old, "stopped")) == {"acceptance", "lead_reply"}
    assert fresh(suggestion).handed_over_on == DAY


def test_a_re_assigned_unit_may_return_it_too(world: World, on_day: OnDay) -> None:
    on_day(DAY)
    suggestion = world.handed_over()
    on_day(date(2019, 6, 20))
    world.act(
        world.lead(suggestion),
        "reassign",
        world.government,
        reason="职责",
        units=units((world.water, "lead")),
    )
    new = world.lead(suggestion)
    world.act(new, "accept", world.water_head)
    world.act(new, "request_return", world.water_head, reason="亦不属本单位")
    assert fresh(new).state == "return_requested"


def test_a_re_assigned_co_unit_takes_over_the_co_units_time(world: World, on_day: OnDay) -> None:
    on_day(DAY)
    suggestion = world.handed_over(units=units((world.roads, "lead"), (world.water, "co")))
    co = part_of(suggestion, world.water)
    on_day(date(2019, 6, 10))
    world.act(co, "reassign", world.government, reason="职责", units=units((world.schools, "co")))
    new = part_of(suggestion, world.schools)
    assert (new.role, new.replaces, str(new.due_on)) == ("co", co, "2019-06-24")
    assert fresh(suggestion).state == "assigned"


def test_it_counts_once_however_often_it_changes_hands(world: World) -> None:
    suggestion = world.handed_over()
    for unit in (world.water, world.schools, world.roads):
        part = world.lead(suggestion)
        world.act(part, "reassign", world.government, reason="职责", units=units((unit, "lead")))
    assert Suggestion.objects.filter(number__isnull=False).count() == 1
    rows = Assignment.objects.filter(suggestion=suggestion).order_by("pk").values_list("unit__name", "state")
    assert list(rows) == [
        ("县交通运输局", "reassigned"),
        ("县水利局", "reassigned"),
        ("县教育局", "reassigned"),
        ("县交通运输局", "pending"),
    ]


@pytest.mark.parametrize("restart", [False, True])
def test_returned_without_a_successor_it_is_handed_over_again(
    world: World, on_day: OnDay, restart: bool
) -> None:
    """The co-unit keeps its part where it is named again; the law counts from the first hand-over."""
    settle(restart_clock_on_reassignment=restart)
    on_day(DAY)
    suggestion = world.handed_over(units=units((world.roads, "lead"), (world.water, "co")))
    lead, co = part_of(suggestion, world.roads), part_of(suggestion, world.water)
    world.act(co, "accept", world.water_head)
    world.act(lead, "accept", world.roads_head)
    world.act(lead, "request_return", world.roads_head, reason="不属本单位")
    on_day(date(2019, 6, 3))
    world.act(lead, "approve_return", world.government, reason="同意")
    assert fresh(suggestion).state == "pre_assigned"
    refuses(
        world,
        suggestion,
        "hand_over",
        world.congress,
        "交办日期不能早于首次交办日期 2019-05-23",
        units=units((world.schools, "lead")),
        handed_over_on="2019-05-22",
    )
    again = units((world.schools, "lead"), (world.water, "co"))
    world.act(suggestion, "hand_over", world.congress, units=again)
    assert (fresh(suggestion).state, fresh(suggestion).handed_over_on) == ("assigned", DAY)
    new = world.lead(suggestion)
    assert (fresh(co).state, new.unit) == ("accepted", world.schools)
    assert Assignment.objects.filter(suggestion=suggestion).count() == 3
    assert str(new.due_on) == ("2019-09-03" if restart else "2019-08-23")
    # 7 June was 端午节.
    assert clocks(new)["acceptance"] == ("2019-06-03", "2019-06-11")


def test_the_unit_that_returned_it_may_get_it_again_and_another_part_ends(world: World) -> None:
    suggestion = world.handed_over(units=units((world.roads, "lead"), (world.water, "co")))
    lead, co = part_of(suggestion, world.roads), part_of(suggestion, world.water)
    world.act(lead, "accept", world.roads_head)
    world.act(lead, "request_return", world.roads_head, reason="不属本单位")
    world.act(lead, "approve_return", world.government, reason="同意")
    again = units((world.roads, "lead"), (world.schools, "co"))
    world.act(suggestion, "hand_over", world.congress, units=again)
    rows = Assignment.objects.filter(suggestion=suggestion).order_by("pk").values_list("unit__name", "state")
    assert list(rows) == [
        ("县交通运输局", "reassigned"),
        ("县水利局", "reassigned"),
        ("县交通运输局", "pending"),
        ("县教育局", "pending"),
    ]
    assert clocks(co) == {}
    event = Event.objects.filter(stream__key=stream_key(suggestion.pk)).latest("seq")
    assert (event.payload or {})["consequences"] == [["assignment", co.pk, "pending", "reassigned"]]


def test_a_refused_return_goes_on_where_it_stood(world: World) -> None:
    suggestion = world.handed_over()
    lead = world.lead(suggestion)
    world.act(lead, "accept", world.roads_head)
    before = clocks(lead)
    world.act(lead, "request_return", world.roads_head, reason="不属", proposed_unit=world.water.pk)
    world.act(lead, "reject_return", world.government, reason="属你单位", leader_instruction="请办理")
    request = lead.return_requests.get()
    assert (fresh(lead).state, request.decision, request.proposed_unit) == (
        "accepted",
        "rejected",
        world.water,
    )
    assert (request.decision_reason, request.leader_instruction) == ("属你单位", "请办理")
    assert clocks(lead) == before
    assert set(clocks(lead, "met")) == {"acceptance", "return_decision"}
    world.act(lead, "request_return", world.roads_head, reason="再次申请")
    assert lead.return_requests.count() == 2


def test_a_separate_part_that_is_returned_goes_to_another_unit_and_is_answered(world: World) -> None:
    """Of two separate leads one has replied: half of the suggestion may not stay unanswered."""
    suggestion = world.handed_over(units=units((world.roads, "separate"), (world.water, "separate")))
    first, second = part_of(suggestion, world.roads), part_of(suggestion, world.water)
    world.begin(first, world.roads_head)
    world.reply_issue(first, "A")
    world.act(second, "accept", world.water_head)
    world.act(second, "request_return", world.water_head, reason="已由交通部门一并答复")
    none_left = "其他单位只答复各自的部分，请为退回的部分另选分办单位"
    refuses(world, second, "approve_return", world.government, none_left, reason="同意")
    helping = "退回的是须答复代表的部分，请选为主办或分办"
    as_co = units((world.schools, "co"))
    refuses(world, second, "approve_return", world.government, helping, reason="同意", units=as_co)
    given = units((world.schools, "separate"))
    world.act(second, "approve_return", world.government, reason="同意", units=given)
    assert (fresh(suggestion).state, fresh(suggestion).replied_on) == ("in_handling", None)
    third = part_of(suggestion, world.schools)
    world.begin(third, world.schools_head)
    world.reply_issue(third, "A")
    assert (fresh(suggestion).state, fresh(suggestion).replied_on) == ("replied", today())


@pytest.mark.parametrize("role", ["lead", "separate"])
def test_a_helping_part_is_taken_over_by_one_that_helps(world: World, role: str) -> None:
    suggestion = world.handed_over(
        units=units((world.roads, "separate" if role == "separate" else "lead"), (world.water, "co"))
        + (units((world.schools, "separate")) if role == "separate" else [])
    )
    other = Unit.objects.create(name="县民政局")
    co = part_of(suggestion, world.water)
    told = "只能有一个主办单位" if role == "lead" else "退回的是会办部分，请选为会办"
    given = units((other, role))
    refuses(world, co, "reassign", world.government, told, reason="职责", units=given)


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ([("water", "co")], "县水利局已承办本件，请另选单位"),
        ([("roads", "lead")], "改办单位不能是原单位"),
        ([("schools", "co")], "退回的是须答复代表的部分，请选为主办或分办"),
        ([("schools", "lead"), ("schools", "co")], "同一单位只能选一次"),
        ([], "至少要有 1 项"),
    ],
)
def test_wrong_successors(world: World, roles: list[tuple[str, str]], message: str) -> None:
    suggestion = world.handed_over(units=units((world.roads, "lead"), (world.water, "co")))
    given = units(*((getattr(world, name), role) for name, role in roles))
    lead = part_of(suggestion, world.roads)
    refuses(world, lead, "reassign", world.government, message, reason="职责", units=given)


def test_a_reassigned_draft_ends_with_its_part(world: World) -> None:
    suggestion = world.in_handling()
    lead = world.lead(suggestion)
    world.act(lead, "draft_reply", world.roads_head)
    world.act(lead, "reassign", world.government, reason="职责", units=units((world.water, "lead")))
    assert list(Reply.objects.values_list("state", flat=True)) == ["ended"]
    assert fresh(suggestion).state == "assigned"


# -- units over time (HN-25) ------------------------------------------------------------------------------


def test_a_renamed_unit_keeps_its_old_name_on_old_parts(world: World) -> None:
    from luoshi.suggestions.services.units import unit_rename

    suggestion = world.handed_over()
    old = world.lead(suggestion)
    new_unit = unit_rename(unit=world.roads, name="县交通局", on=today(), actor=SYSTEM_ACTOR)
    assert fresh(old).unit.name == "县交通运输局"
    other = world.registered()
    with pytest.raises(GateShut, match=f"县交通运输局 在 {today()} 不在有效期内"):
        world.act(other, "hand_over", world.congress, units=units((world.roads, "lead")))
    world.act(other, "hand_over", world.congress, units=units((new_unit, "lead")))
    # On the day of a hand-over meeting before the reform the old unit was the right one.
    before = world.registered()
    world.act(
        before,
        "hand_over",
        world.congress,
        units=units((world.roads, "lead")),
        handed_over_on=today() - timedelta(days=1),
    )
    assert world.lead(before).unit.name == "县交通运输局"


# -- extension (代表法 art. 51) ---------------------------------------------------------------------------


def test_an_extension_moves_the_clock_with_consent_and_never_beyond_six_months(
    world: World, on_day: OnDay
) -> None:
    on_day(DAY)
    suggestion = world.handed_over()
    lead = world.lead(suggestion)
    world.act(lead, "accept", world.roads_head)
    limit = "自交办之日起最长 6 个月，最晚可延至 2019-11-25"
    refuses(world, lead, "request_extension", world.roads_head, limit, until="2019-11-26", reason="涉及面广")
    later = "延期后的日期须晚于现期限 2019-08-23"
    refuses(world, lead, "request_extension", world.roads_head, later, until="2019-08-23", reason="无")
    world.act(lead, "request_extension", world.roads_head, until="2019-11-25", reason="涉及面广")
    assert (str(fresh(lead).due_on), clocks(lead)["lead_reply"][1]) == ("2019-08-23", "2019-08-23")
    pending = "已有一份待定的延期申请"
    refuses(world, lead, "request_extension", world.roads_head, pending, until="2019-11-20", reason="再")
    world.act(lead, "consent_extension", world.congress)
    assert (str(fresh(lead).due_on), clocks(lead)["lead_reply"][1]) == ("2019-11-25", "2019-11-25")
    extension = lead.extensions.get()
    assert (str(extension.previous_due_on), extension.decision) == ("2019-08-23", "approved")
    # Changing hands wins no further time.
    on_day(date(2019, 8, 1))
    world.act(lead, "reassign", world.government, reason="职责", units=units((world.water, "lead")))
    new = world.lead(suggestion)
    world.act(new, "accept", world.water_head)
    assert str(new.due_on) == "2019-11-25"
    refuses(world, new, "request_extension", world.water_head, limit, until="2019-12-20", reason="涉及面广")


def test_a_refused_extension_changes_no_date(world: World) -> None:
    suggestion = world.handed_over()
    lead = world.lead(suggestion)
    world.act(lead, "accept", world.roads_head)
    until = (lead.due_on or today()) + timedelta(days=10)
    world.act(lead, "request_extension", world.roads_head, until=until, reason="涉及面广")
    world.act(lead, "refuse_extension", world.congress, reason="请按期答复")
    assert (fresh(lead).due_on, lead.extensions.get().decision) == (lead.due_on, "rejected")
    world.act(lead, "request_extension", world.roads_head, until=until, reason="再次申请")


# -- contacts and opinions (HN-13, HN-14) -----------------------------------------------------------------


def test_a_contact_is_confirmed_or_denied_once_by_the_deputy(staged: Cast) -> None:
    lead, made = contacted(staged)
    staged.world.act(lead, "deny_contact", staged.writer, contact=made, reason="当天未见面")
    row = lead.contacts.get(pk=made)
    assert (row.confirmed, row.denial_reason, row.answered_by_proxy, row.round) == (
        False,
        "当天未见面",
        False,
        1,
    )
    refuses(staged.world, lead, "confirm_contact", staged.writer, "代表已经答复过", contact=made)
    other = accepted(staged)
    assert other.pk == staged.kept["accepted[]"].pk
    refuses(staged.world, other, "confirm_contact", staged.writer, "没有这条沟通记录", contact=10**9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"held_on": "2999-01-01"}, "沟通日期不能晚于今天"),
        ({"held_on": "2000-01-01"}, "沟通日期不能早于交办日期"),
        ({"held_on": "1月1日"}, "日期应写作 2025-04-28"),
        ({"persons": ""}, "参加人员：不能为空"),
        ({"person_times": 0}, "沟通人次：不能小于 1"),
        ({"mode": "telepathy"}, "方式：不在可选范围内"),
    ],
)
def test_wrong_contacts(staged: Cast, change: dict[str, Any], message: str) -> None:
    lead = accepted(staged)
    given = {**contact(lead), **change}
    refuses(staged.world, lead, "record_contact", staged.lead_head, message, **given)


def test_a_contact_after_the_reply_belongs_to_the_round_of_its_part(staged: Cast) -> None:
    suggestion = issued(staged).suggestion
    staged.world.evaluate(suggestion, "dissatisfied")
    staged.world.act(suggestion, "rehandle", staged.congress, reason="仍未动工")
    old = suggestion.assignments.get(unit=staged.world.roads, round=1)
    made = staged.world.act(old, "record_contact", staged.lead_head, **contact(old, phase="after"))
    assert old.contacts.get(pk=made.created["contact"]).round == 1


def test_a_late_opinion_is_taken_and_said_to_be_late(staged: Cast) -> None:
    co = co_accepted(staged)
    Assignment.objects.filter(pk=co.pk).update(due_on=today() - timedelta(days=1))
    Clock.objects.filter(assignment=co, kind="co_opinion").update(due_on=today() - timedelta(days=1))
    staged.world.act(co, "submit_opinion", staged.co_head, text="同意")
    assert (co.opinions.get().is_late, fresh(co).done_on) == (True, today())
    assert set(clocks(co, "late")) == {"co_opinion"}


def test_an_opinion_sent_back_is_due_in_five_working_days(world: World, on_day: OnDay) -> None:
    on_day(DAY)
    suggestion = world.handed_over(units=units((world.roads, "lead"), (world.water, "co")))
    world.begin(part_of(suggestion, world.roads), world.roads_head)
    co = part_of(suggestion, world.water)
    world.act(co, "accept", world.water_head)
    world.act(co, "submit_opinion", world.water_head, text="同意")
    world.act(co, "send_back_opinion", world.roads_head, reason="意见不明确")
    assert (fresh(co).state, fresh(co).done_on, str(fresh(co).due_on)) == ("handling", None, "2019-05-30")
    assert clocks(co) == {"co_opinion": ("2019-05-23", "2019-05-30")}
    world.act(co, "submit_opinion", world.water_head, text="同意修建，建议加宽。")
    assert list(co.opinions.values_list("sent_back_reason", flat=True)) == ["意见不明确", ""]


# -- letters (HN-15, HN-18) -------------------------------------------------------------------------------
