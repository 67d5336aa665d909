"""The report as a whole: number of queries, the list behind every figure, definitions, JSON."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from world import World, fresh

from luoshi.errors import NotFound
from luoshi.statistics.figures import figure_find, figures
from luoshi.statistics.report import SessionReport, session_report
from luoshi.statistics.scope import scope_find
from luoshi.suggestions.models import Assignment, Contact, Suggestion, Unit
from luoshi.tenancy import NoCounty

QUERIES = 15


def report(**kwargs: Any) -> SessionReport:
    return session_report(session_code="17-4", **kwargs)


def today() -> date:
    return timezone.localdate()


def everything(world: World, past: Callable[..., Suggestion], times: int) -> None:
    """Something under every figure, ``times`` times."""
    start = Suggestion.objects.count()
    for number in range(start + 1, start + 1 + times):
        past(1000 + number, "ABCD"[number % 4], "satisfied", contact_records=1, contact_person_times=2)


def test_the_number_of_queries_does_not_grow(world: World, past: Callable[..., Suggestion]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            made = report()
        assert made.total == Suggestion.objects.count()
        return len(captured)

    everything(world, past, 5)
    few = queries()
    everything(world, past, 55)
    assert report().total == 60
    assert queries() == few
    assert few <= QUERIES


@pytest.fixture
def mixed(world: World, past: Callable[..., Suggestion]) -> World:
    """Suggestions in most states there are."""
    everything(world, past, 4)
    past(20, "", is_key=True)
    world.submitted()
    world.tracking()
    world.evaluated("dissatisfied")
    rehandled = world.evaluated("dissatisfied")
    world.act(rehandled, "rehandle", world.congress, reason="未动工")
    main, other = world.registered(), world.registered(proposer_kind="joint")
    world.act(other, "merge", world.congress, into=main.pk, reason="内容相同")
    late = world.in_handling(raised_when="between_sessions")
    Assignment.objects.filter(suggestion=late).update(due_on=today() - timedelta(days=1))
    lead = world.lead(late)
    world.act(lead, "confirm_contact", world.writer, contact=Contact.objects.get(assignment=lead).pk)
    organs = [Unit.objects.create(name=name, system="party") for name in ("县委宣传部", "县委统战部")]
    parts = [{"unit": organ.pk, "role": "separate"} for organ in organs]
    world.handed_over(units=parts, recipient_system="party")
    return world


def test_behind_every_figure_stands_its_list(mixed: World) -> None:
    made = report()
    scope = scope_find(session_code="17-4")
    data = made.as_json()
    compared = set()
    for definition in figures(scope):
        value: Any = data
        for step in definition.code.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, int) and not definition.code.startswith(("contacts.records", "contacts.person")):
            listed = definition.cases(scope)
            assert (definition.code, listed.count()) == (definition.code, value)
            compared.add(definition.code)
    for item in made.classes.items:
        code = f"classes.{item.code}.{item.result_class}"
        assert (code, figure_find(scope, code).cases(scope).count()) == (code, item.count)
        compared.add(code)
    for axis, block in made.evaluations.items():
        for grade in block.items:
            code = f"evaluations.{axis}.{grade.grade}"
            assert (code, figure_find(scope, code).cases(scope).count()) == (code, grade.count)
        missing = figure_find(scope, f"evaluations.{axis}.not_evaluated")
        assert missing.cases(scope).count() == block.not_evaluated
    for row in made.units.table:
        for role in ("items", "lead", "separate", "co"):
            code = f"units.{row.unit_id}.{role}"
            assert (code, figure_find(scope, code).cases(scope).count()) == (code, getattr(row, role))
    assert {"total", "closed", "replied", "deadlines.late", "contacts.confirmed", "key.count"} <= compared
    assert len(compared) > 35


def test_every_figure_is_explained(mixed: World) -> None:
    definitions = report().definitions
    codes = [definition.code for definition in figures(scope_find(session_code="17-4"))]
    assert len(set(codes)) == len(codes)
    assert set(codes) <= set(definitions)
    for code, explained in definitions.items():
        assert (code, [key for key in ("label", "meaning", "source") if not explained[key]]) == (code, [])
    assert definitions["classes.A.resolved"]["denominator"] == "有结果类别的件数"
    assert definitions["reply_rate"]["denominator"] == "已交办件数"


@pytest.mark.parametrize(
    "code", ["nothing", "units.x.lead", "units.999999.lead", "units..", "units.1", "classes.A"]
)
def test_a_figure_that_does_not_exist(world: World, code: str) -> None:
    with pytest.raises(NotFound, match="这一统计项"):
        figure_find(scope_find(session_code="17-4"), code)


def test_an_unknown_session_names_those_that_exist(world: World) -> None:
    with pytest.raises(NotFound) as refused:
        session_report(session_code="17-9")
    assert refused.value.message == "本县没有“17-9”这一届次，可选：17-4"


def test_without_a_county_there_is_no_report(db: None) -> None:
    with pytest.raises(NoCounty):
        session_report(session_code="17-4")


def test_as_json_holds_the_promised_keys(world: World, past: Callable[..., Suggestion]) -> None:
    past(1, "A", "satisfied")
    data = report().as_json()
    promised = {
        "county",
        "session",
        "total",
        "closed",
        "reply_rate",
        "classes",
        "evaluations",
        "units",
        "contacts",
    }
    assert promised <= set(data)
    assert (data["county"], data["session"]) == ("430422", "17-4")
    assert set(data["classes"]) >= {"base", "unclassified", "items"}
    assert set(data["classes"]["items"][0]) >= {"code", "label", "count", "percent"}
    assert set(data["evaluations"]["result"]) >= {"base", "not_evaluated", "items"}
    assert set(data["evaluations"]["result"]["items"][0]) >= {"grade", "label", "count", "percent"}
    assert set(data["units"]) >= {"lead", "separate", "co"}
    assert set(data["contacts"]) >= {
        "records",
        "person_times",
        "contact_rate",
        "face_to_face_rate",
        "confirmed_rate",
    }
    assert fresh(Suggestion.objects.get()).number == 1
