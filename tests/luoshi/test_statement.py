"""Statements kept by the process: the values of each reading, the tables of whoever is bound."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, Model, QuerySet
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from people import cast_make
from ready import replied

from luoshi.statement import Rows, Statement, tuples_together
from luoshi.suggestions.models import Reply, Session, Suggestion, Term
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


def test_several_statements_are_asked_in_one_go(county: Any) -> None:
    sessions_make(3, 4)
    codes = Statement(lambda year: Session.objects.filter(year=year).values_list("code"), year=int)
    numbers = Statement(lambda: Session.objects.order_by("number").values_list("number", "year"))
    with CaptureQueriesContext(connection) as seen:
        found = tuples_together([codes, numbers, codes], {"year": 2023})
    assert found == [[("17-3",)], [(3, 2023), (4, 2024)], [("17-3",)]]
    assert len(seen) == 1


def test_a_lock_needs_a_transaction_each_time(transactional_county: Any) -> None:
    """The ORM would notice it only while it writes the statement."""
    statement = Statement(lambda: Session.objects.select_for_update().values_list("code"))
    with transaction.atomic():
        assert statement.tuples({}) == []
    with pytest.raises(TransactionManagementError):
        statement.tuples({})


# -- rows of models -----------------------------------------------------------------------------------


def columns(row: Model) -> dict[str, tuple[type, Any]]:
    read = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: (type(value), value) for name, value in read.items()}


def test_rows_are_those_of_the_query_joined_ones_too_and_the_query_is_made_once(county: Any) -> None:
    cast = cast_make()
    first, second = (Reply.objects.get(assignment__suggestion=replied(cast)) for _ in range(2))
    Reply.objects.filter(pk=first.pk).update(asks_answered=[{"ask": 1, "text": "已清淤"}])
    made = []

    def write(pk: int) -> QuerySet[Reply]:
        made.append(pk)
        return Reply.objects.select_related("suggestion__session", "assignment__unit").filter(pk=pk)

    rows: Rows[Reply] = Rows(write, pk=int)
    rows.all(pk=first.pk)
    number = len(made)
    with CaptureQueriesContext(connection) as seen:
        for reply in (first, second):
            kept, asked = rows.get(pk=reply.pk), write(reply.pk).get()
            for one, other in (
                (kept, asked),
                (kept.assignment, asked.assignment),
                (kept.assignment.unit, asked.assignment.unit),
                (kept.suggestion, asked.suggestion),
                (kept.suggestion.session, asked.suggestion.session),
            ):
                assert (type(one), columns(one)) == (type(other), columns(other))
                assert (one._state.adding, one._state.db) == (False, "default")
    assert (len(seen), len(made) - number) == (4, 2)
    assert rows.get(pk=first.pk).asks_answered == [{"ask": 1, "text": "已清淤"}]


def test_a_row_that_is_saved_is_written_to_its_own_place(county: Any) -> None:
    sessions_make(3, 4)
    rows: Rows[Session] = Rows(lambda code: Session.objects.filter(code=code), code=str)
    row = rows.get(code="17-4")
    row.year = 2030
    row.save()
    assert list(Session.objects.order_by("number").values_list("code", "year")) == [
        ("17-3", 2023),
        ("17-4", 2030),
    ]


def test_what_a_join_does_not_find_is_none_and_so_is_what_is_not_there(county: Any) -> None:
    case = replied(cast_make()).pk
    rows: Rows[Suggestion] = Rows(
        lambda pk: Suggestion.objects.select_related("merged_into__session", "session").filter(pk=pk), pk=int
    )
    with CaptureQueriesContext(connection) as seen:
        found = rows.get(pk=case)
        assert (found.merged_into, found.session.code) == (None, "17-4")
    assert len(seen) == 1
    assert rows.first(pk=-5) is None
    with pytest.raises(Suggestion.DoesNotExist):
        rows.get(pk=-5)


@pytest.mark.parametrize(
    "query",
    [lambda: Session.objects.only("code"), lambda: Session.objects.values("code", "year")],
    ids=["some columns", "dictionaries"],
)
def test_a_query_of_anything_but_whole_rows_is_a_fault(county: Any, query: Any) -> None:
    sessions_make(3)
    with pytest.raises(RuntimeError, match="the statement gives"):
        Rows(query).all()
