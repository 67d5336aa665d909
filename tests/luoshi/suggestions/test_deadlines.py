"""Running clocks after the county's calendar was edited."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from world import World, fresh, world_make

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.audit.models import Event
from luoshi.audit.selectors import events_of
from luoshi.calendar.services import day_clear, day_set, year_complete
from luoshi.errors import NotAllowed
from luoshi.suggestions.models import Assignment, Clock, Suggestion
from luoshi.suggestions.services.deadlines import RECOMPUTED, DeadlineCounts, deadlines_recompute
from luoshi.suggestions.services.settings import county_settings_apply
from luoshi_tenants.context import county_context

OnDay = Callable[[date], None]

HANDED_OVER = date(2026, 10, 9)
# Three months on is Saturday, 9 January 2027; nobody has published the holidays of that year yet.
DUE = date(2027, 1, 11)


def handed_over(world: World, on_day: OnDay, **data: Any) -> Suggestion:
    on_day(HANDED_OVER)
    return world.handed_over(**data)


def clock_of(suggestion: Suggestion, kind: str) -> Clock:
    return Clock.objects.filter(suggestion=suggestion, kind=kind).latest("pk")


def recompute() -> DeadlineCounts:
    return deadlines_recompute(actor=SYSTEM_ACTOR)


def told(suggestion: Suggestion) -> list[Event]:
    return list(events_of(f"suggestion:{suggestion.pk}").filter(kind=RECOMPUTED))


def test_a_day_off_moves_the_clock_the_assignment_and_the_log(world: World, on_day: OnDay) -> None:
    suggestion = handed_over(world, on_day)
    other = handed_over(world, on_day, title="关于另一件事的建议")
    clock, acceptance = clock_of(suggestion, "lead_reply"), clock_of(suggestion, "acceptance")
    assert (clock.due_on, clock.unseeded_years) == (DUE, "2027")
    assert recompute() == DeadlineCounts(clocks=4, moved=0, suggestions=0, kept=0)
    assert told(suggestion) == []
    world.act(world.lead(other), "accept", world.roads_head)

    day_set(day=DUE, kind="off", name="试办")
    assert recompute() == DeadlineCounts(clocks=3, moved=2, suggestions=2, kept=0)
    after = fresh(clock)
    assert (after.due_on, after.state, after.unseeded_years) == (date(2027, 1, 12), "running", "2027")
    assert fresh(acceptance).due_on == acceptance.due_on
    assert world.lead(suggestion).due_on == date(2027, 1, 12)
    (event,) = told(suggestion)
    assert (event.actor_id, event.actor_role) == (None, "system")
    assert event.payload == {
        "label": "期限重算",
        "actor": "系统",
        "channel": "system",
        "clocks": [
            {
                "clock": clock.pk,
                "kind": "lead_reply",
                "assignment": clock.assignment_id,
                "before": "2027-01-11",
                "after": "2027-01-12",
            }
        ],
    }
    assert recompute() == DeadlineCounts(clocks=3, moved=0, suggestions=0, kept=0)
    assert len(told(suggestion)) == 1
    day_clear(day=DUE)
    assert recompute().moved == 2
    assert fresh(clock).due_on == DUE


def test_a_completed_year_ends_the_warning_without_an_event(world: World, on_day: OnDay) -> None:
    suggestion = handed_over(world, on_day)
    year_complete(year=2027)
    assert recompute() == DeadlineCounts(clocks=2, moved=0, suggestions=0, kept=0)
    clock = clock_of(suggestion, "lead_reply")
    assert (clock.due_on, clock.unseeded_years) == (DUE, "")
    assert told(suggestion) == []


def test_a_granted_date_stays(world: World, on_day: OnDay) -> None:
    suggestion = handed_over(world, on_day)
    lead = world.lead(suggestion)
    world.begin(lead, world.roads_head)
    granted = date(2027, 2, 1)
    world.act(lead, "request_extension", world.roads_head, until=granted, reason="涉及面广")
    day_set(day=DUE, kind="off")
    assert recompute().moved == 1  # asked for is not granted
    world.act(lead, "consent_extension", world.congress)
    day_set(day=granted, kind="off")
    assert recompute() == DeadlineCounts(clocks=1, moved=0, suggestions=0, kept=1)
    assert (clock_of(suggestion, "lead_reply").due_on, fresh(lead).due_on) == (granted, granted)

    # And with the next unit, which takes the part over with its time.
    world.act(
        lead, "reassign", world.government, reason="改办", units=[{"unit": world.water.pk, "role": "lead"}]
    )
    assert recompute().kept == 1
    assert world.lead(suggestion).due_on == granted


def test_a_clock_keeps_the_rule_it_was_started_by(world: World, on_day: OnDay) -> None:
    suggestion = handed_over(world, on_day)
    clock = clock_of(suggestion, "lead_reply")
    county_settings_apply(
        data={"windows": {"lead_reply": {"number": 2, "unit": "month", "start": "hand_over"}}},
        actor=SYSTEM_ACTOR,
    )
    assert recompute().moved == 0
    assert fresh(clock).due_on == DUE
    later = handed_over(world, on_day, title="关于另一件事的建议")
    assert clock_of(later, "lead_reply").due_on == date(2026, 12, 9)
    day_set(day=DUE, kind="off")
    day_set(day=date(2026, 12, 9), kind="off")
    assert recompute().moved == 2
    assert fresh(clock).due_on == date(2027, 1, 12)
    assert clock_of(later, "lead_reply").due_on == date(2026, 12, 10)


def test_working_days_in_between_count(world: World, on_day: OnDay) -> None:
    suggestion = handed_over(world, on_day)
    acceptance = clock_of(suggestion, "acceptance")
    day_set(day=HANDED_OVER + timedelta(days=4), kind="off")  # Tuesday
    assert recompute().moved == 1
    assert (acceptance.due_on, fresh(acceptance).due_on) == (date(2026, 10, 15), date(2026, 10, 16))
    # An acceptance is not when the reply is due.
    assert world.lead(suggestion).due_on == DUE


def test_the_windows_of_the_other_clocks(world: World, on_day: OnDay) -> None:
    on_day(date(2026, 11, 2))
    parts = [{"unit": world.roads.pk, "role": "lead"}, {"unit": world.water.pk, "role": "co"}]
    suggestion = world.handed_over(units=parts)
    co = Assignment.objects.get(suggestion=suggestion, role="co")
    world.begin(world.lead(suggestion), world.roads_head)
    world.act(co, "accept", world.water_head)
    world.act(co, "submit_opinion", world.water_head, text="无不同意见。")
    world.act(co, "send_back_opinion", world.roads_head, reason="请写明意见")
    redo = clock_of(suggestion, "co_opinion")
    assert (redo.state, redo.due_on) == ("running", date(2026, 11, 9))
    assert recompute().moved == 0
    day_set(day=date(2026, 11, 4), kind="off")
    assert recompute().moved == 1
    assert (fresh(redo).due_on, fresh(co).due_on) == (date(2026, 11, 10), date(2026, 11, 10))

    world.act(co, "submit_opinion", world.water_head, text="同意主办单位意见。")
    world.reply_issue(world.lead(suggestion))
    assert recompute().moved == 0
    before = {clock.kind: clock.due_on for clock in Clock.objects.filter(state="running")}
    assert sorted(before) == ["evaluation", "publication"]
    day_clear(day=date(2026, 11, 4))
    assert recompute().moved == 2
    after = {clock.kind: clock.due_on for clock in Clock.objects.filter(state="running")}
    assert {kind: (before[kind] - after[kind]).days for kind in before} == {"evaluation": 1, "publication": 1}


def test_a_second_round_has_its_own_window(world: World, on_day: OnDay) -> None:
    on_day(date(2026, 11, 2))
    suggestion = world.evaluated("dissatisfied")
    on_day(date(2026, 12, 1))
    world.act(suggestion, "rehandle", world.congress, reason="未解决")
    clock = clock_of(suggestion, "lead_reply")
    assert (clock.round, clock.due_on) == (2, date(2027, 1, 1))
    day_set(day=date(2027, 1, 1), kind="off", name="元旦")
    assert recompute().moved == 1
    assert fresh(clock).due_on == date(2027, 1, 4)


def test_a_difficult_one_keeps_its_six_months(world: World, on_day: OnDay) -> None:
    on_day(date(2026, 10, 12))
    suggestion = world.registered()
    parts = [{"unit": world.roads.pk, "role": "lead"}]
    world.act(suggestion, "hand_over", world.congress, units=parts, is_difficult=True)
    clock = clock_of(suggestion, "lead_reply")
    assert clock.due_on == date(2027, 4, 12)
    day_set(day=date(2027, 4, 12), kind="off")
    assert recompute().moved == 1
    assert fresh(clock).due_on == date(2027, 4, 13)


def test_a_window_from_the_receipt_counts_from_the_acceptance(world: World, on_day: OnDay) -> None:
    window = {"number": 3, "unit": "month", "start": "receipt"}
    county_settings_apply(data={"windows": {"lead_reply": window}}, actor=SYSTEM_ACTOR)
    suggestion = handed_over(world, on_day)
    clock = clock_of(suggestion, "lead_reply")
    assert (clock.due_on, recompute().moved) == (DUE, 0)
    on_day(date(2026, 10, 12))
    world.act(world.lead(suggestion), "accept", world.roads_head)
    assert (fresh(clock).due_on, recompute().moved) == (date(2027, 1, 12), 0)
    day_set(day=date(2027, 1, 12), kind="off")
    assert recompute().moved == 1
    assert fresh(clock).due_on == date(2027, 1, 13)


@pytest.mark.parametrize("start", ["hand_over", "receipt"])
def test_a_part_taken_over_keeps_its_time(start: str, world: World, on_day: OnDay) -> None:
    window = {"number": 1, "unit": "month", "start": start}
    county_settings_apply(data={"windows": {"co_opinion": window}}, actor=SYSTEM_ACTOR)
    on_day(date(2026, 11, 2))
    parts = [{"unit": world.roads.pk, "role": "lead"}, {"unit": world.water.pk, "role": "co"}]
    suggestion = world.handed_over(units=parts)
    on_day(date(2026, 11, 3))
    co = Assignment.objects.get(suggestion=suggestion, role="co")
    world.act(co, "accept", world.water_head)
    on_day(date(2026, 11, 20))
    part = [{"unit": world.schools.pk, "role": "co"}]
    world.act(co, "reassign", world.government, reason="改办", units=part)
    clock = clock_of(suggestion, "co_opinion")
    due = date(2026, 12, 2) if start == "hand_over" else date(2026, 12, 3)
    assert (clock.starts_on, clock.due_on) == (date(2026, 11, 20), due)
    assert recompute().moved == 0
    day_set(day=due, kind="off")
    assert recompute().moved == 1
    assert fresh(clock).due_on == due + timedelta(days=1)


def test_what_has_ended_and_what_is_a_methods_is_left_alone(world: World, on_day: OnDay) -> None:
    suggestion = handed_over(world, on_day)
    clock = clock_of(suggestion, "lead_reply")
    Clock.objects.filter(suggestion=suggestion, kind="acceptance").update(
        state="stopped", ended_on=HANDED_OVER
    )
    Clock.objects.filter(pk=clock.pk).update(owner="some-method")
    day_set(day=DUE, kind="off")
    day_set(day=HANDED_OVER + timedelta(days=4), kind="off")
    assert recompute() == DeadlineCounts(clocks=0, moved=0, suggestions=0, kept=0)
    assert fresh(clock).due_on == DUE


def test_a_date_that_no_rule_explains_is_left_alone(world: World, on_day: OnDay) -> None:
    suggestion = handed_over(world, on_day)
    clocks = Clock.objects.filter(suggestion=suggestion, kind="lead_reply")
    clocks.update(due_on=DUE + timedelta(days=32))
    assert recompute() == DeadlineCounts(clocks=2, moved=0, suggestions=0, kept=1)
    clocks.update(due_on=DUE + timedelta(days=31))
    assert recompute() == DeadlineCounts(clocks=2, moved=1, suggestions=1, kept=0)
    assert clocks.get().due_on == DUE


def test_settings_of_another_time_are_passed_over(world: World, on_day: OnDay) -> None:
    from luoshi.suggestions.models import CountySettingsVersion

    suggestion = handed_over(world, on_day)
    county_settings_apply(data={}, actor=SYSTEM_ACTOR)
    CountySettingsVersion.objects.create(version=0, data={"windows": "as they were"})
    day_set(day=DUE, kind="off")
    assert recompute().moved == 1
    assert clock_of(suggestion, "lead_reply").due_on == date(2027, 1, 12)


def test_only_the_system_recomputes(world: World, on_day: OnDay) -> None:
    suggestion = handed_over(world, on_day)
    day_set(day=DUE, kind="off")
    with pytest.raises(NotAllowed, match="只有系统管理员可以重算期限"):
        deadlines_recompute(actor=world.congress)
    assert clock_of(suggestion, "lead_reply").due_on == DUE


def test_another_county_has_its_own_calendar(two_counties: Any, on_day: OnDay) -> None:
    first = handed_over(world_make(), on_day)
    with county_context(two_counties[1]):
        second = handed_over(world_make(), on_day)
        day_set(day=DUE, kind="off")
    assert recompute().moved == 0
    assert clock_of(first, "lead_reply").due_on == DUE
    with county_context(two_counties[1]):
        assert recompute().moved == 1
        assert clock_of(second, "lead_reply").due_on == date(2027, 1, 12)
    assert clock_of(first, "lead_reply").due_on == DUE
