"""The guard of the tests' own isolation: what it looks at, and that it tells of each kind of leftover."""

from typing import Any

from django.db import connection
from people import person
from remains import remains, rows_committed

from luoshi_tenants.context import public_context
from luoshi_tenants.models import County


def test_it_looks_at_public_and_at_every_county(county: Any) -> None:
    rows = rows_committed()
    assert {name.partition(".")[0] for name in rows} == {"public", "c430422", "c431322"}
    assert rows["public.luoshi_tenants_county"][0] == 2
    assert remains(rows, rows_committed()) == []


def test_a_row_more_and_a_row_changed_are_told_of(county: Any) -> None:
    before = rows_committed()
    person("留下的人")
    with public_context():
        County.objects.filter(code="431322").update(name="改过名的县")
    assert remains(before, rows_committed()) == [
        "c430422.accounts_user: 0 -> 1 rows",
        "public.luoshi_tenants_county: 2 -> 2 rows",
    ]


def test_a_table_more_is_told_of(county: Any) -> None:
    before = rows_committed()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE left_here ()")
    assert remains(before, rows_committed()) == ["c430422.left_here: no table -> 0 rows"]
