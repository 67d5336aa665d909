"""What the public is shown: the one condition of being public, and everything that is read through it."""

from dataclasses import replace
from typing import Any

from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from luoshi.audit.models import Event
from luoshi.lifecycle.states import PublicationState, ResultClass
from luoshi.publication.condition import public_mains, public_rows
from luoshi.publication.facts import case_make, cases_make, facts_read, session_words
from luoshi.publication.passages import marked, passage_of
from luoshi.publication.reading import case_rows_read
from luoshi.publication.search import matching, rank
from luoshi.publication.soundness import versions_verify
from luoshi.publication.values import (
    Facet,
    FacetValue,
    FeedbackCount,
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
    rows = case_rows_read(publication_id)
    mine = next((row for row in rows if row["pk"] == publication_id), None)
    if mine is None:
        return tombstone(publication_id)
    case = case_make(mine)
    if case is None:
        versions_verify([publication_id])
        return None
    part = mine["fact_assignment_id"]
    is_main = case.reply_kind == Reply.Kind.REPLY
    below = [
        row
        for row in rows
        if is_main and row["fact_reply_kind"] == Reply.Kind.SUPPLEMENT and row["fact_assignment_id"] == part
    ]
    beside = [row for row in rows if row is not mine and row not in below]
    said = {
        row["answered"]: row["total"] for row in mine["fact_feedback"] if row["version"] == case.version_id
    }
    return replace(
        case,
        supplements=tuple(cases_make(below)),
        others=tuple(cases_make(beside)),
        feedback=FeedbackCount(said.get(True, 0), said.get(False, 0)),
    )


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
_LABELS: dict[str, Any] = {
    "session": Concat(
        Cast("suggestion__session__term__number", CharField()),
        Value("-"),
        Cast("suggestion__session__number", CharField()),
        Value("-"),
        Cast("suggestion__session__year", CharField()),
        output_field=CharField(),
    ),
    "result_class": Cast("reply__result_class", CharField()),
    "category": Cast("suggestion__category", CharField()),
    "unit": Cast("reply__assignment__unit__name", CharField()),
}
FACETS = {"session": "届次", "result_class": "办理结果", "category": "类别", "unit": "承办单位"}
"""By which a list can be limited, in the order in which they are offered."""


def public_cases(
    wanted: PublicFilter, page: int = 1, per_page: int = PER_PAGE, *, facets: bool = True
) -> PublicPage:
    """One page of the list, newest first; of what was searched for, what has it as its number, then what has
    it in its title. Three queries, however many there are; two without facets.

    A page that is not there is the nearest one that is. A value that nothing has gives an empty list.

    :param page: counted from 1. :param facets: whether to say how the list could be limited further.
    """
    searched = matching(public_mains(), wanted.q) if wanted.q.strip() else public_mains()
    found = searched.filter(_limits(wanted))
    count = found.count()
    pages = max(1, -(-count // per_page))
    number = min(max(1, page), pages)
    begin = (number - 1) * per_page
    order = [rank(wanted.q)] if wanted.q.strip() else []
    ordered = found.order_by(*order, F("published_on").desc(nulls_last=True), "-pk")[begin : begin + per_page]
    read = list(facts_read(ordered))
    cases = cases_make(read)
    if len(cases) < len(read) and versions_verify([row["pk"] for row in read]):
        # What was altered is set aside now, and the count goes without it too.
        return public_cases(wanted, page, per_page, facets=facets)
    return PublicPage(
        rows=tuple(_row(case, wanted.q) for case in cases),
        count=count,
        number=number,
        pages=pages,
        facets=_facets(searched, wanted) if facets else (),
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
    """Each facet counts what the list would have with its value in place of the one chosen. One query."""

    def counted(key: str) -> QuerySet[Publication, Any]:
        return (
            found.filter(_limits(wanted, but=key))
            .order_by()
            .values(
                facet=Value(key, output_field=CharField()),
                value=Cast(_FIELDS[key], CharField()),
                words=_LABELS[key],
            )
            .annotate(count=Count("pk"))
            .order_by("-count", "value")[:LONGEST_FACET]
        )

    first, *others = (counted(key) for key in FACETS)
    values: dict[str, list[FacetValue]] = {key: [] for key in FACETS}
    for row in first.union(*others, all=True):
        if row["value"]:
            key, label = row["facet"], _words(row["facet"], row["words"])
            chosen = row["value"] == getattr(wanted, key)
            values[key].append(FacetValue(row["value"], label, row["count"], chosen))
    # Sessions by time, the rest by how many there are.
    values["session"].sort(key=lambda one: [int(part) for part in one.value.split("-")], reverse=True)
    for key in ("result_class", "category", "unit"):
        values[key].sort(key=lambda one: (-one.count, one.label))
    return tuple(Facet(key, label, tuple(values[key])) for key, label in FACETS.items())


def _words(key: str, words: str) -> str:
    if key == "result_class":
        return str(ResultClass(words).label)
    if key == "session":
        term, number, year = map(int, words.split("-"))
        return f"{session_words(term, number)}（{year}年）"
    return words
