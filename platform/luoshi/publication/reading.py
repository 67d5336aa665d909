"""Public cases read by statements that the ORM writes once in a process."""

import json
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Sum
from django.db.models.functions import JSONObject

from luoshi.publication.condition import public_mains, public_rows
from luoshi.publication.facts import facts_read
from luoshi.publication.models import CitizenFeedback
from luoshi.statement import Statement
from luoshi.suggestions.models import Publication

Limits = Mapping[str, int | str]
"""What a list is limited to, by name of its kind."""
KINDS: dict[str, tuple[str, type]] = {
    "session": ("suggestion__session__code", str),
    "unit": ("reply__assignment__unit_id", int),
    "result_class": ("reply__result_class", str),
    "category": ("suggestion__category", str),
    "year": ("suggestion__session__year", int),
}
"""By what a list can be limited: the field, and what it is compared with."""
NEWEST_FIRST = (F("published_on").desc(nulls_last=True), "-pk")

_OBJECTS = ("fact_version", "fact_settings")
_LISTS = ("fact_contacts", "fact_promises", "fact_grades", "fact_feedback")


def case_rows_read(publication_id: int) -> list[dict[str, Any]]:
    """Public replies to the suggestion of a publication as rows of ``facts_read``, with what readers say of
    each version (``fact_feedback``). One query.
    """
    return [_decoded(row) for row in _CASE.rows({"publication_id": publication_id})]


def list_rows_read(limits: Limits, *, limit: int, offset: int) -> list[dict[str, Any]]:
    """Some lines of the list of what is public, the newest first, as rows of ``facts_read``. One query."""
    rows = _LISTED[frozenset(limits)].rows(limits, limit=limit, offset=offset)
    return [_decoded(row) for row in rows]


def limited(rows: QuerySet[Publication], limits: Limits) -> QuerySet[Publication]:
    """Those of ``rows`` that have everything of ``limits``."""
    return rows.filter(**{KINDS[name][0]: value for name, value in limits.items()})


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


_CASE = Statement(_rows, publication_id=int)


def _list(names: Iterable[str]) -> Statement:
    """The list limited by kinds of these names."""

    def write(**values: Any) -> QuerySet[Publication, Any]:
        return facts_read(limited(public_mains(), values).order_by(*NEWEST_FIRST))

    return Statement(write, **{name: KINDS[name][1] for name in names})


_LISTED = {
    frozenset(names): _list(names) for count in range(len(KINDS) + 1) for names in combinations(KINDS, count)
}
"""For each combination of kinds."""


def _decoded(row: dict[str, Any]) -> dict[str, Any]:
    """JSON as the ORM gives it; from a cursor it comes as text."""
    for name in _OBJECTS:
        if row[name] is not None:
            row[name] = json.loads(row[name])
    for name in _LISTS:
        if name in row:
            row[name] = [json.loads(text) for text in row[name]]
    return row
