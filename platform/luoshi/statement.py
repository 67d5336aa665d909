"""Long statements that the ORM writes once in a process.

Having a statement put together anew for each reader costs more than running it. What is kept names no
county: the connection's search path says whose tables it reads, and its variables are given with each
reading. Whoever keeps several finds them by all that makes them differ.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

_STAND_INS: Mapping[type, Callable[[int], Any]] = {
    int: lambda number: -1 - number,
    str: lambda number: f"\x1f{number}",
    date: lambda number: date.min + timedelta(days=number),
}
"""Values that no query has of its own: they mark where in a statement's parameters a variable belongs."""


class Statement:
    """One statement. ``write`` makes its query, and is called once with a stand-in for each variable.

    The query may do nothing with a variable but compare a column with it; only then is its SQL the same
    whatever the value. Columns are told as the server sends them: JSON is text.

    :param variables: the variables by name, each as ``int``, ``str`` or ``date``.
    """

    def __init__(self, write: Callable[..., QuerySet[Any, Any]], **variables: type) -> None:
        self._write = write
        self._stand_ins = {
            name: _STAND_INS[kind](number) for number, (name, kind) in enumerate(variables.items())
        }
        self._kept: tuple[str, tuple[Any, ...]] | None = None

    def rows(
        self, values: Mapping[str, Any], *, limit: int | None = None, offset: int = 0
    ) -> list[dict[str, Any]]:
        """The rows by column name. One query.

        :param values: one for each variable. :param limit: how many at most; all of them where left out.
        :param offset: how many to pass over.
        """
        names, found = self._run(values, limit, offset)
        return [dict(zip(names, row, strict=True)) for row in found]

    def tuples(self, values: Mapping[str, Any], *, limit: int | None = None) -> list[tuple[Any, ...]]:
        """The rows as they come, for a query of ``values_list``. One query.

        :param limit: how many at most; all of them where left out.
        """
        return self._run(values, limit, 0)[1]

    def _run(
        self, values: Mapping[str, Any], limit: int | None, offset: int
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        try:
            sql, parameters = self._sql()
        except EmptyResultSet:
            return [], []  # the query has found out by itself that there is nothing
        given = [values[part.name] if isinstance(part, _Variable) else part for part in parameters]
        if limit is not None:
            sql, given = f"{sql} LIMIT %s OFFSET %s", [*given, limit, offset]
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            return [column.name for column in cursor.description], cursor.fetchall()

    def _sql(self) -> tuple[str, tuple[Any, ...]]:
        if self._kept is None:
            sql, parameters = self._write(**self._stand_ins).query.sql_with_params()
            marked = tuple(self._marked(value) for value in parameters)
            missing = self._stand_ins.keys() - {part.name for part in marked if isinstance(part, _Variable)}
            if missing:
                raise RuntimeError(f"the statement has no place for {sorted(missing)}")
            self._kept = sql, marked
        return self._kept

    def _marked(self, value: Any) -> Any:
        for name, stand_in in self._stand_ins.items():
            if isinstance(value, type(stand_in)) and value == stand_in:
                return _Variable(name)
        return value


class _Variable:
    """Where a variable belongs among the parameters."""

    def __init__(self, name: str) -> None:
        self.name = name
