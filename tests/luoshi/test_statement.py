"""Statements kept by the process: the values of each reading, the tables of whoever is bound."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext

from luoshi.statement import Statement
from luoshi.suggestions.models import Session, Term
from luoshi_tenants.context import county_context

OPENED = date(2026, 1, 8)


def sessions_make(*numbers: int) -> None:
    term = Term.objects.create(number=17)
    for number in numbers:
        Session.objects.create(
            term=term, number=number, code=f"17-{number}", year=2020 + number, opened_on=OPENED
        )


def one(code: str, year: int, day: date) -> QuerySet[Any, Any]:
    rows = Session.objects.filter(code=code, year=year, opened_on__lte=day, term__number=17)
    return rows.values("code", of_term=F("term__number"))


def test_each_reading_has_its_own_values_and_the_query_is_made_once(county: Any) -> None:
    made = []

    def write(**values: Any) -> QuerySet[Any, Any]:
        made.append(values)
        return one(**values)

    sessions_make(3, 4)
    statement = Statement(write, code=str, year=int, day=date)
    with CaptureQueriesContext(connection) as seen:
        found = [
            statement.rows({"code": code, "year": year, "day": day})
            for code, year, day in (
                ("17-3", 2023, OPENED),
                ("17-4", 2024, OPENED),
                ("17-3", 2024, OPENED),
                ("17-4", 2024, date(2026, 1, 7)),
            )
        ]
    assert found == [[{"code": "17-3", "of_term": 17}], [{"code": "17-4", "of_term": 17}], [], []]
    assert (len(seen), len(made)) == (4, 1)


def test_a_kept_statement_reads_the_tables_of_the_county_that_is_bound(two_counties: Any) -> None:
    statement = Statement(lambda: Session.objects.order_by("number").values_list("code"))
    found = []
    for county, number in zip(two_counties, (3, 4), strict=True):
        with county_context(county):
            sessions_make(number)
            found.append(statement.tuples({}))
    assert found == [[("17-3",)], [("17-4",)]]


def test_a_part_of_the_rows(county: Any) -> None:
    sessions_make(1, 2, 3)
    statement = Statement(lambda: Session.objects.order_by("-number").values("number"))
    assert statement.rows({}, limit=2) == [{"number": 3}, {"number": 2}]
    assert statement.rows({}, limit=2, offset=2) == [{"number": 1}]


def test_what_can_have_no_row_is_not_asked(county: Any) -> None:
    statement = Statement(lambda: Session.objects.none().values("code"))
    with CaptureQueriesContext(connection) as seen:
        assert (statement.rows({}), statement.tuples({})) == ([], [])
    assert len(seen) == 0


def test_a_variable_without_a_place_is_a_fault(county: Any) -> None:
    statement = Statement(lambda code: Session.objects.values("code"), code=str)
    with pytest.raises(RuntimeError, match="code"):
        statement.rows({"code": "17-4"})
