"""What keeps a case from looking done, heard or punctual when it is not: one test for each such rule.

The dates of letters, the grades of silent and of merged deputies, meetings that were denied, letters of every
unit, promises. Who speaks for a deputy is in ``test_in_his_name``.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from ready import grades, masked, part_of, publication_data, today
from world import World, contact, fresh

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.audit.models import Event
from luoshi.errors import Invalid, NotAllowed
from luoshi.notifications.models import Notice
from luoshi.outbox.drain import outbox_drain
from luoshi.outbox.models import Message
from luoshi.suggestions.models import Assignment, Clock, Publication, Reply, Suggestion, Unit
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.suggestions.services.door import GateShut
from luoshi.suggestions.services.drafts import suggestion_draft
from luoshi.suggestions.services.log import TRANSITION_DONE, stream_key
from luoshi.suggestions.services.settings import county_settings_apply

DAY = date(2019, 5, 23)
OnDay = Callable[[date], None]


def units(*pairs: tuple[Unit, str]) -> list[dict[str, Any]]:
    """Parts as the input names them."""
    return [{"unit": unit.pk, "role": role} for unit, role in pairs]


def written(world: World, part: Assignment, letter: str, kind: str = "draft_reply") -> Reply:
    """A letter that the office has passed and nobody has sent."""
    head = world.head_of(part)
    reply = Reply.objects.get(pk=world.act(part, kind, head).created["reply"])
    world.act(reply, "edit", head, body="现答复如下。", class_code=letter)
    world.act(reply, "sign", head)
    world.act(reply, "submit_review", head)
    world.act(reply, "approve", world.government)
    return fresh(reply)


def clock(suggestion: Suggestion, kind: str) -> tuple[str, str, str]:
    """The newest clock of a kind: its state, first and last day."""
    row = suggestion.clocks.filter(kind=kind).latest("pk")
    return row.state, str(row.starts_on), str(row.due_on)


def lapse(world: World, suggestion: Suggestion) -> None:
    """Let the deputy's time run out."""
    Clock.objects.filter(suggestion=suggestion, kind="evaluation").update(due_on=date(2019, 1, 1))
    world.act(suggestion, "lapse_evaluation", world.system)


def twice_handled(world: World, letter: str) -> Suggestion:
    """Dissatisfied in the first round, silent in the second."""
    suggestion = world.evaluated("dissatisfied", letter)
    world.act(suggestion, "rehandle", world.congress, reason="仍未动工")
    world.begin(world.lead(suggestion), world.roads_head)
    world.reply_issue(world.lead(suggestion), letter)
    lapse(world, suggestion)
    return fresh(suggestion)


# -- the day on which it is done --------------------------------------------------------------------------


def test_a_date_on_the_letter_makes_no_late_reply_punctual(world: World, on_day: OnDay) -> None:
    on_day(DAY)
    suggestion = world.in_handling()
    on_day(date(2019, 8, 22))
    reply = written(world, world.lead(suggestion), "A")
    on_day(date(2019, 8, 26))
    world.act(reply, "issue", world.roads_head, issued_on="2019-08-22")
    assert (str(fresh(reply).issued_on), str(fresh(suggestion).replied_on)) == ("2019-08-22", "2019-08-26")
    assert str(world.lead(suggestion).done_on) == "2019-08-26"
    assert clock(suggestion, "lead_reply") == ("late", "2019-05-23", "2019-08-23")
    assert clock(suggestion, "evaluation")[:2] == ("running", "2019-08-26")
    assert clock(suggestion, "publication")[:2] == ("running", "2019-08-26")


@pytest.mark.parametrize(("role", "due"), [("lead", "2019-08-27"), ("co", "2019-06-27")])
def test_a_window_from_the_receipt_runs_from_the_acceptance(
    world: World, on_day: OnDay, role: str, due: str
) -> None:
    months = {"lead_reply": 3, "co_opinion": 1}
    windows = {name: {"number": n, "unit": "month", "start": "receipt"} for name, n in months.items()}
    county_settings_apply(data={"windows": windows}, actor=SYSTEM_ACTOR)
    on_day(DAY)
    suggestion = world.handed_over(units=units((world.roads, "lead"), (world.water, "co")))
    part = suggestion.assignments.get(role=role)
    on_day(date(2019, 5, 27))
    world.act(part, "accept", world.head_of(part))
    kind = "lead_reply" if role == "lead" else "co_opinion"
    running = Clock.objects.get(assignment=part, kind=kind)
    assert (str(fresh(part).due_on), str(running.due_on)) == (due, due)


@pytest.mark.parametrize(("start", "opens"), [("receipt", True), ("hand_over", False)])
def test_the_return_window_begins_where_the_county_says(
    world: World, on_day: OnDay, start: str, opens: bool
) -> None:
    window = {"number": 5, "unit": "working_day", "start": start}
    county_settings_apply(data={"windows": {"return_request": window}}, actor=SYSTEM_ACTOR)
    on_day(DAY)
    lead = world.lead(world.handed_over())
    on_day(date(2019, 6, 3))
    world.act(lead, "accept", world.roads_head)
    if opens:
        world.act(lead, "request_return", world.roads_head, reason="不属本单位")
    else:
        with pytest.raises(GateShut, match="申请退办的期限为 2019-05-30"):
            world.act(lead, "request_return", world.roads_head, reason="不属本单位")
    assert fresh(lead).state == ("return_requested" if opens else "accepted")


@pytest.mark.parametrize(
    ("name", "start", "known"),
    [
        ("evaluation", "hand_over", "收到"),
        ("rehandling", "receipt", "通知"),
        ("acceptance", "notice", "交办"),
    ],
)
def test_a_start_that_no_clock_reads_is_refused(world: World, name: str, start: str, known: str) -> None:
    window = {"number": 5, "unit": "working_day", "start": start}
    with pytest.raises(Invalid, match=f"的起算只能是：{known}"):
        county_settings_apply(data={"windows": {name: window}}, actor=SYSTEM_ACTOR)


# -- whose letter, whose system ---------------------------------------------------------------------------


def test_a_lead_is_of_the_system_that_reviews_its_letter(world: World) -> None:
    Unit.objects.filter(pk=world.water.pk).update(system="court")
    suggestion = world.registered()
    told = "县水利局属“法院”系统，本件交办对象为“政府”，不能由其答复"
    with pytest.raises(Invalid, match=told):
        world.act(suggestion, "hand_over", world.congress, units=units((world.water, "lead")))
    parts = units((world.roads, "lead"), (world.water, "co"))
    world.act(suggestion, "hand_over", world.congress, units=parts)
    # Nor does it become one by changing hands.
    other = world.handed_over()
    given = units((world.water, "lead"))
    with pytest.raises(Invalid, match=told):
        world.act(world.lead(other), "reassign", world.government, reason="职责", units=given)


@pytest.mark.parametrize(("letters", "closes"), [("AA", True), ("AC", False)])
def test_every_unit_that_answered_is_asked_before_it_closes(world: World, letters: str, closes: bool) -> None:
    """The figures take the first letter; what may be closed asks them all."""
    county_settings_apply(data={"separate_class": "first"}, actor=SYSTEM_ACTOR)
    suggestion = world.handed_over(units=units((world.roads, "separate"), (world.water, "separate")))
    for unit, letter in zip((world.roads, world.water), letters, strict=True):
        part = part_of(suggestion, unit)
        world.begin(part, world.head_of(part))
        world.reply_issue(part, letter)
    world.evaluate(suggestion, "satisfied")
    assert fresh(suggestion).result_class == "resolved"
    shut, opened = ("track", "close") if closes else ("close", "track")
    with pytest.raises(GateShut):
        world.act(suggestion, shut, world.congress)
    world.act(suggestion, opened, world.congress)


# -- contacts ---------------------------------------------------------------------------------------------


def test_a_denied_meeting_opens_nothing(world: World) -> None:
    lead = world.lead(world.handed_over())
    world.act(lead, "accept", world.roads_head)
    made = world.act(lead, "record_contact", world.roads_head, **contact(lead)).created["contact"]
    world.act(lead, "deny_contact", world.writer, contact=made, reason="当天未见面")
    with pytest.raises(GateShut, match="开始办理前须先与代表沟通"):
        world.act(lead, "start", world.roads_head)
    world.act(lead, "record_contact", world.roads_head, **contact(lead))
    world.act(lead, "start", world.roads_head)


@pytest.mark.parametrize("phase", ["before", "during"])
def test_no_meeting_before_the_reply_is_recorded_after_it(world: World, phase: str) -> None:
    lead = world.lead(world.replied())
    with pytest.raises(Invalid, match="答复之后只能记录办后沟通"):
        world.act(lead, "record_contact", world.roads_head, **contact(lead, phase))
    world.act(lead, "record_contact", world.roads_head, **contact(lead, "after"))
    row = lead.contacts.get(phase="after")
    # When it was written down stands beside the day on which it is said to have been.
    event = Event.objects.filter(stream__key=stream_key(row.suggestion_id)).latest("seq")
    assert (event.kind, event.at) == ("assignment.record_contact", row.recorded_at)


# -- the grade that stands --------------------------------------------------------------------------------


@pytest.mark.parametrize(("letter", "act"), [("A", "close"), ("B", "track")])
def test_silence_heals_no_dissatisfaction(world: World, letter: str, act: str) -> None:
    suggestion = twice_handled(world, letter)
    with pytest.raises(GateShut, match="代表的评价要求重新办理") as shut:
        world.act(suggestion, act, world.congress)
    assert [row.code for row in shut.value.requirements if not row.met] == ["no_trigger_grade"]
    world.act(suggestion, act, world.congress, decision="主任会议第5次会议")
    assert fresh(suggestion).state == {"close": "closed", "track": "tracking"}[act]


def test_no_decision_closes_what_the_deputy_has_just_refused(world: World) -> None:
    suggestion = world.evaluated("dissatisfied", "A")
    with pytest.raises(GateShut, match="代表的评价要求重新办理"):
        world.act(suggestion, "close", world.congress, decision="主任会议第5次会议")


def test_a_refused_case_owes_the_congress_a_decision(world: World, on_day: OnDay) -> None:
    on_day(date(2019, 5, 20))
    suggestion = world.replied()
    world.evaluate(suggestion, "dissatisfied", world.congress)
    assert clock(suggestion, "rehandling_decision") == ("running", "2019-05-20", "2019-06-03")
    assert suggestion.clocks.get(kind="rehandling_decision").owed_by == "congress_office"
    on_day(date(2019, 5, 27))
    # He says it again himself: that gives the congress no more time.
    world.act(suggestion, "evaluate_own", world.writer, grades=grades("dissatisfied", "未动工"))
    assert clock(suggestion, "rehandling_decision") == ("running", "2019-05-20", "2019-06-03")
    on_day(date(2019, 6, 4))
    world.act(suggestion, "rehandle", world.congress, reason="仍未动工")
    assert clock(suggestion, "rehandling_decision")[0] == "late"


def test_a_better_grade_of_his_own_ends_what_the_congress_owed(world: World) -> None:
    suggestion = world.replied()
    world.evaluate(suggestion, "dissatisfied", world.congress)
    world.act(suggestion, "evaluate_own", world.writer, grades=grades())
    assert clock(suggestion, "rehandling_decision")[0] == "stopped"
    world.act(suggestion, "close", world.congress)


# -- another round after the end --------------------------------------------------------------------------


def test_what_is_tracked_is_taken_up_again_and_keeps_nothing_that_looks_done(world: World) -> None:
    suggestion = world.tracking()
    part = world.lead(suggestion)
    draft = Reply.objects.get(pk=world.act(part, "draft_supplement", world.roads_head).created["reply"])
    with pytest.raises(GateShut, match="重新办理须有依据"):
        world.act(suggestion, "rehandle", world.congress, reason="未动工", ground="broken_promise")
    with pytest.raises(GateShut, match="重新办理须有依据"):
        world.act(suggestion, "rehandle", world.congress, reason="未动工", ground="grade")
    world.act(suggestion, "rehandle", world.congress, reason="未动工", ground="decision")
    row = fresh(suggestion)
    assert (row.state, row.round, row.class_code, row.result_class) == ("assigned", 2, "", "")
    assert (row.replied_on, row.closed_on, fresh(draft).state) == (None, None, "ended")
    assert clock(suggestion, "publication")[0] == "running"


def test_right_after_the_grade_only_the_grade_opens_another_round(world: World) -> None:
    suggestion = world.evaluated("satisfied", "B")
    for ground in ("grade", "decision", "broken_promise"):
        with pytest.raises(GateShut, match="重新办理须有依据"):
            world.act(suggestion, "rehandle", world.congress, reason="未动工", ground=ground)


@pytest.mark.parametrize("kept", [False, True])
def test_a_broken_promise_opens_another_round(world: World, kept: bool) -> None:
    suggestion = world.tracking()
    reply = suggestion.replies.get()
    made = world.act(reply, "add_promise", world.roads_head, text="年底前完工").created["promise"]
    with pytest.raises(NotAllowed):
        world.act(reply, "settle_promise", world.roads_head, promise=made, kept=True, note="已完工")
    with pytest.raises(Invalid, match="认定依据"):
        world.act(reply, "settle_promise", world.congress, promise=made, kept=kept, note="")
    with pytest.raises(Invalid, match="这份答复没有此项承诺"):
        world.act(reply, "settle_promise", world.congress, promise=10**9, kept=kept, note="现场核查")
    world.act(reply, "settle_promise", world.congress, promise=made, kept=kept, note="现场核查")
    promise = reply.promises.get()
    assert (promise.state, promise.settled_on) == ("kept" if kept else "broken", today())
    given = {"reason": "未兑现", "ground": "broken_promise"}
    if kept:
        with pytest.raises(GateShut, match="重新办理须有依据"):
            world.act(suggestion, "rehandle", world.congress, **given)
    else:
        world.act(suggestion, "rehandle", world.congress, **given)
    assert fresh(suggestion).round == (1 if kept else 2)


def test_tracking_ends_as_resolved_when_it_is_and_the_deputy_was_asked(world: World) -> None:
    suggestion = world.tracking()
    part = world.lead(suggestion)

    def shut(**given: Any) -> None:
        with pytest.raises(GateShut, match="以“已解决”结束跟踪"):
            world.act(suggestion, "end_tracking", world.congress, exit="resolved", **given)

    shut(deputy_view="agrees")
    world.reply_issue(part, "B", kind="draft_supplement")
    shut(deputy_view="agrees")
    world.reply_issue(part, "A", kind="draft_supplement")
    shut()
    shut(deputy_view="disagrees")
    open_letter = world.act(part, "draft_supplement", world.roads_head).created["reply"]
    given = {"deputy_view": "disagrees", "explanation": "现场已核查"}
    world.act(suggestion, "end_tracking", world.congress, exit="resolved", **given)
    assert (fresh(suggestion).state, Reply.objects.get(pk=open_letter).state) == ("closed", "ended")


# -- merged suggestions -----------------------------------------------------------------------------------


def two_merged(world: World) -> tuple[Suggestion, Suggestion]:
    """Another deputy's suggestion merged into the writer's, and replied with it."""
    main = world.registered()
    given = {"session": "17-4", "title": "关于整修涵洞的建议", "content": "一、整修。"}
    other = suggestion_draft(data=given, actor=world.other_writer)
    world.act(other, "submit", world.other_writer, one_matter=True, exclusions_acknowledged=True)
    world.act(other, "register", world.congress)
    assert not suggestions_visible(world.other_writer).filter(pk=main.pk).exists()
    world.act(other, "merge", world.congress, into=main.pk, reason="内容相近")
    world.act(main, "hand_over", world.congress, units=units((world.roads, "lead")))
    world.begin(world.lead(main), world.roads_head)
    world.reply_issue(world.lead(main), "A")
    return fresh(main), fresh(other)


def test_a_merged_deputy_reads_the_reply_and_is_asked(world: World) -> None:
    main, other = two_merged(world)
    assert suggestions_visible(world.other_writer).filter(pk=main.pk).exists()
    assert (other.state, other.replied_on) == ("merged", today())
    assert clock(other, "evaluation")[0] == "running"
    outbox_drain()
    told = Notice.objects.filter(kind="reply.issue", suggestion=main).values_list(
        "recipient__full_name", flat=True
    )
    assert set(told) == {"田禾苗", "石小川", "联工委", "政府办"}


def test_a_merged_deputys_grade_keeps_the_main_case_open(world: World) -> None:
    main, other = two_merged(world)
    given = grades("dissatisfied", "未动工")
    world.act(other, "evaluate_merged", world.other_writer, grades=given)
    assert set(other.evaluations.values_list("deputy_id", "grade")) == {
        (world.other_deputy.pk, "dissatisfied")
    }
    assert clock(other, "evaluation")[0] == "met"
    # While the main case waits for its own deputy there is nothing to decide yet.
    assert not main.clocks.filter(kind="rehandling_decision").exists()
    world.evaluate(main, "satisfied")
    # His colleague's satisfaction answers nothing of what he said.
    assert clock(main, "rehandling_decision")[0] == "running"
    with pytest.raises(GateShut, match="代表的评价要求重新办理"):
        world.act(main, "close", world.congress)
    world.act(main, "rehandle", world.congress, reason="未动工")
    assert (fresh(main).round, fresh(other).replied_on) == (2, None)
    with pytest.raises(GateShut, match="并入的建议尚未答复"):
        world.act(other, "evaluate_merged", world.other_writer, grades=grades())


def test_a_merged_deputys_early_grade_waits_for_the_silence_of_the_main_cases_deputy(world: World) -> None:
    main, other = two_merged(world)
    world.act(other, "evaluate_merged", world.other_writer, grades=grades("dissatisfied", "未动工"))
    main.clocks.filter(kind="evaluation").update(due_on="2019-01-01")
    assert not main.clocks.filter(kind="rehandling_decision").exists()
    world.act(main, "lapse_evaluation", world.system)
    assert clock(main, "rehandling_decision")[0] == "running"


def test_tracking_that_was_decided_on_ends_by_a_decision_too(world: World) -> None:
    suggestion = world.evaluated("dissatisfied", "B")
    world.act(suggestion, "rehandle", world.congress, reason="未动工")
    world.begin(world.lead(suggestion), world.roads_head)
    world.reply_issue(world.lead(suggestion), "B")
    suggestion.clocks.filter(kind="evaluation").update(due_on="2019-01-01")
    world.act(suggestion, "lapse_evaluation", world.system)
    world.act(suggestion, "track", world.congress, decision="主任会议第5次会议")
    given = {"exit": "not_feasible", "explanation": "规划已取消"}
    with pytest.raises(GateShut, match="代表的评价要求重新办理"):
        world.act(suggestion, "end_tracking", world.congress, **given)
    world.act(suggestion, "end_tracking", world.congress, **given, decision="主任会议第6次会议")
    assert fresh(suggestion).state == "closed"


@pytest.mark.parametrize("stage", ["in_handling", "replied", "tracking"])
def test_nothing_is_merged_into_what_was_handled_without_it(world: World, stage: str) -> None:
    main, other = getattr(world, stage)(), world.registered()
    with pytest.raises(Invalid, match="不能再并入其他建议"):
        world.act(other, "merge", world.congress, into=main.pk, reason="相近")
    assert fresh(other).state == "registered"


@pytest.mark.parametrize(
    "change", [{"item_kind": "proposal"}, {"congress_body": "township"}, {"recipient_system": "court"}]
)
def test_only_one_of_its_kind_is_merged(world: World, change: dict[str, Any]) -> None:
    main, other = world.registered(), world.registered(**change)
    with pytest.raises(Invalid, match="同一届次、同一类、同一交办对象"):
        world.act(other, "merge", world.congress, into=main.pk, reason="相近")


# -- publication ------------------------------------------------------------------------------------------


def proposed(world: World, **data: Any) -> Publication:
    """Proposed for publication and checked."""
    reply = world.replied(**data).replies.get()
    given = {"mode": "full", "ground": "涉及公共利益"}
    made = world.act(reply, "propose_publication", world.roads_head, **given).created["publication"]
    publication = Publication.objects.get(pk=made)
    world.act(publication, "check_secrecy", world.roads_head)
    return publication


def test_what_the_deputy_refused_is_published_on_a_legal_ground_alone(world: World) -> None:
    publication = proposed(world, wants_publication=False)
    ground = {"override_ground": "政府信息公开条例第二十条"}
    world.act(publication, "confirm_rendition", world.government, **masked(publication))
    with pytest.raises(GateShut, match="代表不同意公开的"):
        world.act(publication, "approve", world.government)
    world.act(publication, "approve", world.government, **ground)
    world.act(publication, "send_to_editor", world.government)
    assert fresh(publication).override_ground == ground["override_ground"]
    world.act(publication, "publish", SYSTEM_ACTOR, **publication_data(publication, "publish"))
    assert fresh(publication).state == "published"


def test_no_ground_publishes_what_is_confidential(world: World) -> None:
    publication = proposed(world, is_confidential=True, wants_publication=True)
    with pytest.raises(GateShut, match="代表要求保密的不公开"):
        world.act(publication, "approve", world.government, override_ground="公共利益")


def test_each_letter_has_its_own_time_to_be_published_and_anew_when_reassessed(world: World) -> None:
    suggestion = world.tracking()
    first = suggestion.replies.get()
    second = world.reply_issue(world.lead(suggestion), "A", kind="draft_supplement")

    def running() -> set[int | None]:
        rows = suggestion.clocks.filter(kind="publication", state="running")
        return set(rows.values_list("reply_id", flat=True))

    assert running() == {first.pk, second.pk}
    given = {"mode": "full", "ground": "依据"}
    made = world.act(first, "propose_publication", world.roads_head, **given).created["publication"]
    publication = Publication.objects.get(pk=made)
    world.act(publication, "withhold", world.government, reason="涉及个人信息", ground="privacy")
    assert running() == {second.pk}
    world.act(publication, "reassess", world.government, reason="已删去")
    assert running() == {first.pk, second.pk}


# -- the first act ----------------------------------------------------------------------------------------


def test_a_draft_is_told_like_every_other_act(world: World) -> None:
    suggestion = world.draft()
    message = Message.objects.get(key=stream_key(suggestion.pk))
    assert (message.topic, message.payload["transition"]) == (TRANSITION_DONE, "draft")
