"""Long statements that the ORM writes once in a process.

Having a statement put together anew for each reader costs more than running it. What is kept names no
county: the connection's search path says whose tables it reads, and its variables are given with each
reading. Whoever keeps several finds them by all that makes them differ.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Field, Model, QuerySet
from django.db.transaction import TransactionManagementError

RowT = TypeVar("RowT", bound=Model)

_STAND_INS: Mapping[type, Callable[[int], Any]] = {
    int: lambda number: -1 - number,
    str: lambda number: f"\x1f{number}",
    date: lambda number: date.min + timedelta(days=number),
    datetime: lambda number: datetime.min.replace(tzinfo=UTC) + timedelta(days=number),
}
"""Values that no query has of its own: they mark where in a statement's parameters a variable belongs."""


class Statement:
    """One statement. ``write`` makes its query, and is called once with a stand-in for each variable.

    The query may do nothing with a variable but compare a column with it; only then is its SQL the same
    whatever the value. Columns are told as the server sends them: JSON is text.

    :param variables: the variables by name, each as ``int``, ``str``, ``date`` or ``datetime``.
    """

    def __init__(self, write: Callable[..., QuerySet[Any, Any]], **variables: type) -> None:
        self._write = write
        self._stand_ins = {
            name: _STAND_INS[kind](number) for number, (name, kind) in enumerate(variables.items())
        }
        self._kept: tuple[str, tuple[Any, ...]] | None = None
        self._locks = False

    def rows(
        self, values: Mapping[str, Any], *, limit: int | None = None, offset: int = 0
    ) -> list[dict[str, Any]]:
        """The rows by column name. One query.

        :param values: one for each variable. :param limit: how many at most; all of them where left out.
        :param offset: how many to pass over.
        """
        names, found = self.read(values, limit=limit, offset=offset)
        return [dict(zip(names, row, strict=True)) for row in found]

    def tuples(self, values: Mapping[str, Any], *, limit: int | None = None) -> list[tuple[Any, ...]]:
        """The rows as they come, for a query of ``values_list``. One query.

        :param limit: how many at most; all of them where left out.
        """
        return self.read(values, limit=limit)[1]

    def read(
        self, values: Mapping[str, Any], *, limit: int | None = None, offset: int = 0
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The names of the columns, and the rows as they come. One query."""
        try:
            sql, given = self._given(values)
        except EmptyResultSet:
            return [], []  # the query has found out by itself that there is nothing
        if limit is not None:
            sql, given = f"{sql} LIMIT %s OFFSET %s", [*given, limit, offset]
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            return [column.name for column in cursor.description], cursor.fetchall()

    def _given(self, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
        sql, parameters = self._sql()
        if self._locks and connection.get_autocommit():
            raise TransactionManagementError("a lock outside of a transaction ends with its statement")
        return sql, [values[part.name] if isinstance(part, _Variable) else part for part in parameters]

    def _sql(self) -> tuple[str, tuple[Any, ...]]:
        if self._kept is None:
            query = self.query().query
            sql, parameters = query.sql_with_params()
            self._locks = query.select_for_update
            marked = tuple(self._marked(value) for value in parameters)
            missing = self._stand_ins.keys() - {part.name for part in marked if isinstance(part, _Variable)}
            if missing:
                raise RuntimeError(f"the statement has no place for {sorted(missing)}")
            self._kept = sql, marked
        return self._kept

    def query(self) -> QuerySet[Any, Any]:
        """The query itself, with a stand-in for each variable."""
        return self._write(**self._stand_ins)

    def _marked(self, value: Any) -> Any:
        for name, stand_in in self._stand_ins.items():
            if isinstance(value, type(stand_in)) and value == stand_in:
                return _Variable(name)
        return value


class _Variable:
    """Where a variable belongs among the parameters."""

    def __init__(self, name: str) -> None:
        self.name = name


def tuples_together(
    statements: Sequence[Statement], values: Mapping[str, Any]
) -> list[list[tuple[Any, ...]]]:
    """The rows of each of several statements, all asked in one go: one way to the database and back.

    :param values: one for each variable; what has the same name in several statements has the same value.
    :raises EmptyResultSet: where one of the queries finds out by itself that it has no rows.
    """
    parts = [statement._given(values) for statement in statements]
    with connection.cursor() as cursor:
        cursor.execute("; ".join(sql for sql, _ in parts), [value for _, given in parts for value in given])
        found = [cursor.fetchall()]
        while cursor.nextset():
            found.append(cursor.fetchall())
    return found


class Rows(Generic[RowT]):
    """Rows of a model by one statement, with the rows that its query joins (``select_related``).

    They are what the query itself would give, made without putting it together anew.

    :param variables: as of :class:`Statement`.
    """

    def __init__(self, write: Callable[..., QuerySet[RowT]], **variables: type) -> None:
        self._statement = Statement(write, **variables)
        self._kept: _Part | None = None

    def first(self, **values: Any) -> RowT | None:
        """The first row, if there is one. One query.

        :param values: one for each variable.
        """
        found = self.all(**values)
        return found[0] if found else None

    def get(self, **values: Any) -> RowT:
        """The one row that there is. One query.

        :param values: one for each variable.
        :raises DoesNotExist: the model's own, where there is none.
        """
        found = self.first(**values)
        if found is None:
            raise self._statement.query().model.DoesNotExist
        return found

    def all(self, **values: Any) -> list[RowT]:
        """All rows in the query's order. One query.

        :param values: one for each variable.
        """
        names, found = self._statement.read(values)
        if not names:
            return []  # the query has found out by itself that there is nothing
        part = self._part(names)
        return [cast(RowT, part.made(row)) for row in found]

    def _part(self, names: Sequence[str]) -> "_Part":
        if self._kept is None:
            query = self._statement.query()
            joins = query.query.select_related
            part = _part(query.model, joins if isinstance(joins, dict) else {}, 0)
            if part.columns() != list(names):
                raise RuntimeError(f"the statement gives {list(names)}, and not {part.columns()}")
            self._kept = part
        return self._kept


@dataclass(frozen=True, slots=True)
class _Part:
    """Which columns of a row make one model's part of it, and whose parts are joined to it."""

    model: type[Model]
    fields: "tuple[Field[Any, Any], ...]"
    start: int
    joined: tuple[tuple[str, "_Part"], ...]
    converted: "tuple[tuple[int, Field[Any, Any], Callable[..., Any]], ...]"
    """Place among ``fields``, and what Django makes of the server's value."""

    def columns(self) -> list[str | None]:
        """The names of all columns, those of the joined parts behind one's own."""
        return [field.column for field in self.fields] + [
            name for _, part in self.joined for name in part.columns()
        ]

    def made(self, row: tuple[Any, ...]) -> Model | None:
        """The instance; None where a join has found nothing."""
        values = list(row[self.start : self.start + len(self.fields)])
        for place, field, convert in self.converted:
            values[place] = convert(values[place], field.cached_col, connection)
        names = [field.attname for field in self.fields]
        found = self.model.from_db(connection.alias, names, values)
        if found.pk is None:
            return None
        for name, part in self.joined:
            setattr(found, name, part.made(row))
        return found


def _part(model: type[Model], joins: Mapping[str, Any], start: int) -> _Part:
    fields = tuple(model._meta.concrete_fields)
    joined, place = [], start + len(fields)
    for field in model._meta.fields:  # the ORM's order, whatever the query's
        if field.name in joins:
            part = _part(cast(type[Model], field.related_model), joins[field.name], place)
            joined.append((field.name, part))
            place += len(part.columns())
    converted = tuple(
        (number, field, convert)
        for number, field in enumerate(fields)
        for convert in field.get_db_converters(connection)
    )
    return _Part(model, fields, start, tuple(joined), converted)
