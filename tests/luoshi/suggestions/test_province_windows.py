"""The windows that the law does not have and several provinces do: hand-over and first contact."""

from collections.abc import Callable
from datetime import date

import pytest
from acting import clocks, settle, units
from ready import part_of
from world import World, contact

from luoshi.calendar.services import day_set
from luoshi.suggestions.models import Clock, Suggestion
from luoshi.suggestions.services.deadlines import deadlines_recompute

OnDay = Callable[[date], None]
TEN_DAYS = {"number": 10, "unit": "working_day", "start": "receipt"}
TWENTY_DAYS = {"number": 20, "unit": "working_day", "start": "hand_over"}


def owed(suggestion: Suggestion) -> list[tuple[str, str, str, str]]:
    """The hand-over clocks: state, start, due date, whose turn."""
    rows = Clock.objects.filter(suggestion=suggestion, kind="hand_over").order_by("pk")
    return [(row.state, str(row.starts_on), str(row.due_on), row.owed_by) for row in rows]


def test_the_law_names_neither(world: World, on_day: OnDay) -> None:
    on_day(date(2026, 11, 2))
    suggestion = world.submitted(raised_when="between_sessions")
    world.act(suggestion, "register", world.congress)
    world.act(suggestion, "hand_over", world.congress, units=units((world.roads, "lead")))
    kinds = Clock.objects.filter(suggestion=suggestion).values_list("kind", flat=True)
    assert sorted(kinds) == ["acceptance", "lead_reply"]


@pytest.mark.parametrize(("raised", "runs"), [("between_sessions", True), ("in_session", False)])
def test_the_hand_over_has_a_clock_between_sessions_only(
    world: World, on_day: OnDay, raised: str, runs: bool
) -> None:
    settle(windows={"hand_over": TEN_DAYS})
    on_day(date(2026, 11, 2))
    suggestion = world.submitted(raised_when=raised)
    running = [("running", "2026-11-02", "2026-11-16", "congress_office")]
    assert owed(suggestion) == (running if runs else [])


@pytest.mark.parametrize(("day", "state"), [(date(2026, 11, 16), "met"), (date(2026, 11, 17), "late")])
def test_the_hand_over_ends_it(world: World, on_day: OnDay, day: date, state: str) -> None:
    settle(windows={"hand_over": TEN_DAYS})
    on_day(date(2026, 11, 2))
    suggestion = world.submitted(raised_when="between_sessions")
    world.act(suggestion, "register", world.congress)
    on_day(day)
    world.act(suggestion, "hand_over", world.congress, units=units((world.roads, "lead")))
    assert owed(suggestion) == [(state, "2026-11-02", "2026-11-16", "congress_office")]


def test_sent_back_it_stops_and_begins_anew(world: World, on_day: OnDay) -> None:
    settle(windows={"hand_over": TEN_DAYS})
    on_day(date(2026, 11, 2))
    suggestion = world.submitted(raised_when="between_sessions")
    on_day(date(2026, 11, 4))
    world.act(suggestion, "send_back", world.congress, reason="请写明地点")
    assert owed(suggestion) == [("stopped", "2026-11-02", "2026-11-16", "congress_office")]
    on_day(date(2026, 11, 9))
    world.act(suggestion, "submit", world.writer, one_matter=True, exclusions_acknowledged=True)
    assert owed(suggestion)[1:] == [("running", "2026-11-09", "2026-11-23", "congress_office")]
    world.act(suggestion, "not_accept", world.congress, exclusion="no_content", note="没有提出具体的改进意见")
    assert owed(suggestion)[1:] == [("stopped", "2026-11-09", "2026-11-23", "congress_office")]


def test_each_lead_owes_a_first_contact_and_the_first_one_meets_it(world: World, on_day: OnDay) -> None:
    settle(windows={"first_contact": TWENTY_DAYS})
    on_day(date(2026, 11, 2))
    suggestion = world.handed_over(units=units((world.roads, "lead"), (world.water, "co")))
    lead, co = part_of(suggestion, world.roads), part_of(suggestion, world.water)
    assert clocks(lead)["first_contact"] == ("2026-11-02", "2026-11-30")
    assert set(clocks(co)) == {"acceptance", "co_opinion"}
    world.act(lead, "accept", world.roads_head)
    on_day(date(2026, 12, 2))
    world.act(lead, "record_contact", world.roads_head, **contact(lead, held_on=date(2026, 11, 30)))
    assert clocks(lead, "met")["first_contact"] == ("2026-11-02", "2026-11-30")


def test_a_contact_after_the_day_is_late(world: World, on_day: OnDay) -> None:
    settle(windows={"first_contact": TWENTY_DAYS})
    on_day(date(2026, 11, 2))
    lead = world.lead(world.handed_over())
    world.act(lead, "accept", world.roads_head)
    on_day(date(2026, 12, 2))
    world.act(lead, "record_contact", world.roads_head, **contact(lead, held_on=date(2026, 12, 1)))
    assert clocks(lead, "late")["first_contact"] == ("2026-11-02", "2026-11-30")


def test_a_first_contact_may_count_from_the_receipt(world: World, on_day: OnDay) -> None:
    settle(windows={"first_contact": {**TWENTY_DAYS, "start": "receipt"}})
    on_day(date(2026, 11, 2))
    lead = world.lead(world.handed_over())
    assert clocks(lead)["first_contact"] == ("2026-11-02", "2026-11-30")
    on_day(date(2026, 11, 4))
    world.act(lead, "accept", world.roads_head)
    assert clocks(lead)["first_contact"] == ("2026-11-02", "2026-12-02")
    day_set(day=date(2026, 11, 20), kind="off")
    deadlines_recompute(actor=world.system)
    assert clocks(lead)["first_contact"] == ("2026-11-02", "2026-12-03")


def test_a_reply_without_any_contact_meets_nothing(world: World, on_day: OnDay) -> None:
    settle(windows={"first_contact": TWENTY_DAYS}, first_contact_needed=False)
    on_day(date(2026, 11, 2))
    lead = world.lead(world.handed_over())
    world.act(lead, "accept", world.roads_head)
    world.act(lead, "start", world.roads_head)
    world.reply_issue(lead)
    assert clocks(lead, "stopped")["first_contact"] == ("2026-11-02", "2026-11-30")
