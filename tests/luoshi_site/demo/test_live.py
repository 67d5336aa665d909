"""The demonstration: every state can be visited at once, in every role, and a second run changes nothing."""

import pytest
from django.db.models import Count

from luoshi.audit.models import Event
from luoshi.audit.verification import audit_verify
from luoshi.lifecycle.states import (
    AssignmentState,
    PublicationState,
    ReplyState,
    SuggestionState,
)
from luoshi.statistics.report import session_report
from luoshi.suggestions.models import Assignment, Clock, Publication, Reply, Suggestion
from luoshi_site.demo import load
from luoshi_site.demo.counties import COUNTIES, HENGNAN, DemoCounty
from luoshi_site.demo.live import STORIES


@pytest.fixture
def hengnan(county: object) -> None:
    """衡南县 with its year and its live cases."""
    load._load(HENGNAN, "Luoshi-Test-2026", lambda line: None)


def test_the_report_has_its_figures_every_state_a_case_and_a_second_run_nothing_to_do(hengnan: None) -> None:
    report = session_report(session_code="17-4").as_json()
    assert (report["total"], report["closed"], report["reply_rate"]) == (149, 149, "100.00")
    assert [(row["code"], row["count"], row["percent"]) for row in report["classes"]["items"]] == [
        ("A", 40, "26.85"),
        ("B", 89, "59.73"),
        ("C", 20, "13.42"),
    ]
    grades = report["evaluations"]["result"]["items"]
    assert [(row["grade"], row["count"], row["percent"]) for row in grades] == [
        ("satisfied", 117, "78.52"),
        ("basically_satisfied", 32, "21.48"),
        ("dissatisfied", 0, "0.00"),
    ]
    assert report["units"]["distinct"] == 32
    contacts = report["contacts"]
    assert (contacts["person_times"], contacts["contact_rate"]) == (268, "100.00")
    assert (contacts["face_to_face_rate"], contacts["confirmed_rate"]) == (None, None)
    assert report["scope"] == {"government": 149, "other_systems": 0}

    live = Suggestion.objects.filter(session__code=load.live_session(HENGNAN))
    assert live.count() == len(STORIES)
    assert set(live.values_list("state", flat=True)) == set(SuggestionState.values)
    live_assignments = Assignment.objects.filter(suggestion__in=live)
    # A unit's part ends undone only where a running case is withdrawn, which this county does not allow.
    assert set(AssignmentState.values) - set(live_assignments.values_list("state", flat=True)) == {
        AssignmentState.ENDED
    }
    assert set(ReplyState.values) - set(
        Reply.objects.filter(suggestion__in=live).values_list("state", flat=True)
    ) == {ReplyState.ENDED}
    assert set(Publication.objects.values_list("state", flat=True)) == set(PublicationState.values)
    assert Clock.objects.filter(suggestion__in=live, state="running").count() > 0
    assert audit_verify().findings == ()

    # A second run changes nothing. In the same test, because loading the year takes the time.
    before = list(Event.objects.values("stream").annotate(number=Count("id")).order_by("stream"))
    load._load(HENGNAN, "Luoshi-Test-2026", lambda line: None)
    assert list(Event.objects.values("stream").annotate(number=Count("id")).order_by("stream")) == before


@pytest.mark.parametrize("demo", COUNTIES, ids=lambda demo: demo.host)
def test_the_live_session_follows_the_last_past_one(demo: DemoCounty) -> None:
    term, number = demo.sessions[-1].code.split("-")
    assert load.live_session(demo) == f"{term}-{int(number) + 1}"
