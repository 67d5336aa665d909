"""What the public is shown: the one condition of being public, and everything that is read through it."""

from dataclasses import replace
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from luoshi.audit.models import Event
from luoshi.lifecycle.states import PublicationState, ResultClass
from luoshi.publication.condition import public_mains, public_rows
from luoshi.publication.facts import case_make, cases_make, facts_read, session_words
from luoshi.publication.passages import marked, passage_of
from luoshi.publication.search import matching
from luoshi.publication.values import (
    Facet,
    FacetValue,
    PublicCase,
    PublicFilter,
    PublicPage,
    PublicRow,
    Tombstone,
)
from luoshi.suggestions.models import Publication, Reply
from luoshi.suggestions.services.log import stream_key

__all__ = ["approved_case", "public_case", "public_cases", "public_mains", "public_rows", "tombstone"]

PER_PAGE = 20
LONGEST_FACET = 30
"""Values of one facet that are offered; the most frequent ones."""
REVOKED_TITLE = "（已撤下）"


def public_case(publication_id: int) -> PublicCase | Tombstone | None:
    """What stands at the address of a publication: its case, a tombstone where it was taken down, nothing.

    One query for a case, two for anything else.
    """
    same = Publication.objects.filter(pk=publication_id).values("suggestion_id")
    rows = list(facts_read(public_rows().filter(suggestion_id__in=same).order_by("pk")))
    mine = next((row for row in rows if row["pk"] == publication_id), None)
    if mine is None:
        return tombstone(publication_id)
    case = case_make(mine)
    if case is None:
        return None
    part = mine["fact_assignment_id"]
    is_main = case.reply_kind == Reply.Kind.REPLY
    below = [
        row
        for row in rows
        if is_main and row["fact_reply_kind"] == Reply.Kind.SUPPLEMENT and row["fact_assignment_id"] == part
    ]
    beside = [row for row in rows if row is not mine and row not in below]
    return replace(case, supplements=tuple(cases_make(below)), others=tuple(cases_make(beside)))


def approved_case(publication_id: int) -> PublicCase | None:
    """The approved version as it will look, for those who review the page before it is public.

    Never for an anonymous reader.
    """
    states = [PublicationState.APPROVED, PublicationState.IN_EDITORIAL_REVIEW, PublicationState.PUBLISHED]
    row = facts_read(Publication.objects.filter(pk=publication_id, state__in=states)).first()
    return None if row is None else case_make(row)


def tombstone(publication_id: int) -> Tombstone | None:
    """What says that a page was taken down, when and why; ``None`` for anything that was not."""
    row = (
        Publication.objects.filter(pk=publication_id, state=PublicationState.REVOKED)
        .values(
            "suggestion_id",
            "reason",
            number=F("suggestion__number"),
            session=F("suggestion__session__number"),
            term=F("suggestion__session__term__number"),
        )
        .first()
    )
    if row is None:
        return None
    done = Event.objects.filter(
        stream__key=stream_key(row["suggestion_id"]),
        kind="publication.revoke",
        payload__subject_id=publication_id,
    )
    at = done.order_by("-seq").values_list("at", flat=True).first()
    return Tombstone(
        publication_id=publication_id,
        number=row["number"],
        session_name=session_words(row["term"], row["session"]),
        title=REVOKED_TITLE,
        revoked_on=None if at is None else timezone.localtime(at).date(),
        reason_public=row["reason"],
    )


_FIELDS = {
    "session": "suggestion__session__code",
    "unit": "reply__assignment__unit_id",
    "result_class": "reply__result_class",
    "category": "suggestion__category",
    "year": "suggestion__session__year",
}
FACETS = {"session": "届次", "result_class": "办理结果", "category": "类别", "unit": "承办单位"}
"""By which a list can be limited, in the order in which they are offered."""


def public_cases(wanted: PublicFilter, page: int = 1, per_page: int = PER_PAGE) -> PublicPage:
    """One page of the list, newest first, with how it could be limited further. A constant number of queries.

    A page that is not there is the nearest one that is. A value that nothing has gives an empty list.

    :param page: counted from 1.
    """
    searched = matching(public_mains(), wanted.q) if wanted.q.strip() else public_mains()
    found = searched.filter(_limits(wanted))
    count = found.count()
    pages = max(1, -(-count // per_page))
    number = min(max(1, page), pages)
    begin = (number - 1) * per_page
    ordered = found.order_by(F("published_on").desc(nulls_last=True), "-pk")[begin : begin + per_page]
    return PublicPage(
        rows=tuple(_row(case, wanted.q) for case in cases_make(facts_read(ordered))),
        count=count,
        number=number,
        pages=pages,
        facets=_facets(searched, wanted),
    )


def _limits(wanted: PublicFilter, but: str = "") -> Q:
    """The filter as a condition, without the part named ``but``."""
    limits = Q()
    for key, field in _FIELDS.items():
        value = getattr(wanted, key)
        if not value or key == but:
            continue
        if key in ("unit", "year"):
            is_number = value.isascii() and value.isdigit() and len(value) <= 9
            limits &= Q(**{field: int(value)}) if is_number else Q(pk__in=[])
        else:
            limits &= Q(**{field: value})
    return limits


def _row(case: PublicCase, phrase: str) -> PublicRow:
    return PublicRow(case=case, heading=marked(case.title, phrase), passage=passage_of(case, phrase))


def _facets(found: QuerySet[Publication], wanted: PublicFilter) -> tuple[Facet, ...]:
    """Each facet counts what the list would have with its value in place of the one chosen."""

    def counted(key: str, *fields: str) -> list[dict[str, Any]]:
        rows = found.filter(_limits(wanted, but=key)).order_by().values(_FIELDS[key], *fields)
        return list(rows.annotate(count=Count("pk")).order_by("-count", _FIELDS[key])[:LONGEST_FACET])

    def facet(key: str, rows: list[tuple[str, str, int]]) -> Facet:
        chosen = getattr(wanted, key)
        values = (FacetValue(value, text, count, value == chosen) for value, text, count in rows if value)
        return Facet(key, FACETS[key], tuple(values))

    term, number, year = (f"suggestion__session__{part}" for part in ("term__number", "number", "year"))
    unit = "reply__assignment__unit__name"
    session_key, class_key, unit_key = _FIELDS["session"], _FIELDS["result_class"], _FIELDS["unit"]
    sessions = sorted(counted("session", term, number, year), key=lambda row: (row[term], row[number]))
    return (
        facet(
            "session",
            [
                (row[session_key], f"{session_words(row[term], row[number])}（{row[year]}年）", row["count"])
                for row in reversed(sessions)
            ],
        ),
        facet(
            "result_class",
            [(row[class_key], _class_words(row[class_key]), row["count"]) for row in counted("result_class")],
        ),
        facet("category", [(row[_FIELDS["category"]],) * 2 + (row["count"],) for row in counted("category")]),
        facet("unit", [(str(row[unit_key]), row[unit], row["count"]) for row in counted("unit", unit)]),
    )


def _class_words(value: str) -> str:
    return str(ResultClass(value).label) if value else ""
