"""What the migrations make of a county's schema, written down when a deployment's script is made of it.

To migrate an empty schema takes as long as fifty tests. What is written down goes by the script's own name,
which changes with every migration, seed and library, by what makes it, and by what is asked here: nothing
older is compared.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from django.db import connection

from luoshi_tenants.provisioning import script
from luoshi_tenants.provisioning.digest import deployment_digest
from luoshi_tenants.provisioning.template import template_schema

Facts = dict[str, list[list[Any]]]


def _rows(sql: str, *values: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _plain(definition: str) -> str:
    """A definition without casts and brackets: PostgreSQL prints an IN once parsed with other casts."""
    return re.sub(r"::(character varying|text|numeric)(\(\d+\))?(\[\])?|[()\s]", "", definition)


def _with_plain_definition(found: list[tuple[Any, ...]]) -> list[list[Any]]:
    return sorted([*row[:-1], _plain(row[-1])] for row in found)


def schema_facts(schema: str) -> Facts:
    """Constraints, indexes and columns of ``schema``, in words that do not name it."""
    constraints = _rows(
        "SELECT r.relname, c.conname, c.contype, c.condeferrable, c.condeferred,"
        " replace(pg_get_constraintdef(c.oid), %s, '') FROM pg_constraint c"
        " JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace"
        " WHERE n.nspname = %s AND c.contype <> 'n'",
        f"{schema}.",
        schema,
    )
    indexes = _rows(
        "SELECT tablename, indexname, replace(indexdef, %s, '') FROM pg_indexes WHERE schemaname = %s",
        f"{schema}.",
        schema,
    )
    columns = _rows(
        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity"
        " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped",
        schema,
    )
    return {
        "constraints": _with_plain_definition(constraints),
        "indexes": _with_plain_definition(indexes),
        "columns": sorted([*row] for row in columns),
    }


def script_ensure() -> None:
    """The product's own, with the template that it makes on the way written down.

    Outside of a transaction, as the product's own.
    """
    with mock.patch.object(script, "template_schema", _written_down):
        _, made_of = script.script_ensure()
    if not _path(made_of).exists():  # the script is older than what is asked here
        with _written_down(made_of):
            pass


def template_facts() -> Facts:
    """The same of what this deployment's migrations make, as :func:`script_ensure` has written it down."""
    facts: Facts = json.loads(_path(deployment_digest()).read_text(encoding="utf-8"))
    return facts


@contextmanager
def _written_down(digest: str) -> Iterator[str]:
    with template_schema(digest) as schema:
        script._write(_path(digest), json.dumps(schema_facts(schema)))
        yield schema


def _path(digest: str) -> Path:
    makers = sorted(Path(script.__file__).parent.glob("*.py"))
    asked = hashlib.sha256(b"".join(file.read_bytes() for file in (Path(__file__), *makers))).hexdigest()
    return script.script_path(digest).with_suffix(f".{asked[:16]}.json")
