"""One public case read in one statement, which the ORM writes once in a process.

The statement is long. Having it put together anew for each reader costs half as much as all the rest of the
page. It names no county and holds nothing of one: the connection's search path says whose tables
it reads, and the number of the publication is its only variable.
"""

import json
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, QuerySet, Sum
from django.db.models.functions import JSONObject

from luoshi.publication.condition import public_rows
from luoshi.publication.facts import facts_read
from luoshi.publication.models import CitizenFeedback
from luoshi.suggestions.models import Publication

_PLACE = -1
"""Stands in the statement's parameters where the publication's number belongs."""
_OBJECTS = frozenset({"fact_version", "fact_settings"})
_LISTS = frozenset({"fact_contacts", "fact_promises", "fact_grades", "fact_feedback"})

_statement: tuple[str, tuple[Any, ...]] | None = None


def case_rows_read(publication_id: int) -> list[dict[str, Any]]:
    """Public replies to the suggestion of a publication as rows of ``facts_read``, with what readers say of
    each version (``fact_feedback``). One query.
    """
    global _statement
    if _statement is None:
        sql, parameters = _rows(_PLACE).query.sql_with_params()
        if list(parameters).count(_PLACE) != 1:
            raise RuntimeError(
                "the statement of a public case has another place for the publication's number"
            )
        _statement = (sql, parameters)
    sql, parameters = _statement
    with connection.cursor() as cursor:
        cursor.execute(sql, [publication_id if value == _PLACE else value for value in parameters])
        names = [column.name for column in cursor.description]
        return [_decoded(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def _rows(publication_id: int) -> QuerySet[Publication, Any]:
    same = Publication.objects.filter(pk=publication_id).values("suggestion_id")
    said = (
        CitizenFeedback.objects.filter(version__publication=OuterRef("pk"))
        .values("version_id", "answered")
        .annotate(total=Sum("count"))
    )
    rows: QuerySet[Publication, Any] = facts_read(
        public_rows().filter(suggestion_id__in=same).order_by("pk")
    ).annotate(
        fact_feedback=ArraySubquery(
            said.values(found=JSONObject(version="version_id", answered="answered", total="total"))
        )
    )
    return rows


def _decoded(row: dict[str, Any]) -> dict[str, Any]:
    """JSON as the ORM gives it; from a cursor it comes as text."""
    for name in _OBJECTS:
        if row[name] is not None:
            row[name] = json.loads(row[name])
    for name in _LISTS:
        row[name] = [json.loads(text) for text in row[name]]
    return row
