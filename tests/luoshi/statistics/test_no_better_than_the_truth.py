"""Cases in which a figure could look better than what happened, each made through the door."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from world import World, contact, fresh

from luoshi.statistics.figures import figure_find
from luoshi.statistics.report import SessionReport, session_report
from luoshi.statistics.scope import scope_find
from luoshi.suggestions.models import Clock, Contact, Reply, Suggestion, Unit
from luoshi.suggestions.services.settings import county_settings_apply

BASIS = "征询意见表第1号"


def report(**kwargs: Any) -> SessionReport:
    return session_report(session_code="17-4", **kwargs)


def listed(code: str) -> list[int]:
    """The suggestions behind a figure."""
    scope = scope_find(session_code="17-4")
    return sorted(figure_find(scope, code).cases(scope).values_list("pk", flat=True))


def grades(grade: str) -> list[dict[str, str]]:
    return [{"axis": axis, "grade": grade, "reason": "说明"} for axis in ("process", "result")]


def rehandled(world: World, suggestion: Suggestion, class_code: str = "A") -> None:
    """Handle again and reply again."""
    world.act(suggestion, "rehandle", world.congress, reason="未动工")
    lead = world.lead(suggestion)
    world.begin(lead, world.head_of(lead))
    world.reply_issue(lead, class_code)


def lapse(world: World, suggestion: Suggestion) -> None:
    """Let the deputy's window pass in silence."""
    Clock.objects.filter(suggestion=suggestion, kind="evaluation", state="running").update(
        due_on=timezone.localdate() - timedelta(days=1)
    )
    world.act(suggestion, "lapse_evaluation", world.system)


# Evaluations


def test_silence_after_a_rehandling_heals_no_dissatisfaction(world: World) -> None:
    world.evaluated("satisfied")
    suggestion = world.evaluated("dissatisfied")
    rehandled(world, suggestion)

    def figures() -> tuple[Any, ...]:
        made = report()
        axis = made.evaluations["result"]
        return (
            (axis.base, axis.not_evaluated, axis.satisfied_percent),
            (axis.unheard_after_rehandling, made.reopened.unheard_after_rehandling),
            (axis.first_round.base, axis.first_round.satisfied_percent),
        )

    # Without the grade that stands it would read 1 of 1, 100.00.
    expected = ((2, 0, "50.00"), (1, 1), (2, "50.00"))
    assert figures() == expected
    lapse(world, suggestion)
    assert figures() == expected
    world.act(suggestion, "close", world.congress, decision="代表未再表态")
    assert figures() == expected
    assert listed("evaluations.result.dissatisfied") == [suggestion.pk]
    assert listed("reopened.unheard_after_rehandling") == [suggestion.pk]
    made = report()
    assert (made.closed, made.closed_unheard) == (1, 0)
    assert (made.resolved, made.self_reported_resolved, made.resolved_difference) == (0, 2, 2)
    world.act(suggestion, "evaluate_own", world.writer, grades=grades("satisfied"))
    assert figures() == ((2, 0, "100.00"), (0, 0), (2, "50.00"))
    assert (report().resolved, report().resolved_difference) == (1, 1)


def test_the_deputys_own_answer_replaces_what_was_entered_for_him(world: World) -> None:
    suggestion = world.replied()
    world.evaluate(suggestion, "satisfied", world.congress)
    entered = report().evaluations["result"]
    assert (entered.base, entered.satisfied_percent, entered.by_proxy) == (1, "100.00", 1)
    assert (entered.without_proxy.base, entered.without_proxy.satisfied_percent) == (0, None)
    world.act(suggestion, "evaluate_own", world.writer, grades=grades("dissatisfied"))
    own = report().evaluations["result"]
    assert (own.base, own.satisfied_percent, own.by_proxy) == (1, "0.00", 0)
    assert [item.count for item in own.first_round.items] == [0, 0, 1]


def test_true_satisfaction_means_satisfied_alone_and_is_given_without_proxies_too(world: World) -> None:
    world.evaluated("satisfied")
    world.evaluated("basically_satisfied")
    world.evaluated("dissatisfied")
    world.evaluate(world.replied(), "satisfied", world.congress)
    truth = report().true_satisfaction
    assert (truth.base, truth.satisfied_percent, truth.satisfied_or_basically_percent) == (
        4,
        "50.00",
        "75.00",
    )
    own = truth.without_proxy
    assert (own.base, own.satisfied_percent, own.satisfied_or_basically_percent) == (3, "33.33", "66.67")
    assert (truth.resolved_rate, truth.gap, truth.gap_with_basically) == ("0.00", "50.00", "75.00")


def test_each_merged_deputy_is_asked_and_counts_for_himself(world: World) -> None:
    main, joined = world.registered(), world.registered()
    world.act(joined, "merge", world.congress, into=main.pk, reason="内容相同")
    world.act(main, "hand_over", world.congress, units=[{"unit": world.roads.pk, "role": "lead"}])
    lead = world.lead(main)
    world.begin(lead, world.roads_head)
    waiting = report()
    assert (waiting.replied, waiting.evaluations["result"].due) == (0, 0)
    assert (waiting.merged_delivery.replied, waiting.merged_delivery.awaiting) == (0, 1)
    world.reply_issue(lead, "A")
    world.evaluate(main, "satisfied")
    # 1 of 1 would be a full return of forms.
    axis = report().evaluations["result"]
    assert (axis.due, axis.base, axis.not_evaluated, axis.received_percent) == (2, 1, 1, "50.00")
    world.act(main, "close", world.congress)
    assert (report().resolved, report().closed_unheard) == (2, 1)
    world.act(joined, "evaluate_merged", world.writer, grades=grades("dissatisfied"))
    made = report()
    axis = made.evaluations["result"]
    assert (axis.base, axis.not_evaluated, axis.satisfied_percent) == (2, 0, "50.00")
    delivery = made.merged_delivery
    assert (delivery.replied, delivery.awaiting, delivery.evaluated) == (1, 0, 1)
    # One matter: while one of those who raised it is not satisfied it is not resolved for the other.
    assert (made.resolved, made.resolved_difference, made.closed_unheard) == (0, 2, 0)
    assert listed("merged_delivery.evaluated") == [joined.pk]


# Closed and resolved


def test_what_units_say_of_themselves_is_not_resolved(world: World) -> None:
    world.replied("A")
    world.evaluated("dissatisfied", "A")
    closed = world.evaluated("satisfied", "A")
    world.act(closed, "close", world.congress)
    world.tracking()
    made = report()
    # By class alone it would be 3 of 4, 75.00.
    assert (made.resolved, made.resolved_base, made.resolved_rate) == (1, 4, "25.00")
    assert (made.self_reported_resolved, made.resolved_difference) == (3, 2)
    assert made.true_satisfaction.resolved_rate == "25.00"
    assert listed("resolved") == [closed.pk]
    assert closed.pk not in listed("resolved_difference")
    assert made.definitions["self_reported_resolved"]["label"] == "单位自报A类"


def test_a_rehandling_does_not_leave_the_base_of_the_rate(world: World) -> None:
    closed = world.evaluated("satisfied", "A")
    world.act(closed, "close", world.congress)
    again = world.evaluated("dissatisfied", "A")
    world.act(again, "rehandle", world.congress, reason="未动工")
    made = report()
    # Its class is taken back until the new letter: of those with a class alone it would be 100.00.
    assert (made.classes.base, made.resolved, made.resolved_rate) == (1, 1, "50.00")


def test_a_late_dissatisfaction_takes_the_resolution_back(world: World) -> None:
    suggestion = world.replied("A")
    lapse(world, suggestion)
    world.act(suggestion, "close", world.congress)
    silent = report()
    assert (silent.closed, silent.closed_unheard, silent.resolved) == (1, 1, 1)
    assert listed("closed_unheard") == [suggestion.pk]
    assert "由人大代表工委决定" in silent.definitions["closed"]["meaning"]
    world.act(suggestion, "evaluate_own", world.writer, grades=grades("dissatisfied"))
    heard = report()
    assert (heard.closed, heard.closed_unheard, heard.resolved) == (1, 0, 0)
    assert (heard.self_reported_resolved, heard.resolved_difference) == (1, 1)


def test_the_county_says_which_grade_triggers(world: World) -> None:
    suggestion = world.evaluated("basically_satisfied", "A")
    world.act(suggestion, "close", world.congress)
    assert report().resolved == 1
    county_settings_apply(
        data={"trigger_grades": ["basically_satisfied", "dissatisfied"]}, actor=world.system
    )
    assert report().resolved == 0


def test_a_past_year_stands_as_it_was_printed(world: World, past: Callable[..., Suggestion]) -> None:
    past(1, "A", "dissatisfied")
    past(2, "A")
    made = report()
    assert (made.resolved, made.self_reported_resolved, made.closed_unheard) == (2, 2, 1)


# Contacts


def test_a_denied_contact_counts_nowhere(world: World) -> None:
    for denied in (True, False):
        suggestion = world.handed_over()
        lead = world.lead(suggestion)
        world.act(lead, "accept", world.roads_head)
        world.act(lead, "record_contact", world.roads_head, **contact(lead, person_times=3))
        made = Contact.objects.get(assignment=lead)
        if denied:
            world.act(lead, "deny_contact", world.writer, contact=made.pk, reason="没有见面")
            alone = report().contacts
            # Something was stated, so it is none and not unknown.
            assert (alone.records, alone.person_times, alone.contact_rate) == (0, 0, "0.00")
            assert (alone.face_to_face_rate, alone.confirmed_rate, alone.denied) == ("0.00", "0.00", 1)
        else:
            world.act(lead, "confirm_contact", world.writer, contact=made.pk)
    contacts = report().contacts
    assert (contacts.records, contacts.person_times, contacts.contact_rate) == (1, 3, "50.00")
    assert (contacts.face_to_face, contacts.face_to_face_rate) == (1, "50.00")
    assert (contacts.stated_records, contacts.denied, contacts.confirmed_rate) == (2, 1, "50.00")
    definitions = report().definitions
    assert "含代表否认" in definitions["contacts.confirmed_rate"]["denominator"]


def test_the_rate_of_confirmation_is_of_every_contact_that_was_stated(world: World) -> None:
    suggestion = world.in_handling()
    lead = world.lead(suggestion)
    for mode in ("visit", "phone", "visit"):
        world.act(lead, "record_contact", world.roads_head, **contact(lead, mode=mode))
    confirmed, entered, denied, _ = Contact.objects.filter(assignment=lead).order_by("pk")
    world.act(lead, "confirm_contact", world.writer, contact=confirmed.pk)
    world.act(lead, "confirm_contact", world.congress, contact=entered.pk, basis=BASIS)
    world.act(lead, "deny_contact", world.writer, contact=denied.pk, reason="没有见面")
    contacts = report().contacts
    # One confirmed contact would make the suggestion, and so all of them, confirmed.
    assert (contacts.confirmed_records, contacts.stated_records, contacts.confirmed_rate) == (1, 4, "25.00")
    assert (contacts.proxy_confirmed_records, contacts.denied, contacts.unanswered_records) == (1, 1, 1)
    assert contacts.records == 3


# Promises


def test_a_promise_is_kept_when_the_congress_says_so(world: World) -> None:
    suggestion = world.replied("B")
    letter = Reply.objects.get(suggestion=suggestion)
    today = timezone.localdate()
    due = (today + timedelta(days=10)).isoformat()
    made = [
        world.act(letter, "add_promise", world.roads_head, text="年底前完工", due_on=due).created["promise"]
        for _ in range(3)
    ]
    later = today + timedelta(days=11)
    open_ = report().promises
    assert (open_.total, open_.open, open_.overdue, open_.kept_rate) == (3, 3, 0, None)
    overdue = report(as_of=later)
    assert (overdue.promises.overdue, overdue.promises.kept_rate) == (3, None)
    assert "从未有任何承诺经认定" in overdue.definitions["promises.kept_rate"]["meaning"]
    world.act(letter, "settle_promise", world.congress, promise=made[0], kept=True, note="现场查看")
    assert report().promises.kept_rate == "100.00"
    # What is overdue and unsettled is not left out.
    assert report(as_of=later).promises.kept_rate == "33.33"
    world.act(letter, "settle_promise", world.congress, promise=made[1], kept=False, note="未动工")
    settled = report().promises
    assert (settled.kept, settled.broken, settled.open, settled.kept_rate) == (1, 1, 1, "50.00")


# Government


def test_the_governments_items_apart(world: World) -> None:
    world.evaluated("satisfied", "B")
    world.in_handling()
    world.registered()
    court = Unit.objects.create(name="县人民法院", system="court")
    world.handed_over([{"unit": court.pk, "role": "lead"}], recipient_system="court")
    made = report()
    assert (made.total, made.handed_over, made.replied) == (4, 3, 1)
    block = made.government
    assert (block.total, block.handed_over, block.replied, block.reply_rate) == (3, 2, 1, "50.00")
    assert [(row.code, row.count, row.percent) for row in block.classes] == [
        ("A", 0, "0.00"),
        ("B", 1, "50.00"),
        ("C", 0, "0.00"),
        ("D", 0, "0.00"),
    ]
    assert listed("government.classes.B.in_progress") == listed("government.replied")
    assert block.handed_over == made.scope.government
    assert fresh(Suggestion.objects.get(pk=listed("government.replied")[0])).recipient_system == "government"


def test_every_class_of_another_system_is_left_out_of_the_governments(
    world: World, past: Callable[..., Suggestion]
) -> None:
    past(1, "A")
    court = Unit.objects.create(name="县人民法院", system="court")
    past(2, "A", recipient_system="court", units=[{"unit": court.pk, "role": "lead"}])
    made = report()
    assert [(item.code, item.count) for item in made.classes.items if item.count] == [("A", 2)]
    assert [(row.code, row.count, row.percent) for row in made.government.classes if row.count] == [
        ("A", 1, "100.00")
    ]
