"""Figures of one county never hold another's; a report is of one moment; methods add their own."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from world import World, world_make

from luoshi.statistics.report import session_report
from luoshi.suggestions.models import Suggestion
from luoshi_tenants.context import county_context

if TYPE_CHECKING:
    from luoshi_tenants.models import County


def test_two_counties_with_the_same_session_have_their_own_figures(
    two_counties: "tuple[County, County]", past_in: Callable[[World], Callable[..., Suggestion]]
) -> None:
    first, second = two_counties
    here = past_in(world_make())
    here(1, "A", "satisfied", contact_records=1, contact_person_times=1)
    with county_context(second):
        there_world = world_make()
        there = past_in(there_world)
        for number in (1, 2, 3):
            there(number, "B", "dissatisfied", contact_records=5, contact_person_times=7, is_key=True)
        there(4, "C", item_kind="proposal")
        there_world.evaluated()
        theirs = session_report(session_code="17-4")
    ours = session_report(session_code="17-4")
    assert (ours.county, ours.county_name, theirs.county, theirs.county_name) == (
        first.code,
        "衡南县",
        second.code,
        "新化县",
    )
    assert (ours.total, ours.closed, ours.key.count, ours.apart) == (1, 1, 0, ())
    assert [(item.code, item.count) for item in ours.classes.items if item.count] == [("A", 1)]
    assert [item.count for item in ours.evaluations["result"].items] == [1, 0, 0]
    assert (ours.contacts.records, ours.contacts.person_times) == (1, 1)
    assert [(row.name, row.items) for row in ours.units.table] == [("县交通运输局", 1)]
    assert (theirs.total, theirs.closed, theirs.key.count, len(theirs.apart)) == (4, 3, 3, 1)
    assert [(item.code, item.count) for item in theirs.classes.items if item.count] == [("A", 1), ("B", 3)]
    assert [item.count for item in theirs.evaluations["result"].items] == [1, 0, 3]
    assert (theirs.contacts.records, theirs.contacts.person_times) == (16, 22)


def test_everything_is_read_as_of_one_moment(transactional_county: "County") -> None:
    world_make()
    with CaptureQueriesContext(connection) as captured:
        session_report(session_code="17-4")
    statements = [query["sql"] for query in captured]
    level = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
    assert statements.count(level) == 1
    reads = [place for place, statement in enumerate(statements) if statement.startswith("SELECT")]
    assert statements.index(level) < min(reads)
    assert not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("read committed",)


def test_the_figures_of_the_methods_that_the_county_has_on(
    county: "County", monkeypatch: pytest.MonkeyPatch
) -> None:
    from luoshi.methods.facade import CountyMethods, MethodStatistics
    from luoshi.methods.types import Statistic, StatisticScope

    asked: list[Any] = []

    def statistics(methods: CountyMethods, scope: StatisticScope) -> tuple[MethodStatistics, ...]:
        asked.append((methods.tenant.code, scope))
        return (
            MethodStatistics(
                "three-meetings",
                "三见面",
                (
                    Statistic(
                        "rate", "见面率", "98.00", 49, 50, "见", {1: 49}, "handed_over", tells_answers=True
                    ),
                ),
            ),
            MethodStatistics("broken", "坏了", (), "工作法“坏了”出错"),
        )

    monkeypatch.setattr(CountyMethods, "statistics", statistics)
    world_make()
    methods = session_report(session_code="17-4").as_json()["methods"]
    assert asked == [("430422", StatisticScope("17-4", "suggestion", "county"))]
    assert methods == [
        {
            "slug": "three-meetings",
            "name": "三见面",
            "figures": [
                {
                    "code": "rate",
                    "label": "见面率",
                    "value": "98.00",
                    "numerator": 49,
                    "denominator": 50,
                    "definition": "见",
                }
            ],
            "failure": "",
        },
        {"slug": "broken", "name": "坏了", "figures": [], "failure": "工作法“坏了”出错"},
    ]
