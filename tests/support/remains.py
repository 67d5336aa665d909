"""What is committed in the database of a process: the same before its first test and after its last."""

from django.db import connection
from psycopg import sql

Rows = dict[str, tuple[int, str]]


def rows_committed() -> Rows:
    """Each table of ``public`` and of every county with the number and the digest of its rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
        )
        names = cursor.fetchall()
        look = sql.SQL(
            "SELECT {}, count(*), md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM {} t"
        )
        looks = [look.format(f"{schema}.{table}", sql.Identifier(schema, table)) for schema, table in names]
        cursor.execute(sql.SQL(" UNION ALL ").join(looks))
        return {name: (count, digest) for name, count, digest in cursor.fetchall()}


def remains(before: Rows, after: Rows) -> list[str]:
    """What the tests have left behind or taken away, one line for each table."""
    return [
        f"{name}: {before.get(name, ('no table',))[0]} -> {after.get(name, ('no table',))[0]} rows"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]
