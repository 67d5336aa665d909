"""From the draft to the register: signatures, refusals, numbers, withdrawing, merging."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from people import Cast
from ready import READY, co_signing, draft, handed_over, import_data, registered, submitted, today
from snapshot import snapshot
from world import World, fresh

from luoshi.accounts.actor import SYSTEM_ACTOR, Channel
from luoshi.audit.models import Event
from luoshi.errors import Invalid, NotAllowed, NotFound
from luoshi.suggestions.models import CoSignature, Deputy, Suggestion
from luoshi.suggestions.services.door import GateShut, transition_perform
from luoshi.suggestions.services.drafts import suggestion_draft
from luoshi.suggestions.services.log import stream_key
from luoshi.suggestions.services.settings import county_settings_apply

STAGES = ("submitted", "registered", "handed_over")


def signatures(suggestion: Suggestion) -> dict[str, str]:
    """State of each signature by the deputy's name."""
    return dict(CoSignature.objects.filter(suggestion=suggestion).values_list("deputy__name", "state"))


def refuses(c: Cast, subject: Any, act: str, actor: Any, message: str, **data: Any) -> None:
    """The act is refused as wrong input with these words, and nothing is written."""
    before = snapshot()
    with pytest.raises(Invalid, match=message):
        c.world.act(subject, act, actor, **data)
    assert snapshot() == before


def test_signatures_are_given_declined_removed_and_asked_for_again(staged: Cast) -> None:
    suggestion = co_signing(staged)
    assert signatures(suggestion) == {"石小川": "confirmed", "受邀代表": "invited"}
    staged.world.act(suggestion, "decline_co_sign", staged.invited)
    assert signatures(suggestion)["受邀代表"] == "declined"
    staged.world.act(suggestion, "invite_co_signers", staged.writer, deputies=[staged.invited.deputy_id])
    assert signatures(suggestion) == {"石小川": "confirmed", "受邀代表": "invited"}
    staged.world.act(suggestion, "remove_co_signer", staged.writer, deputies=[staged.invited.deputy_id])
    assert signatures(suggestion)["受邀代表"] == "removed"
    with pytest.raises(NotFound):
        staged.world.act(suggestion, "co_sign", staged.invited)


def test_who_signed_another_text_is_asked_again(staged: Cast) -> None:
    suggestion = submitted(staged)
    staged.world.act(suggestion, "send_back", staged.congress, reason="请写明地点")
    staged.world.act(suggestion, "edit", staged.writer, category="交通")
    assert signatures(suggestion)["石小川"] == "confirmed"
    staged.world.act(suggestion, "edit", staged.writer, content="二、改建桥梁。")
    assert signatures(suggestion)["石小川"] == "invited"
    with pytest.raises(GateShut, match="还有 1 位受邀代表未答复是否附议"):
        staged.world.act(suggestion, "submit", staged.writer, one_matter=True, exclusions_acknowledged=True)
    staged.world.act(suggestion, "invite_co_signers", staged.writer, deputies=[staged.second.deputy_id])
    staged.world.act(suggestion, "co_sign", staged.second)
    staged.world.act(suggestion, "submit", staged.writer, one_matter=True, exclusions_acknowledged=True)


def test_nobody_co_signs_his_own(staged: Cast) -> None:
    suggestion = draft(staged)
    ids = [staged.writer.deputy_id]
    refuses(staged, suggestion, "invite_co_signers", staged.writer, "不必邀请自己附议", deputies=ids)
    refuses(
        staged, suggestion, "invite_co_signers", staged.writer, "本县没有编号为 999 的代表", deputies=[999]
    )


def test_editing_replaces_the_numbered_asks_and_the_log_keeps_which_fields(staged: Cast) -> None:
    suggestion = draft(staged, asks=["修涵洞", "装路灯"])
    staged.world.act(suggestion, "edit", staged.writer, asks=["修涵洞"], title="关于涵洞的建议")
    assert list(suggestion.asks.values_list("position", "text")) == [(1, "修涵洞")]
    event = Event.objects.filter(stream__key=stream_key(suggestion.pk)).latest("seq")
    assert event.payload is not None
    assert event.payload["changed"] == ["title", "asks"]


def test_a_deputy_whose_term_has_ended_leads_no_new_suggestion(staged: Cast) -> None:
    suggestion = draft(staged)
    Deputy.objects.filter(pk=staged.writer.deputy_id).update(valid_to=today() - timedelta(days=1))
    with pytest.raises(GateShut, match="领衔代表须在任"):
        staged.world.act(suggestion, "submit", staged.writer, one_matter=True, exclusions_acknowledged=True)
    Deputy.objects.filter(pk=staged.writer.deputy_id).update(valid_to=today())
    staged.world.act(suggestion, "submit", staged.writer, one_matter=True, exclusions_acknowledged=True)


def test_between_sessions_no_deadline_is_asked_for(staged: Cast) -> None:
    suggestion = draft(staged, raised_when="between_sessions")
    staged.world.session.submission_until = timezone.now() - timedelta(days=1)
    staged.world.session.save()
    staged.world.act(suggestion, "submit", staged.writer, one_matter=True, exclusions_acknowledged=True)
    assert fresh(suggestion).state == "submitted"


@pytest.mark.parametrize(
    ("channel", "is_late"),
    [(Channel.WEB, True), (Channel.API, True), (Channel.PAPER, False), (Channel.IMPORT, False)],
)
def test_what_was_handed_in_on_paper_is_typed_after_the_deadline(
    staged: Cast, channel: Channel, is_late: bool
) -> None:
    suggestion = draft(staged)
    staged.world.session.submission_until = timezone.now() - timedelta(days=1)
    staged.world.session.save()
    actor = replace(staged.writer, channel=channel)
    ticked = {"one_matter": True, "exclusions_acknowledged": True}
    if is_late:
        with pytest.raises(GateShut, match="大会期间的建议须在截止时间前提交"):
            staged.world.act(suggestion, "submit", actor, **ticked)
    else:
        staged.world.act(suggestion, "submit", actor, **ticked)
    assert fresh(suggestion).state == ("draft" if is_late else "submitted")


def test_not_accepted_for_a_reason_of_the_countys_list(staged: Cast) -> None:
    suggestion = submitted(staged)
    refuses(
        staged,
        suggestion,
        "not_accept",
        staged.congress,
        "没有“boring”这一情形",
        exclusion="boring",
        note="x",
    )
    staged.world.act(suggestion, "not_accept", staged.congress, exclusion="bidding", note="涉及招标结果")
    row = fresh(suggestion)
    assert (row.state, row.refusal_code, row.refusal_note, row.number) == (
        "not_accepted",
        "bidding",
        "涉及招标结果",
        None,
    )


def test_a_motion_keeps_its_number(staged: Cast) -> None:
    ready = READY["suggestion.convert_motion"](staged)
    staged.world.act(ready.subject, "convert_motion", ready.actor, **ready.data)
    row = fresh(ready.subject)
    assert (row.state, row.motion_number, row.motion_decision) == ("submitted", "议3", "主席团决定转为建议")


def test_numbers_go_on_and_a_taken_one_is_refused_by_name(staged: Cast) -> None:
    taken = registered(staged)
    other = staged.world.submitted()
    refuses(
        staged,
        other,
        "register",
        staged.congress,
        f"第{taken.number}号已是《{taken.title}》",
        number=taken.number,
    )
    staged.world.act(other, "register", staged.congress, number=500, recipient_system="court")
    assert (fresh(other).number, fresh(other).recipient_system) == (500, "court")
    further = staged.world.registered()
    assert further.number == 501


def test_each_kind_and_each_congress_counts_its_own_numbers(staged: Cast) -> None:
    staged.world.registered()
    assert staged.world.registered(item_kind="proposal").number == 1
    assert staged.world.registered(congress_body="township").number == 1


def test_a_joint_suggestion_is_withdrawn_when_all_agree(staged: Cast) -> None:
    suggestion = registered(staged)
    with pytest.raises(GateShut, match="还有 1 位附议代表未同意撤回"):
        staged.world.act(suggestion, "withdraw", staged.writer, reason="情况已变化")
    with pytest.raises(NotAllowed):
        staged.world.act(suggestion, "agree_to_withdraw", staged.writer)
    staged.world.act(suggestion, "agree_to_withdraw", staged.second)
    staged.world.act(suggestion, "withdraw", staged.writer, reason="情况已变化")
    assert fresh(suggestion).state == "withdrawn"


def test_where_the_county_says_so_the_lead_deputy_withdraws_alone_until_the_reply(staged: Cast) -> None:
    county_settings_apply(
        data={"withdrawal": "before_reply", "joint_withdrawal_needs_all": False}, actor=SYSTEM_ACTOR
    )
    suggestion = handed_over(staged)
    lead = suggestion.assignments.get(role="lead")
    staged.world.begin(lead, staged.lead_head)
    staged.world.act(lead, "draft_reply", staged.lead_head)
    co = suggestion.assignments.get(role="co")
    staged.world.act(co, "accept", staged.co_head)
    staged.world.act(co, "request_return", staged.co_head, reason="不属本单位")
    staged.world.act(suggestion, "withdraw", staged.writer, reason="情况已变化")
    assert fresh(suggestion).state == "withdrawn"
    assert set(suggestion.assignments.values_list("state", flat=True)) == {"ended"}
    assert set(suggestion.replies.values_list("state", flat=True)) == {"ended"}
    assert suggestion.clocks.filter(state="running").count() == 0
    event = Event.objects.filter(stream__key=stream_key(suggestion.pk)).latest("seq")
    assert event.payload is not None
    changes = sorted(tuple(change[2:]) for change in event.payload["consequences"])
    assert changes == [("drafted", "ended"), ("handling", "ended"), ("return_requested", "ended")]


def test_after_the_first_reply_nothing_is_withdrawn(staged: Cast) -> None:
    county_settings_apply(
        data={"withdrawal": "before_reply", "joint_withdrawal_needs_all": False}, actor=SYSTEM_ACTOR
    )
    units = [{"unit": unit.pk, "role": "separate"} for unit in (staged.world.roads, staged.world.water)]
    suggestion = staged.world.handed_over(units=units)
    first = suggestion.assignments.get(unit=staged.world.roads)
    staged.world.begin(first, staged.lead_head)
    staged.world.reply_issue(first)
    with pytest.raises(GateShut, match="已有单位答复，不能再撤回"):
        staged.world.act(suggestion, "withdraw", staged.writer, reason="情况已变化")


def test_what_was_handed_over_once_is_not_withdrawn_though_it_came_back(staged: Cast) -> None:
    suggestion = staged.world.handed_over()
    lead = suggestion.assignments.get()
    staged.world.act(lead, "accept", staged.lead_head)
    staged.world.act(lead, "request_return", staged.lead_head, reason="不属本单位")
    staged.world.act(lead, "approve_return", staged.government, reason="同意")
    assert fresh(suggestion).state == "pre_assigned"
    with pytest.raises(GateShut, match="本县规定交办前可以撤回"):
        staged.world.act(suggestion, "withdraw", staged.writer, reason="情况已变化")


def test_merged_it_keeps_its_number_and_is_counted(staged: Cast) -> None:
    main, other = staged.world.registered(), staged.world.registered()
    total = Suggestion.objects.filter(number__isnull=False).count()
    staged.world.act(other, "merge", staged.congress, into=main.pk, reason="内容相近")
    row = fresh(other)
    assert (row.state, row.merged_into, row.number) == ("merged", main, other.number)
    assert Suggestion.objects.filter(number__isnull=False).count() == total
    assert list(main.merged.all()) == [row]


def test_merging_ends_what_ran(staged: Cast) -> None:
    main, other = staged.world.registered(), handed_over(staged)
    lead = other.assignments.get(role="lead")
    staged.world.act(lead, "accept", staged.lead_head)
    staged.world.act(lead, "request_return", staged.lead_head, reason="不属本单位")
    staged.world.act(lead, "approve_return", staged.government, reason="同意")
    staged.world.act(other, "merge", staged.congress, into=main.pk, reason="内容相近")
    assert set(other.assignments.values_list("role", "state")) == {("lead", "reassigned"), ("co", "ended")}
    assert other.clocks.filter(state="running").count() == 0


def test_no_merging_into_nothing_itself_a_draft_or_in_a_chain(staged: Cast) -> None:
    main, other = staged.world.registered(), staged.world.registered()
    proposal = staged.world.registered(item_kind="proposal")
    for into in (other.pk, 10**9, proposal.pk):
        told = "请选择同一届次、同一类、同一交办对象的另一件建议"
        refuses(staged, other, "merge", staged.congress, told, into=into, reason="相近")
    waiting = staged.world.submitted()
    refuses(
        staged,
        other,
        "merge",
        staged.congress,
        "现为“已提交”，不能再并入其他建议",
        into=waiting.pk,
        reason="相近",
    )
    staged.world.act(other, "merge", staged.congress, into=main.pk, reason="相近")
    third = staged.world.registered()
    refuses(
        staged,
        third,
        "merge",
        staged.congress,
        "现为“已并案”，不能再并入其他建议",
        into=other.pk,
        reason="相近",
    )
    refuses(staged, main, "merge", staged.congress, "已有其他建议并入本件", into=third.pk, reason="相近")
    with pytest.raises(GateShut, match="已有其他代表的建议并入本件，不能撤回"):
        staged.world.act(main, "withdraw", staged.writer, reason="情况已变化")


def test_a_delegations_suggestion_has_no_lead_deputy(staged: Cast) -> None:
    data = {
        "session": "17-4",
        "title": "关于饮水的建议",
        "delegation": staged.world.delegation.pk,
        "proposer_kind": "delegation",
    }
    suggestion = suggestion_draft(data=data, actor=staged.congress)
    assert suggestion.lead_deputy is None
    staged.world.act(suggestion, "submit", staged.congress, one_matter=True, exclusions_acknowledged=True)
    staged.world.act(suggestion, "register", staged.congress)
    units = [{"unit": staged.world.roads.pk, "role": "lead"}]
    staged.world.act(suggestion, "hand_over", staged.congress, units=units)
    lead = suggestion.assignments.get()
    staged.world.begin(lead, staged.lead_head)
    made = lead.contacts.get()
    staged.world.act(lead, "confirm_contact", staged.congress, contact=made.pk, basis="回执第1号")
    assert (fresh(made).confirmed, fresh(made).answered_by_proxy) == (True, True)
    staged.world.reply_issue(lead)
    staged.world.evaluate(suggestion, "satisfied", staged.congress)
    assert set(suggestion.evaluations.values_list("by_proxy", "deputy_id")) == {(True, None)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"session": "99-9"}, "本县没有“99-9”这一届次"),
        ({"title": ""}, "标题：不能为空"),
        ({"title": "长" * 201}, "标题：过长，最多 200 个字"),
        ({"lead_deputy": 10**9}, "只能以本人名义领衔提出建议"),
        ({"colour": "red"}, "没有这一项，请删去"),
    ],
)
def test_a_bad_draft_is_refused_in_words(staged: Cast, change: dict[str, Any], message: str) -> None:
    data = {"session": "17-4", "title": "关于路灯的建议", **change}
    before = snapshot()
    with pytest.raises(Invalid, match=message):
        suggestion_draft(data=data, actor=staged.writer)
    assert snapshot() == before


def test_only_deputies_and_who_receives_suggestions_write_them(staged: Cast) -> None:
    data = {"session": "17-4", "title": "关于路灯的建议", "lead_deputy": staged.writer.deputy_id}
    may = set()
    for name, actor in staged.people.items():
        try:
            suggestion_draft(data=data, actor=actor)
        except (NotAllowed, Invalid):
            continue
        may.add(name)
    assert may == {"writer", "congress", "secretariat", "presidium", "system", "importer"}


def test_an_act_that_does_not_exist_is_not_found(staged: Cast) -> None:
    with pytest.raises(NotFound, match="没有“explode”这一操作"):
        transition_perform(subject=draft(staged), transition="explode", actor=staged.congress)


# -- a past year ------------------------------------------------------------------------------------------


def imported(world: World, **data: Any) -> Suggestion:
    """A past year's item with what the table says."""
    suggestion = world.draft()
    given = {
        "number": 77,
        "units": [{"unit": world.roads.pk, "role": "lead"}, {"unit": world.water.pk, "role": "co"}],
        "source_digest": "0" * 64,
        **data,
    }
    world.act(suggestion, "import_closed", world.importer, **given)
    return fresh(suggestion)


def test_nothing_is_invented_for_a_past_year(world: World) -> None:
    row = imported(world, class_code="B", contact_records=3, contact_person_times=5)
    assert (row.state, row.number, row.is_imported, row.result_class) == ("closed", 77, True, "in_progress")
    assert (row.handed_over_on, row.replied_on, row.closed_on, row.registered_on) == (None,) * 4
    parts = row.assignments.values_list("role", "state", "handed_over_on", "due_on", "done_on", "principal")
    assert list(parts) == [("lead", "done", None, None, None, ""), ("co", "done", None, None, None, "")]
    assert list(row.replies.values_list("state", "issued_on", "is_imported")) == [("issued", None, True)]
    assert (row.contacts.count(), row.clocks.count(), row.evaluations.count()) == (0, 0, 0)
    figures = row.imported_figures.get()
    assert (figures.contact_records, figures.contact_person_times) == (3, 5)
    events = Event.objects.filter(stream__key=stream_key(row.pk)).order_by("seq")
    assert [event.kind for event in events] == ["suggestion.draft", "suggestion.import_closed"]
    assert (events[1].payload or {})["gates"] == "not_applicable_imported"


def test_what_the_table_states_is_kept(world: World) -> None:
    row = imported(
        world,
        handed_over_on="2019-05-23",
        replied_on="2019-08-01",
        class_code="A",
        grades=[{"axis": "result", "grade": "dissatisfied"}],
    )
    assert (str(row.handed_over_on), str(row.replied_on)) == ("2019-05-23", "2019-08-01")
    assert [str(part.done_on) for part in row.assignments.all()] == ["2019-08-01", "None"]
    grades = row.evaluations.values_list("axis", "grade", "reason", "is_imported")
    assert list(grades) == [("result", "dissatisfied", "", True)]


def test_the_unresolved_of_a_past_year_is_tracked_on(world: World) -> None:
    row = imported(world, class_code="C", grades=[{"axis": "result", "grade": "dissatisfied"}])
    world.act(row, "track", world.congress)
    assert (fresh(row).state, fresh(row).closed_on) == ("tracking", None)
    resolved = imported(world, number=78, class_code="A")
    with pytest.raises(GateShut, match="只有尚未解决的建议转入跟踪"):
        world.act(resolved, "track", world.congress)
    unclassified = imported(world, number=79)
    with pytest.raises(GateShut, match="只有尚未解决的建议转入跟踪"):
        world.act(unclassified, "track", world.congress)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"class_code": "Z"}, "本县没有“Z”类，可选：A、B、C、D"),
        ({"grades": [{"axis": "smile", "grade": "satisfied"}]}, "本县没有“smile”这一评价维度"),
        ({"handed_over_on": "2019-05-23", "replied_on": "2019-05-22"}, "答复日期不能早于交办日期"),
        ({"handed_over_on": "23.5.2019"}, "日期应写作 2025-04-28"),
        ({"units": []}, "至少要有 1 项"),
        ({"units": [{"unit": 10**9, "role": "lead"}]}, "本县没有编号为 1000000000 的承办单位"),
    ],
)
def test_a_wrong_row_of_a_past_year_is_refused_whole(
    staged: Cast, change: dict[str, Any], message: str
) -> None:
    suggestion = draft(staged)
    refuses(staged, suggestion, "import_closed", staged.importer, message, **import_data(staged, **change))


def test_a_number_of_a_past_year_stands_once(world: World) -> None:
    imported(world)
    with pytest.raises(Invalid, match="第77号已是"):
        imported(world)
