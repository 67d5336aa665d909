"""Reads migrations before they are applied anywhere: what has run in a county cannot be taken back.

The rules and what to write instead stand in CONTRIBUTING.md, the reasons in
docs/adr/0011-every-constraint-has-a-name.md. Nothing here needs a database: the SQL is what Django's schema
editor for PostgreSQL would send, collected instead of sent.
"""

import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import sqlparse
from django.db import models, router
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations import Migration
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    AlterIndexTogether,
    AlterUniqueTogether,
    CreateModel,
    RunPython,
    RunSQL,
    SeparateDatabaseAndState,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.utils import ConnectionHandler

NAME_BYTES = 63  # PostgreSQL cuts a longer name off without a word

# The rooms in the order in which keys may point: each to itself and to what stands after it.
ROOMS = ("notifications", "suggestions", "methods", "accounts", "audit", "outbox", "calendar")

TRIGGER = re.compile(
    r"\bCREATE\s+(OR\s+REPLACE\s+)?(CONSTRAINT\s+)?(EVENT\s+)?(TRIGGER|RULE)\b|\bRETURNS\s+(EVENT_)?TRIGGER\b",
    re.IGNORECASE,
)
EXTENSION = re.compile(r"\bCREATE\s+EXTENSION\b", re.IGNORECASE)
SCHEMA_NAMED = re.compile(
    r"""(?<![\w"'.])"?(public|c\d{6})"?\s*\.\s*["a-z_]|\bSET\s+(LOCAL\s+|SESSION\s+)?search_path\b""",
    re.IGNORECASE,
)
UNNAMED_INDEX = re.compile(
    r"\bCREATE\s+(UNIQUE\s+)?INDEX\s+(CONCURRENTLY\s+)?(IF\s+NOT\s+EXISTS\s+)?ON\b", re.IGNORECASE
)
LITERAL = re.compile(r"'(?:[^']|'')*'")
QUOTED = re.compile(r'"(?:[^"]|"")*"')
INLINE = re.compile(
    r"""(?P<named>CONSTRAINT\s+("n"|\w+)\s+)?\b(?P<kind>UNIQUE|CHECK|EXCLUDE)\b""", re.IGNORECASE
)

COUNTING_FROM_ZERO = (
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
    models.PositiveBigIntegerField,
)
INSTEAD = {
    "unnamed-check": "use a plain integer field and a named CheckConstraint",
    "unnamed-unique": "use a named UniqueConstraint",
    "unnamed-exclude": "use a named ExclusionConstraint",
    "unnamed-index": "use a named Index",
    "unnamed-together": "use a named UniqueConstraint or Index",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule: where, which one, and what it is about."""

    migration: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.migration}: [{self.rule}] {self.message}"


@dataclass(frozen=True, slots=True)
class Household:
    """What the linter has to know of the product.

    ``county``: labels of the apps whose tables stand in a county's schema. ``shared``: those in ``public``.
    ``ours``: labels whose migrations we write. ``exempt``: ``label.model.field`` (lower case) to the written
    reason why the rules on its column do not bind it.
    """

    county: frozenset[str]
    shared: frozenset[str]
    ours: frozenset[str]
    exempt: Mapping[str, str] = field(default_factory=dict)


def migration_findings(migration: Migration, before: ProjectState, household: Household) -> list[Finding]:
    """Every rule that ``migration`` breaks, applied to the state of the project ``before`` it."""
    found = set(_Reader(migration, before, household).findings())
    return sorted(found, key=lambda finding: (finding.rule, finding.message))


def flatten(operations: Iterable[Operation]) -> Iterator[Operation]:
    """Operations with the database part of ``SeparateDatabaseAndState`` opened up."""
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            yield from flatten(operation.database_operations)
            yield from flatten(operation.state_operations)
        else:
            yield operation


class _Reader:
    def __init__(self, migration: Migration, before: ProjectState, household: Household) -> None:
        self.migration = migration
        self.label = migration.app_label
        self.state = before.clone()
        self.household = household

    def finding(self, rule: str, message: str = "") -> Finding:
        if rule in INSTEAD:
            message = f"{message}: {INSTEAD[rule]}"
        return Finding(f"{self.label}.{self.migration.name}", rule, message)

    def findings(self) -> Iterator[Finding]:
        yield from self.one_concern()
        yield from self.source_of_python()
        for operation in self.migration.operations:
            after = self.state.clone()
            operation.state_forwards(self.label, after)
            for part in flatten([operation]):
                yield from self.operation_findings(part, after)
            if not isinstance(operation, RunPython):
                yield from self.sql_findings(operation, after)
            self.state = after

    # What the file as a whole says

    def one_concern(self) -> Iterator[Finding]:
        kinds = {_concern(operation) for operation in flatten(self.migration.operations)}
        if len(kinds) > 1:
            yield self.finding("one-concern", f"mixes {' and '.join(sorted(kinds))}: one migration for each")

    def source_of_python(self) -> Iterator[Finding]:
        """RunPython can send any SQL, so its text is read for what no migration may do."""
        run = [one for one in flatten(self.migration.operations) if isinstance(one, RunPython)]
        read: list[Any] = [code for one in run for code in (one.code, one.reverse_code) if code]
        if run and (module := sys.modules.get(type(self.migration).__module__)):
            read.append(module)
        for part in read:
            yield from self.text_findings(inspect.getsource(part), part.__name__)

    # One operation

    def operation_findings(self, operation: Operation, after: ProjectState) -> Iterator[Finding]:
        if isinstance(operation, RunSQL):
            yield from self.statements(operation)
        elif isinstance(operation, (AlterUniqueTogether, AlterIndexTogether)):
            if operation.option_value:
                yield self.finding("unnamed-together", operation.name)
        elif isinstance(operation, CreateModel):
            yield from self.model_findings(operation, after)
        elif isinstance(operation, (AddField, AlterField)):
            model = after.apps.get_model(self.label, operation.model_name)
            yield from self.field_findings(model, model._meta.get_field(operation.name))
        elif isinstance(operation, AddConstraint):
            yield from self.name_findings(operation.constraint.name)
        elif isinstance(operation, AddIndex):
            yield from self.name_findings(operation.index.name)

    def statements(self, operation: RunSQL) -> Iterator[Finding]:
        for direction in (operation.sql, operation.reverse_sql):
            parts = [direction] if isinstance(direction, str) else list(direction or ())
            for part in parts:
                text = part if isinstance(part, str) else part[0]
                if len([one for one in sqlparse.split(text) if one.strip(" ;\n")]) > 1:
                    yield self.finding("one-statement", f"several statements in one string: {_short(text)}")

    def model_findings(self, operation: CreateModel, after: ProjectState) -> Iterator[Finding]:
        model = after.apps.get_model(self.label, operation.name)
        for option in ("unique_together", "index_together"):
            if operation.options.get(option):
                yield self.finding("unnamed-together", operation.name)
        for named in (*operation.options.get("constraints", ()), *operation.options.get("indexes", ())):
            yield from self.name_findings(named.name)
        for column in (*model._meta.local_fields, *model._meta.local_many_to_many):
            yield from self.field_findings(model, column)

    def name_findings(self, name: str) -> Iterator[Finding]:
        prefixes = (f"{self.label}_", f"{self.label.removeprefix('luoshi_')}_")
        if not name.startswith(prefixes):
            yield self.finding("name", f"{name!r} does not begin with {prefixes[-1]!r}")
        if len(name.encode()) > NAME_BYTES:
            yield self.finding("name", f"{name!r} is longer than {NAME_BYTES} bytes")

    def field_findings(self, model: type[models.Model], column: Any) -> Iterator[Finding]:
        where = f"{model._meta.model_name}.{column.column or column.name}"
        if column.remote_field is not None:
            yield from self.key_findings(where, column)
        if self.exempt(where) or column.many_to_many or _is_parent_link(column):
            return
        if column.primary_key:
            if not isinstance(column, (models.BigAutoField, models.BigIntegerField)):
                yield self.finding("bigint", f"{where}: the primary key must be a bigint")
            return
        if column.unique:
            yield self.finding("unnamed-unique", where)
        elif column.db_index and column.remote_field is None:
            yield self.finding("unnamed-index", where)
        if isinstance(column, COUNTING_FROM_ZERO):
            yield self.finding("unnamed-check", where)
        small = isinstance(column, models.IntegerField) and not isinstance(column, models.BigIntegerField)
        if small and column.column.endswith("_id"):
            yield self.finding("bigint", f"{where}: somebody's id must be a BigIntegerField")

    def key_findings(self, where: str, column: Any) -> Iterator[Finding]:
        ends = (column.remote_field.model, getattr(column.remote_field, "through", None))
        for other in {_label(end) for end in ends} - {""}:
            if not self.same_schema(other):
                yield self.finding("foreign-key", f"{where}: points out of the schema, to {other}")
                continue
            ours = {self.label, other} <= self.household.ours
            if ours and other != self.label and _height(other) >= _height(self.label):
                yield self.finding("upward-key", f"{where}: points up or sideways, to {other}")

    def same_schema(self, other: str) -> bool:
        house = self.household
        return (self.label in house.county and other in house.county) or (
            self.label in house.shared and other in house.shared
        )

    def exempt(self, where: str) -> bool:
        return f"{self.label}.{where}" in self.household.exempt

    # What would be sent

    def sql_findings(self, operation: Operation, after: ProjectState) -> Iterator[Finding]:
        if type(operation).__name__.endswith("Extension"):
            yield self.finding("extension", f"the product needs no extension: {operation.describe()}")
            return
        for statement in collect_sql(self.label, operation, self.state, after):
            yield from self.text_findings(statement, _short(statement))
            for kind, column in unnamed(statement):
                where = self.column_of(operation, column)
                if not self.exempt(where):
                    yield self.finding(f"unnamed-{kind}", where)
            if UNNAMED_INDEX.search(statement):
                yield self.finding("unnamed-index", _short(statement))

    def column_of(self, operation: Operation, column: str) -> str:
        model = getattr(operation, "model_name", None) or getattr(operation, "name", "") or "?"
        return f"{str(model).lower()}.{column}"

    def text_findings(self, text: str, where: str) -> Iterator[Finding]:
        if TRIGGER.search(text):
            yield self.finding("trigger", f"triggers and rules are not allowed: {where}")
        if EXTENSION.search(text):
            yield self.finding("extension", f"the product needs no extension: {where}")
        if SCHEMA_NAMED.search(text):
            yield self.finding("schema", f"SQL must not name a schema: {where}")


def unnamed(statement: str) -> list[tuple[str, str]]:
    """The constraints that ``statement`` leaves to the server to name: kind and column of each."""
    if not re.match(r"\s*(CREATE\s+TABLE|ALTER\s+TABLE)\b", statement, re.IGNORECASE):
        return []
    columns: list[str] = []

    def remember(match: re.Match[str]) -> str:
        columns.append(match.group(0).strip('"'))
        return '"n"'

    # Names are numbered in order, so that the last one before a constraint is its column.
    plain = QUOTED.sub(remember, LITERAL.sub("''", statement))
    found = []
    for match in INLINE.finditer(plain):
        if not match.group("named"):
            seen = plain[: match.start()].count('"n"')
            found.append((match.group("kind").lower(), columns[seen - 1] if seen else "?"))
    return found


class _Unconnected(DatabaseWrapper):
    """Django's own PostgreSQL backend that knows its server's version without asking."""

    pg_version = 180000


def collect_sql(label: str, operation: Operation, before: ProjectState, after: ProjectState) -> list[str]:
    """The statements that ``operation`` would send, by Django's schema editor and without a server."""
    handler = ConnectionHandler({"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "none"}})
    connection = _Unconnected(handler.settings["default"], "default")

    class Editor(connection.SchemaEditorClass):  # type: ignore[name-defined,misc]
        def execute(self, sql: Any, params: Any = ()) -> None:
            self.collected_sql.append(str(sql))

        def _constraint_names(self, *args: Any, **kwargs: Any) -> list[str]:
            return ["an_older_one"]  # what stands in the tables already is asked for only to drop it

    # The tenants' router lets a table through only while its own schema is bound; here all of them are read.
    with (
        mock.patch.object(router, "routers", []),
        Editor(connection, collect_sql=True, atomic=False) as editor,
    ):
        operation.database_forwards(label, editor, before, after)
    return list(editor.collected_sql)


def _concern(operation: Operation) -> str:
    if isinstance(operation, RunPython):
        return "data"
    if isinstance(operation, RunSQL):
        return "hand-written SQL"
    return "tables"


def _height(label: str) -> int:
    """How far up in the house an app stands; what is no room of the platform stands above all rooms."""
    return len(ROOMS) - ROOMS.index(label) if label in ROOMS else len(ROOMS) + 1


def _is_parent_link(column: Any) -> bool:
    return column.remote_field is not None and bool(getattr(column.remote_field, "parent_link", False))


def _label(model: Any) -> str:
    return str(model._meta.app_label) if model is not None and not isinstance(model, str) else ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 120 else text[:117] + "..."
