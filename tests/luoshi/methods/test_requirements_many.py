"""The conditions of many acts at once: the same answers as one by one, for the price of one savepoint."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luoshi.methods.host import MethodFailed
from luoshi.methods.samples import actor_sample, case_sample, transition_sample

ASKED = [
    (case_sample(id=number), transition_sample(name=name), actor_sample())
    for number in (1, 2)
    for name in ("submit_reply", "issue")
]


def test_many_are_answered_as_one_by_one(switched_on: Any) -> None:
    methods = switched_on("every-hook", "refusing")
    many = methods.requirements_many(ASKED)
    assert many == [methods.requirements(*asked) for asked in ASKED]
    assert [[(row.owner, row.code, row.met) for row in answers] for answers in many] == [
        [("every-hook", "notes_written", False), ("refusing", "never", False), ("refusing", "always", True)],
        [("refusing", "never", False), ("refusing", "always", True)],
    ] * 2


def test_each_method_is_asked_in_one_savepoint(switched_on: Any) -> None:
    methods = switched_on("refusing")
    with CaptureQueriesContext(connection) as captured:
        methods.requirements_many(ASKED)
    assert [row["sql"].split()[0] for row in captured] == ["SAVEPOINT", "RELEASE"]


@pytest.mark.parametrize("slug", ["crashing", "database-breaker", "half-way", "from-the-future", "gone"])
def test_a_method_that_fails_is_named_and_the_transaction_stays_usable(switched_on: Any, slug: str) -> None:
    methods = switched_on("refusing", slug)
    with pytest.raises(MethodFailed) as raised:
        methods.requirements_many(ASKED)
    assert (raised.value.slug, raised.value.hook) == (slug, "transition_requirements")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_nothing_asked_and_nobody_to_ask(switched_on: Any) -> None:
    assert switched_on().requirements_many(ASKED) == [()] * 4
    assert switched_on("refusing").requirements_many([]) == []
