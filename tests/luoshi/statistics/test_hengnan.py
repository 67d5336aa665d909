"""衡南 2019: the figures of the annual report, from 149 imported suggestions (HN-01 to HN-14)."""

from collections.abc import Callable
from datetime import date

import pytest
from world import World

from luoshi.statistics.report import SessionReport, session_report
from luoshi.suggestions.models import ImportedFigures, Suggestion, Unit
from luoshi.suggestions.services.settings import county_settings_apply

pytestmark = pytest.mark.pg15

AXES = [{"code": "result", "label": "办理结果"}]
LETTERS = [
    {"code": "A", "label": "解决或基本解决", "result_class": "resolved"},
    {"code": "B", "label": "正在解决或列入计划", "result_class": "in_progress"},
    {"code": "C", "label": "因客观条件暂不能解决", "result_class": "deferred"},
]


@pytest.fixture
def hengnan(world: World, past: Callable[..., Suggestion]) -> SessionReport:
    """149 suggestions: A 40, B 89, C 20; satisfied 117, basically 32; 32 units; 268 person-times."""
    county_settings_apply(data={"axes": AXES, "result_scheme": LETTERS}, actor=world.system)
    units = [world.roads, *(Unit.objects.create(name=f"承办单位{place}") for place in range(2, 33))]
    for number in range(1, 150):
        past(
            number,
            "A" if number <= 40 else "B" if number <= 129 else "C",
            "satisfied" if number <= 117 else "basically_satisfied",
            units=[{"unit": units[number % 32].pk, "role": "lead"}],
            handed_over_on=date(2019, 5, 23),
            replied_on=date(2019, 8, 20),
            contact_person_times=1 if number <= 30 else 2,
        )
    return session_report(session_code="17-4")


def test_the_report_of_the_year(hengnan: SessionReport) -> None:
    assert (hengnan.total, hengnan.closed, hengnan.reply_rate) == (149, 149, "100.00")
    assert [(item.code, item.count, item.percent) for item in hengnan.classes.items] == [
        ("A", 40, "26.85"),
        ("B", 89, "59.73"),
        ("C", 20, "13.42"),
    ]
    assert (hengnan.classes.base, hengnan.classes.unclassified, hengnan.classes.note) == (149, 0, "")
    axis = hengnan.evaluations["result"]
    assert [(item.label, item.count, item.percent) for item in axis.items] == [
        ("满意", 117, "78.52"),
        ("基本满意", 32, "21.48"),
        ("不满意", 0, "0.00"),
    ]
    assert (axis.base, axis.not_evaluated, axis.received_percent) == (149, 0, "100.00")
    assert (axis.satisfied_percent, axis.satisfied_or_basically_percent) == ("78.52", "100.00")
    units = hengnan.units
    assert (units.distinct, units.lead, units.separate, units.co, units.parts.lead) == (32, 32, 0, 0, 149)
    contacts = hengnan.contacts
    assert (contacts.records, contacts.person_times, contacts.mean_person_times) == (None, 268, "1.80")
    assert contacts.contact_rate == "100.00"
    assert (contacts.face_to_face_rate, contacts.confirmed_rate) == (None, None)
    assert hengnan.follow_up.ledger == 109
    assert (hengnan.resolved, hengnan.resolved_rate) == (40, "26.85")
    truth = hengnan.true_satisfaction
    assert (truth.satisfied_percent, truth.satisfied_or_basically_percent) == ("78.52", "100.00")
    assert (truth.resolved_rate, truth.gap, truth.gap_with_basically) == ("26.85", "51.67", "73.15")
    assert (truth.without_proxy.base, truth.without_proxy.satisfied_percent) == (149, "78.52")
    assert (hengnan.self_reported_resolved, hengnan.resolved_difference, hengnan.closed_unheard) == (40, 0, 0)
    government = hengnan.government
    assert (government.total, government.replied) == (149, 149)
    assert [(row.code, row.count, row.percent) for row in government.classes] == [
        ("A", 40, "26.85"),
        ("B", 89, "59.73"),
        ("C", 20, "13.42"),
    ]
    # A past year states no due dates: nothing is said of lateness.
    deadlines = hengnan.deadlines
    assert (deadlines.on_time, deadlines.late, deadlines.undated) == (None, None, 149)
    assert hengnan.contradictions == ()

    # Without the contacts of one suggestion.
    ImportedFigures.objects.filter(suggestion__number=7).update(contact_person_times=None)
    assert session_report(session_code="17-4").contacts.contact_rate == "99.33"
    ImportedFigures.objects.filter(suggestion__number=7).update(contact_person_times=0)
    again = session_report(session_code="17-4").contacts
    assert (again.contact_rate, again.contacted, again.person_times) == ("99.33", 148, 267)
