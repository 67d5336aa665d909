"""The blocks of the report, from suggestions that lived in the product, each with its traps."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from world import World, contact

from luoshi.lifecycle.states import CongressBody, ItemKind
from luoshi.statistics.figures import figure_find
from luoshi.statistics.report import SessionReport, session_report
from luoshi.statistics.scope import scope_find
from luoshi.suggestions.models import (
    Assignment,
    Contact,
    Promise,
    Session,
    Suggestion,
    Unit,
    UnitSuccession,
)
from luoshi.suggestions.services.settings import county_settings_apply


def report(**kwargs: Any) -> SessionReport:
    return session_report(session_code="17-4", **kwargs)


def today() -> date:
    return timezone.localdate()


# Totals


def test_an_empty_session_has_zeros_and_nothing_invented(world: World) -> None:
    empty = report()
    assert (empty.total, empty.handed_over, empty.closed, empty.reply_rate) == (0, 0, 0, None)
    assert [(item.code, item.count, item.percent) for item in empty.classes.items] == [
        ("A", 0, None),
        ("B", 0, None),
        ("C", 0, None),
        ("D", 0, None),
    ]
    axis = empty.evaluations["result"]
    assert (axis.base, axis.not_evaluated, axis.satisfied_percent) == (0, 0, None)
    contacts = empty.contacts
    assert (contacts.records, contacts.person_times, contacts.contact_rate) == (None, None, None)
    assert (contacts.face_to_face_rate, contacts.confirmed_rate) == (None, None)
    assert (empty.deadlines.on_time, empty.deadlines.on_time_rate) == (None, None)
    assert (empty.apart, empty.methods, empty.contradictions) == ((), (), ())


def test_who_raised_what_and_what_became_of_it_before_the_hand_over(world: World) -> None:
    world.draft()  # a draft is nobody's business yet
    world.submitted()
    refused = world.submitted()
    world.act(refused, "not_accept", world.congress, exclusion="promotion", note="属产品推介")
    early = world.submitted()
    world.act(early, "withdraw", world.writer, reason="另行提出")
    late = world.registered(raised_when="between_sessions")
    world.act(late, "withdraw", world.writer, reason="已解决")
    motion = world.submitted(proposer_kind="joint")
    world.act(motion, "convert_motion", world.congress, motion_number="议7", decision="转为建议")
    world.act(motion, "register", world.congress)
    court = Unit.objects.create(name="县人民法院", system="court")
    court_leads = [{"unit": court.pk, "role": "lead"}]
    world.handed_over(court_leads, proposer_kind="delegation", recipient_system="court")
    world.handed_over()
    made = report()
    assert (made.total, made.in_session, made.between_sessions) == (4, 3, 1)
    assert (made.individual, made.joint, made.delegation) == (2, 1, 1)
    assert (made.motions_converted, made.withdrawn, made.merged) == (1, 1, 0)
    assert (made.awaiting_registration, made.not_accepted, made.withdrawn_before_registration) == (1, 1, 1)
    assert (made.handed_over, made.scope.government, made.scope.other_systems) == (2, 1, 1)
    assert (made.in_progress, made.replied, made.reply_rate) == (2, 0, "0.00")
    assert made.contradictions == ()


def test_key_items_inside_and_outside_the_total(world: World, past: Callable[..., Suggestion]) -> None:
    past(1, "A")
    past(2, "A")
    past(3, "B", is_key=True)
    inside = report()
    assert (inside.total, inside.closed, inside.classes.base) == (3, 3, 3)
    assert (inside.key.count, inside.key.closed, inside.key.total_with_key) == (1, 1, 3)
    assert (inside.key.counting, inside.key.percent_of_total) == ("inside", "33.33")
    county_settings_apply(data={"key_counting": "outside"}, actor=world.system)
    outside = report()
    # 156 and 9, not 165: every figure but the key items' own speaks of the same suggestions (XH-04).
    assert (outside.total, outside.closed, outside.classes.base, outside.units.parts.lead) == (2, 2, 2, 2)
    assert (outside.key.count, outside.key.closed, outside.key.total_with_key) == (1, 1, 3)
    assert (outside.key.counting, outside.contradictions) == ("outside", ())


def test_kinds_and_congresses_are_counted_apart(world: World, past: Callable[..., Suggestion]) -> None:
    past(1, "A")
    past(1, "B", item_kind="proposal")
    past(2, "", item_kind="proposal")
    world.registered(congress_body="township")
    made = report()
    assert (made.total, made.classes.base) == (1, 1)
    assert [(row.label, row.total, row.handed_over, row.replied, row.closed) for row in made.apart] == [
        ("政协提案（县级人大）", 2, 2, 1, 2),
        ("代表建议（乡镇人大主席团）", 1, 0, 0, 0),
    ]
    proposals = report(item_kind=ItemKind.PROPOSAL)
    assert (proposals.total, proposals.classes.base, proposals.item_kind) == (2, 1, "proposal")
    assert report(congress_body=CongressBody.TOWNSHIP).total == 1


def test_another_session_is_another_report(world: World, past: Callable[..., Suggestion]) -> None:
    past(1, "A")
    Session.objects.create(term=world.session.term, number=5, code="17-5", year=2027)
    world.registered(session="17-5")
    assert (report().total, session_report(session_code="17-5").total) == (1, 1)
    assert session_report(session_code="17-5").classes.base == 0


# Replies, closing, merging


def test_a_reply_is_complete_when_every_separate_unit_has_replied(world: World) -> None:
    parts = [{"unit": world.roads.pk, "role": "separate"}, {"unit": world.water.pk, "role": "separate"}]
    suggestion = world.handed_over(units=parts)
    roads, water = Assignment.objects.filter(suggestion=suggestion).order_by("pk")
    world.begin(roads, world.roads_head)
    world.reply_issue(roads, "A")
    half = report()
    assert (half.replied, half.reply_rate, half.in_progress) == (0, "0.00", 1)
    world.begin(water, world.water_head)
    world.reply_issue(water, "C")
    whole = report()
    assert (whole.total, whole.replied, whole.reply_rate) == (1, 1, "100.00")
    # One class for the suggestion, by the county's rule the worst; it counts once, its units twice.
    assert [(item.code, item.count) for item in whole.classes.items if item.count] == [("C", 1)]
    assert (whole.units.distinct, whole.units.separate, whole.units.lead) == (2, 2, 0)
    assert (whole.units.parts.separate, whole.resolved) == (2, 0)


def test_a_merged_suggestion_counts_and_follows_its_main_item(world: World) -> None:
    main = world.registered()
    first, second = world.registered(), world.registered()
    world.act(first, "merge", world.congress, into=main.pk, reason="内容相同")
    world.act(second, "merge", world.congress, into=main.pk, reason="内容相同")
    before = report()
    assert (before.total, before.merged, before.handed_over, before.reply_rate) == (3, 2, 0, None)
    assert (before.merged_delivery.replied, before.merged_delivery.awaiting) == (0, 2)
    world.act(main, "hand_over", world.congress, units=[{"unit": world.roads.pk, "role": "lead"}])
    lead = world.lead(main)
    world.begin(lead, world.roads_head)
    world.reply_issue(lead, "A")
    world.evaluate(main, "satisfied")
    world.act(main, "close", world.congress)
    made = report()
    assert (made.total, made.handed_over, made.replied, made.closed) == (3, 3, 3, 3)
    assert (made.reply_rate, made.classes.base, made.resolved) == ("100.00", 3, 3)
    assert (made.deadlines.on_time, made.contacts.contact_rate) == (3, "100.00")
    # One handling: one contact, one part.
    assert (made.contacts.records, made.units.parts.lead) == (1, 1)
    axis = made.evaluations["result"]
    # Three deputies are owed their say; one has been heard.
    assert (axis.due, axis.base, axis.not_evaluated, made.closed_unheard) == (3, 1, 2, 2)
    delivery = made.merged_delivery
    assert (delivery.replied, delivery.awaiting, delivery.evaluated) == (2, 0, 0)
    assert made.contradictions == ()


def test_closed_is_not_resolved(world: World) -> None:
    world.tracking()
    resolved = world.evaluated()
    world.act(resolved, "close", world.congress)
    made = report()
    assert (made.closed, made.tracking, made.resolved, made.resolved_rate) == (2, 1, 1, "50.00")
    assert (made.follow_up.ledger, made.follow_up.tracking, made.follow_up.ended) == (1, 1, 0)


def test_the_follow_up_turns_b_into_a(world: World) -> None:
    suggestion = world.tracking()
    lead = world.lead(suggestion)
    world.reply_issue(lead, "A", kind="draft_supplement")
    world.act(suggestion, "end_tracking", world.congress, exit="resolved", deputy_view="agrees")
    other = world.tracking()
    world.act(other, "end_tracking", world.congress, exit="not_feasible", explanation="已征收")
    made = report()
    moved = [(row.first, row.now, row.count) for row in made.classes.conversions]
    assert moved == [("in_progress", "resolved", 1)]
    follow_up = made.follow_up
    assert (follow_up.tracking, follow_up.ended, follow_up.resolved, follow_up.ledger) == (0, 2, 1, 1)
    assert (made.resolved, made.closed) == (1, 2)


def test_a_letter_keeps_the_meaning_it_was_given(world: World, past: Callable[..., Suggestion]) -> None:
    past(1, "A")
    past(2, "C")
    scheme = [
        {"code": "C", "label": "留作参考", "result_class": "reference_only"},
        {"code": "A", "label": "解决", "result_class": "resolved"},
    ]
    county_settings_apply(data={"result_scheme": scheme}, actor=world.system)
    past(3, "C")
    items = report().classes.items
    assert [(item.code, item.result_class, item.count, item.percent, item.in_scheme) for item in items] == [
        ("C", "reference_only", 1, "33.33", True),
        ("A", "resolved", 1, "33.33", True),
        ("C", "deferred", 1, "33.33", False),
    ]
    assert report().classes.note == "因四舍五入，各项百分比合计为 99.99%，不等于 100%"


# Evaluations


def test_who_did_not_evaluate_is_not_satisfied(world: World, past: Callable[..., Suggestion]) -> None:
    past(1, "A", "satisfied")
    past(2, "A", "basically_satisfied")
    past(3, "A", "dissatisfied")
    past(4, "A")
    lapsed = world.replied()
    Suggestion.objects.filter(pk=lapsed.pk).update(state="evaluation_lapsed")
    world.in_handling()
    made = report()
    axis = made.evaluations["result"]
    assert (axis.label, axis.due, axis.base, axis.not_evaluated) == ("办理结果", 5, 3, 2)
    assert axis.received_percent == "60.00"
    assert [(item.grade, item.count, item.percent) for item in axis.items] == [
        ("satisfied", 1, "33.33"),
        ("basically_satisfied", 1, "33.33"),
        ("dissatisfied", 1, "33.33"),
    ]
    assert (axis.satisfied_percent, axis.satisfied_or_basically_percent) == ("33.33", "66.67")
    assert axis.note == "因四舍五入，各项百分比合计为 99.99%，不等于 100%"
    process = made.evaluations["process"]
    assert (process.base, process.not_evaluated, process.satisfied_percent) == (0, 5, None)


def test_a_rehandling_in_progress_hides_no_dissatisfaction(world: World) -> None:
    suggestion = world.evaluated("dissatisfied")
    world.act(suggestion, "rehandle", world.congress, reason="未动工")
    during = report()
    axis = during.evaluations["result"]
    assert (during.reopened.count, during.reopened.in_progress) == (1, 1)
    assert (during.replied, during.reply_rate, during.closed) == (1, "100.00", 0)
    assert (axis.base, axis.not_evaluated, axis.satisfied_or_basically_percent) == (1, 0, "0.00")

    lead = world.lead(suggestion)
    world.begin(lead, world.roads_head)
    world.reply_issue(lead, "A")
    waiting = report().evaluations["result"]
    assert (waiting.base, waiting.not_evaluated, waiting.first_round.base) == (1, 0, 1)
    assert (waiting.satisfied_or_basically_percent, waiting.unheard_after_rehandling) == ("0.00", 1)

    world.evaluate(suggestion, "satisfied", world.congress)
    after = report()
    axis = after.evaluations["result"]
    assert (axis.base, axis.satisfied_percent, axis.by_proxy) == (1, "100.00", 1)
    assert (axis.first_round.base, axis.first_round.satisfied_percent) == (1, "0.00")
    # What staff entered does not replace what the deputy said himself.
    assert (axis.without_proxy.base, axis.without_proxy.satisfied_percent) == (1, "0.00")
    assert axis.unheard_after_rehandling == 0
    assert (after.reopened.count, after.reopened.in_progress) == (1, 0)


# Units


def test_a_returned_part_counts_for_the_unit_that_has_it_now(world: World) -> None:
    suggestion = world.handed_over()
    lead = world.lead(suggestion)
    world.act(lead, "accept", world.roads_head)
    world.act(lead, "request_return", world.roads_head, reason="不属本单位职责")
    world.act(
        lead,
        "approve_return",
        world.government,
        reason="同意",
        units=[{"unit": world.water.pk, "role": "lead"}],
    )
    made = report()
    assert (made.total, made.handed_over, made.units.distinct) == (1, 1, 1)
    assert [(row.name, row.items, row.lead) for row in made.units.table] == [("县水利局", 1, 1)]


def test_units_by_role_and_once_in_all(world: World, past: Callable[..., Suggestion]) -> None:
    roads, water, schools = world.roads.pk, world.water.pk, world.schools.pk
    past(1, units=[{"unit": roads, "role": "lead"}, {"unit": water, "role": "co"}])
    past(2, units=[{"unit": roads, "role": "separate"}, {"unit": schools, "role": "separate"}])
    past(3, units=[{"unit": water, "role": "lead"}, {"unit": roads, "role": "co"}])
    units = report().units
    assert (units.distinct, units.lead, units.separate, units.co) == (3, 2, 2, 2)
    assert (units.parts.lead, units.parts.separate, units.parts.co) == (2, 2, 2)
    assert [(row.name, row.items, row.lead, row.separate, row.co) for row in units.table] == [
        ("县交通运输局", 3, 1, 1, 1),
        ("县水利局", 2, 1, 0, 1),
        ("县教育局", 1, 0, 1, 0),
    ]


def test_a_renamed_unit_is_one_unit_and_a_merged_one_is_not(
    world: World, past: Callable[..., Suggestion]
) -> None:
    newer, newest = Unit.objects.create(name="县交通局"), Unit.objects.create(name="县交通和港航局")
    for old, new in ((world.roads, newer), (newer, newest)):
        UnitSuccession.objects.create(
            predecessor=old, successor=new, kind="renamed", happened_on=date(2026, 3, 1)
        )
    UnitSuccession.objects.create(
        predecessor=world.water, successor=world.schools, kind="merged", happened_on=date(2026, 3, 1)
    )
    past(1, units=[{"unit": world.roads.pk, "role": "lead"}])
    past(2, units=[{"unit": newest.pk, "role": "lead"}, {"unit": world.roads.pk, "role": "co"}])
    past(3, units=[{"unit": world.water.pk, "role": "lead"}])
    past(4, units=[{"unit": world.schools.pk, "role": "lead"}])
    units = report().units
    assert [(row.name, row.items, row.lead, row.co) for row in units.table] == [
        ("县水利局", 1, 1, 0),
        ("县教育局", 1, 1, 0),
        ("县交通和港航局", 2, 2, 1),
    ]
    listed = figure_find(scope_find(session_code="17-4"), f"units.{newest.pk}.items")
    assert listed.cases(scope_find(session_code="17-4")).count() == 2


# Contacts


def test_records_and_imported_counts_are_added_and_rates_speak_of_records_only(
    world: World, past: Callable[..., Suggestion]
) -> None:
    past(1, "A", contact_records=3, contact_person_times=4)
    past(2, "A", contact_records=0)
    suggestion = world.handed_over()
    lead = world.lead(suggestion)
    world.act(lead, "accept", world.roads_head)
    world.act(lead, "record_contact", world.roads_head, **contact(lead, mode="phone", person_times=2))
    contacts = report().contacts
    assert (contacts.records, contacts.person_times) == (4, 6)
    assert (contacts.imported_records, contacts.imported_person_times) == (3, 4)
    assert (contacts.contacted, contacts.contact_rate) == (2, "66.67")
    assert (contacts.recorded, contacts.face_to_face_rate) == (1, "0.00")
    assert (contacts.confirmed_rate, contacts.confirmed, contacts.unanswered_records) == ("0.00", None, 1)
    world.act(lead, "record_contact", world.roads_head, **contact(lead))
    assert report().contacts.face_to_face_rate == "100.00"


def test_a_contact_counts_as_confirmed_when_the_deputy_says_so(world: World) -> None:
    answers = [("confirm_contact", world.writer), ("confirm_contact", world.congress)]
    for act, person in [*answers, ("deny_contact", world.writer), ("", world.writer)]:
        suggestion = world.in_handling()
        lead = world.lead(suggestion)
        pk = Contact.objects.get(assignment=lead).pk
        if act == "deny_contact":
            world.act(lead, act, person, contact=pk, reason="没有见面")
        elif act:
            basis = {"basis": "沟通确认单第1号"} if person is world.congress else {}
            world.act(lead, act, person, contact=pk, **basis)
    contacts = report().contacts
    assert (contacts.recorded, contacts.answered, contacts.confirmed) == (4, 3, 1)
    assert (contacts.confirmed_by_proxy, contacts.only_denied, contacts.unanswered_records) == (1, 1, 1)
    assert (contacts.stated_records, contacts.confirmed_records, contacts.denied) == (4, 1, 1)
    assert (contacts.proxy_confirmed_records, contacts.records, contacts.person_times) == (1, 3, 3)
    assert (contacts.confirmed_rate, contacts.face_to_face_rate) == ("25.00", "75.00")
    assert contacts.contact_rate == "75.00"


def test_more_contacts_than_persons_is_told(world: World, past: Callable[..., Suggestion]) -> None:
    past(1, "A", contact_records=3, contact_person_times=2)
    past(2, "A", contact_records=2)
    made = report()
    assert made.contradictions == ("沟通次数多于沟通人次 1 件；请核对导入的沟通次数与人次",)


# Deadlines


def test_on_time_late_running_extended_and_undated(world: World, past: Callable[..., Suggestion]) -> None:
    past(1, "A")
    world.replied()
    world.in_handling()
    late_reply = world.replied()
    Assignment.objects.filter(suggestion=late_reply).update(due_on=today() - timedelta(days=1))
    last_day = world.replied()
    Assignment.objects.filter(suggestion=last_day).update(due_on=today())
    overdue = world.in_handling()
    Assignment.objects.filter(suggestion=overdue).update(due_on=today() - timedelta(days=1))
    due_today = world.in_handling()
    Assignment.objects.filter(suggestion=due_today).update(due_on=today())
    extended = world.in_handling()
    lead = world.lead(extended)
    until = lead.due_on + timedelta(days=20)
    world.act(lead, "request_extension", world.roads_head, until=until.isoformat(), reason="涉及面广")
    world.act(lead, "consent_extension", world.congress)
    refused = world.in_handling()
    lead = world.lead(refused)
    world.act(lead, "request_extension", world.roads_head, until=until.isoformat(), reason="涉及面广")
    world.act(lead, "refuse_extension", world.congress, reason="理由不足")
    deadlines = report().deadlines
    assert (deadlines.on_time, deadlines.late, deadlines.running) == (2, 2, 4)
    assert (deadlines.undated, deadlines.extended, deadlines.on_time_rate) == (1, 1, "50.00")
    assert [row.late for row in report().units.table] == [2]
    # The cut-off day decides what is late.
    tomorrow = report(as_of=today() + timedelta(days=1)).deadlines
    assert (tomorrow.late, tomorrow.running) == (3, 3)
    assert report().contradictions == ()


# Promises and publication


def test_promises_and_publication(world: World) -> None:
    suggestion = world.evaluated()
    reply = suggestion.replies.get()
    for days, state in ((-1, "open"), (1, "open"), (None, "open"), (-5, "kept"), (None, "broken")):
        Promise.objects.create(
            suggestion=suggestion,
            reply=reply,
            unit=world.roads,
            text="年底前完工",
            due_on=None if days is None else today() + timedelta(days=days),
            state=state,
            settled_on=None if state == "open" else today(),
            settled_note="" if state == "open" else "现场查看",
            created_at=timezone.now(),
        )
    world.act(reply, "propose_publication", world.roads_head, mode="full", ground="公共利益")
    world.evaluated()
    made = report()
    promises = made.promises
    assert (promises.total, promises.kept, promises.broken, promises.overdue) == (5, 1, 1, 1)
    assert (promises.open, promises.kept_rate) == (2, "33.33")
    assert made.true_satisfaction.promises_kept_rate == "33.33"
    assert (made.publication.under_way, made.publication.undecided) == (1, 1)
    assert (made.publication.published_full, made.publication.withheld) == (0, 0)
    publication = suggestion.publications.get()
    world.act(publication, "check_secrecy", world.roads_head)
    world.act(publication, "withhold", world.government, reason="涉及个人隐私", ground="privacy")
    assert (report().publication.under_way, report().publication.withheld) == (0, 1)


# Contradictions


def test_forty_and_eighty_nine_and_twenty_is_not_a_hundred_and_forty_nine_is_said(
    world: World, past: Callable[..., Suggestion]
) -> None:
    for number, code in enumerate("AABC", 1):
        past(number, code)
    past(5, "", "satisfied", replied_on=date(2026, 5, 1))
    made = report()
    assert (made.classes.base, made.classes.unclassified) == (4, 1)
    assert [item.percent for item in made.classes.items] == ["50.00", "25.00", "25.00", "0.00"]
    assert made.contradictions == (
        "A类 2 + B类 1 + C类 1 + D类 0 = 4，与办结 5 不符，相差 1；有办结件没有结果类别，请补录",
    )
    assert [check.code for check in made.checks if not check.holds] == ["classes_of_closed"]


def test_closed_without_any_reply_is_said(world: World, past: Callable[..., Suggestion]) -> None:
    past(1, "A")
    past(2)
    made = report()
    assert (made.closed, made.replied, made.reply_rate) == (2, 1, "50.00")
    assert made.contradictions == (
        "A类 1 + B类 0 + C类 0 + D类 0 = 1，与办结 2 不符，相差 1；有办结件没有结果类别，请补录",
        "办结 2 多于已答复 1，多 1；有办结件没有答复记录，请补录",
    )


def test_a_handed_over_suggestion_without_a_lead_is_said(world: World) -> None:
    suggestion = world.handed_over()
    Assignment.objects.filter(suggestion=suggestion).update(state="ended")
    assert report().contradictions == ("已交办而无主办 1 件；请确定主办单位",)


def test_a_chain_of_merged_suggestions_is_said(world: World, past: Callable[..., Suggestion]) -> None:
    main, middle, first = (past(number, "A") for number in (1, 2, 3))
    for merged, into in ((first, middle), (middle, main)):
        Suggestion.objects.filter(pk=merged.pk).update(state="merged", merged_into=into)
    assert "并案的主件又被并入 1 件；请直接并入主件" in report().contradictions
