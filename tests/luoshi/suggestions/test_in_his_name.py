"""Who speaks for a deputy: what staff enter rests on a paper, is labelled, told to him and gives way."""

from dataclasses import replace
from typing import Any

import pytest
from ready import grades
from world import World, contact, fresh

from luoshi.accounts.actor import Role
from luoshi.accounts.models import User
from luoshi.audit.models import Event
from luoshi.errors import Invalid, NotAllowed, WrongState
from luoshi.notifications.models import Notice
from luoshi.outbox.drain import outbox_drain
from luoshi.suggestions.acts.following import commitment
from luoshi.suggestions.models import Delegation, Deputy, Evaluation, Suggestion, Term
from luoshi.suggestions.selectors.actors import actor_of
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.suggestions.services.door import GateShut
from luoshi.suggestions.services.drafts import suggestion_draft
from luoshi.suggestions.services.log import stream_key
from luoshi.suggestions.services.settings import county_settings_apply
from luoshi.suggestions.services.units import unit_rename

NO_BASIS = "代录须写明依据"


def last(suggestion: Suggestion) -> dict[str, Any]:
    """What the newest event says."""
    return Event.objects.filter(stream__key=stream_key(suggestion.pk)).latest("seq").payload or {}


def told(kind: str) -> set[str]:
    """Names of the people told of ``kind``."""
    outbox_drain()
    return set(Notice.objects.filter(kind=kind).values_list("recipient__full_name", flat=True))


# -- evaluations ------------------------------------------------------------------------------------------


def test_a_grade_entered_for_him_rests_on_a_paper_and_gives_way_to_his_own(world: World) -> None:
    suggestion = world.replied()
    with pytest.raises(Invalid, match=NO_BASIS):
        world.act(suggestion, "evaluate", world.congress, grades=grades())
    given = {"grades": grades(), "basis": "征询意见表第1号"}
    world.act(suggestion, "evaluate", world.congress, **given)
    rows = Evaluation.objects.filter(suggestion=suggestion)
    assert set(rows.values_list("by_proxy", "basis", "grade")) == {(True, "征询意见表第1号", "satisfied")}
    assert last(suggestion)["on_behalf"] is True
    assert told("suggestion.evaluate") == {"田禾苗"}
    with pytest.raises(NotAllowed):
        world.act(suggestion, "evaluate_own", world.congress, **given)
    world.act(suggestion, "evaluate_own", world.writer, grades=grades("dissatisfied", "未动工"))
    assert set(rows.values_list("by_proxy", "grade")) == {(False, "dissatisfied")}
    every = Evaluation.every.filter(suggestion=suggestion)
    assert (rows.count(), every.count(), every.filter(superseded_at__isnull=False).count()) == (2, 4, 2)
    assert (last(suggestion)["replaces_proxy"], "on_behalf" in last(suggestion)) == (True, False)
    with pytest.raises(GateShut, match="本轮评价已经收到"):
        world.act(suggestion, "evaluate_own", world.writer, grades=grades())
    with pytest.raises(GateShut, match="代表的评价要求重新办理"):
        world.act(suggestion, "close", world.congress)


def test_his_answer_is_heard_after_the_end(world: World) -> None:
    """Silent when it was closed, he answers late: the case asks for another round."""
    suggestion = world.replied()
    suggestion.clocks.filter(kind="evaluation").update(due_on="2019-01-01")
    world.act(suggestion, "lapse_evaluation", world.system)
    world.act(suggestion, "close", world.congress)
    world.act(suggestion, "evaluate_own", world.writer, grades=grades("dissatisfied", "未动工"))
    assert fresh(suggestion).state == "closed"
    assert suggestion.clocks.get(kind="rehandling_decision").state == "running"
    world.act(suggestion, "rehandle", world.congress, reason="未动工")
    assert (fresh(suggestion).state, fresh(suggestion).round) == ("assigned", 2)


def test_for_a_merged_deputy_too_it_rests_on_a_paper(world: World) -> None:
    main, other = world.registered(), world.registered()
    world.act(other, "merge", world.congress, into=main.pk, reason="相近")
    world.act(main, "hand_over", world.congress, units=[{"unit": world.roads.pk, "role": "lead"}])
    world.begin(world.lead(main), world.roads_head)
    world.reply_issue(world.lead(main))
    with pytest.raises(Invalid, match=NO_BASIS):
        world.act(other, "evaluate_merged", world.congress, grades=grades())
    given = {"grades": grades(), "basis": "征询意见表第2号"}
    world.act(other, "evaluate_merged", world.congress, **given)
    with pytest.raises(GateShut, match="本轮评价已经收到"):
        world.act(other, "evaluate_merged", world.congress, **given)
    world.act(other, "evaluate_merged", world.writer, grades=grades("basically_satisfied"))
    assert set(other.evaluations.values_list("by_proxy", "grade")) == {(False, "basically_satisfied")}


def test_the_log_proves_a_grade_without_telling_it(world: World) -> None:
    suggestion = world.evaluated("dissatisfied")
    rows = {row.axis: row for row in Evaluation.objects.filter(suggestion=suggestion)}
    assert last(suggestion)["commitments"] == {axis: commitment(row) for axis, row in rows.items()}
    changed = rows["result"]
    changed.grade = "satisfied"
    assert last(suggestion)["commitments"]["result"] != commitment(changed)
    assert "input" not in last(suggestion)
    # The same grade twice does not look the same.
    assert len(set(last(suggestion)["commitments"].values())) == 2
    assert rows["process"].salt != rows["result"].salt


# -- contacts ---------------------------------------------------------------------------------------------


def test_his_own_word_on_a_meeting_replaces_what_was_entered(world: World) -> None:
    lead = world.lead(world.in_handling())
    made = lead.contacts.get().pk
    with pytest.raises(Invalid, match=NO_BASIS):
        world.act(lead, "confirm_contact", world.congress, contact=made)
    given = {"contact": made, "basis": "回执第1号"}
    world.act(lead, "confirm_contact", world.congress, **given)
    row = lead.contacts.get()
    assert (row.confirmed, row.answered_by_proxy, row.answer_basis) == (True, True, "回执第1号")
    assert last(lead.suggestion)["on_behalf"] is True
    assert told("assignment.confirm_contact") == {"田禾苗"}
    with pytest.raises(Invalid, match="代表已经答复过"):
        world.act(lead, "deny_contact", world.congress, reason="未见面", **given)
    world.act(lead, "deny_contact", world.writer, contact=made, reason="未见面")
    row = lead.contacts.get()
    assert (row.confirmed, row.answered_by_proxy, row.denial_reason) == (False, False, "未见面")
    with pytest.raises(Invalid, match="代表已经答复过"):
        world.act(lead, "confirm_contact", world.writer, contact=made)


def test_no_unit_learns_from_a_refusal_that_a_meeting_was_denied(world: World) -> None:
    lead = world.lead(world.in_handling())
    made = lead.contacts.get().pk
    world.act(lead, "deny_contact", world.writer, contact=made, reason="未见面")
    with pytest.raises(WrongState, match=r"最近一次操作：交通局长 于 .* “开始办理”") as refusal:
        world.act(lead, "accept", world.roads_head)
    assert "不属实" not in refusal.value.message
    assert told("assignment.deny_contact") == {"联工委"}


# -- withdrawing and other acts ---------------------------------------------------------------------------


def test_a_withdrawal_is_his_or_rests_on_his_paper_and_all_are_told(world: World) -> None:
    county_settings_apply(data={"withdrawal": "before_reply"}, actor=world.system)
    suggestion = world.in_handling()
    with pytest.raises(NotAllowed):
        world.act(
            suggestion, "withdraw", replace(world.congress, roles=frozenset({Role.SECRETARIAT})), reason="变"
        )
    with pytest.raises(Invalid, match=NO_BASIS):
        world.act(suggestion, "withdraw", world.congress, reason="情况已变化")
    world.act(suggestion, "withdraw", world.congress, reason="情况已变化", basis="申请第1号")
    assert last(suggestion)["on_behalf"] is True
    assert told("suggestion.withdraw") == {"交通局长", "田禾苗"}


@pytest.mark.parametrize("own", [True, False])
def test_what_somebody_else_does_for_him_says_so(world: World, own: bool) -> None:
    suggestion = world.draft()
    assert "on_behalf" not in last(suggestion)
    given = {"one_matter": True, "exclusions_acknowledged": True}
    world.act(suggestion, "submit", world.writer if own else world.congress, **given)
    assert ("on_behalf" in last(suggestion)) is not own
    world.act(suggestion, "register", world.congress)
    assert "on_behalf" not in last(suggestion)


def test_no_deputy_and_no_office_of_the_government_makes_a_case_a_key_one(world: World) -> None:
    given = {"session": "17-4", "title": "关于饮水的建议", "is_key": True}
    with pytest.raises(Invalid, match="重点督办件由主任会议确定"):
        suggestion_draft(data=given, actor=world.writer)
    suggestion = world.registered()
    with pytest.raises(NotAllowed):
        world.act(suggestion, "mark_key", world.government, decision="政府常务会议")
    parts = [{"unit": world.roads.pk, "role": "lead"}]
    with pytest.raises(Invalid, match="没有这一项"):
        world.act(suggestion, "hand_over", world.government, units=parts, is_key=True)
    key = {"decision": "主任会议第3次会议", "supervising_leader": "副主任"}
    world.act(suggestion, "mark_key", world.congress, **key)
    row = fresh(suggestion)
    assert (row.is_key, row.supervising_leader, row.state) == (True, "副主任", "registered")
    world.act(suggestion, "mark_key", world.congress, is_key=False, decision="主任会议第4次会议")
    assert (fresh(suggestion).is_key, fresh(suggestion).supervising_leader) == (False, "")


def test_no_office_writes_a_past_year_beside_the_import(world: World) -> None:
    suggestion = world.draft()
    given = {"number": 7, "units": [{"unit": world.roads.pk, "role": "lead"}], "source_digest": "0" * 64}
    imported_by_hand = replace(world.congress, channel=world.importer.channel)
    for actor in (world.congress, imported_by_hand, world.system):
        with pytest.raises(NotAllowed):
            world.act(suggestion, "import_closed", actor, **given)
    world.act(suggestion, "import_closed", world.importer, **given)


# -- the same person, the same unit -----------------------------------------------------------------------


def test_who_is_elected_again_keeps_his_old_cases(world: World) -> None:
    suggestion = world.replied()
    term = Term.objects.create(number=18)
    delegation = Delegation.objects.create(term=term, name="云集镇代表团")
    user = User.objects.get(pk=world.writer.user_id)
    again = Deputy.objects.create(delegation=delegation, name="田禾苗", user=user)
    actor = actor_of(user)
    assert (actor.deputy_id, actor.deputy_ids) == (again.pk, {again.pk, world.deputy.pk})
    world.act(suggestion, "evaluate", actor, grades=grades())
    assert set(suggestion.evaluations.values_list("by_proxy", "deputy_id")) == {(False, world.deputy.pk)}


def test_a_unit_goes_on_with_the_cases_of_the_one_it_grew_out_of(world: World) -> None:
    suggestion = world.handed_over()
    unit = unit_rename(unit=world.roads, name="县交通局", on=suggestion.handed_over_on, actor=world.system)
    actor = actor_of(User.objects.get(pk=world.roads_head.user_id))
    assert {unit.pk, world.roads.pk} <= actor.unit_ids
    assert {unit.pk, world.roads.pk} <= actor.headed_unit_ids
    assert suggestions_visible(actor).get() == suggestion
    lead = world.lead(suggestion)
    world.act(lead, "accept", actor)
    world.act(lead, "record_contact", actor, **contact(lead))
    world.act(lead, "start", actor)
    assert fresh(lead).state == "handling"
