"""What the public is shown: the one condition of being public, and everything that is read through it."""

from dataclasses import replace
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils import timezone

from luoshi.audit.models import Event
from luoshi.lifecycle.states import PublicationState, ResultClass
from luoshi.publication.condition import public_mains, public_rows
from luoshi.publication.facts import case_make, cases_make, facts_read, session_words
from luoshi.publication.passages import marked, passage_of
from luoshi.publication.reading import (
    KINDS,
    NEWEST_FIRST,
    Limits,
    case_rows_read,
    limited,
    list_rows_read,
)
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
from luoshi.statement import Statement
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
    return None if row is None else case_make(row, vouched=False)


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


FACETS = {"session": "届次", "result_class": "办理结果", "category": "类别", "unit": "承办单位"}
"""By which a list can be limited, in the order in which they are offered."""


def public_cases(
    wanted: PublicFilter, page: int = 1, per_page: int = PER_PAGE, *, facets: bool = True
) -> PublicPage:
    """One page of the list, newest first; of what was searched for, what has it as its number, then what has
    it in its title. Two queries, however many there are; one more for a search.

    A page that is not there is the nearest one that is. A value that nothing has gives an empty list.

    :param page: counted from 1. :param facets: whether to say how the list could be limited further.
    """
    searched, limits = _searched(wanted.q), _limits(wanted)
    found = limited(searched, limits)
    offered, count = _facets(searched, wanted) if facets else ((), found.count())
    pages = max(1, -(-count // per_page))
    number = min(max(1, page), pages)
    begin = (number - 1) * per_page
    if wanted.q.strip():
        ranked = found.order_by(rank(wanted.q), *NEWEST_FIRST)
        read = list(facts_read(ranked[begin : begin + per_page]))
    else:
        read = list_rows_read(limits, limit=per_page, offset=begin)
    cases = cases_make(read)
    if len(cases) < len(read) and versions_verify([row["pk"] for row in read]):
        # What was altered is set aside now, and the count goes without it too.
        return public_cases(wanted, page, per_page, facets=facets)
    return PublicPage(
        rows=tuple(_row(case, wanted.q) for case in cases),
        count=count,
        number=number,
        pages=pages,
        facets=offered,
    )


FEW = 1000
"""Results of a search up to which the rest of the work is told their ids."""


def _searched(phrase: str) -> QuerySet[Publication]:
    """What has the words of ``phrase``, everything where it is empty; one query where there are words.

    The server cannot guess how many texts hold words that seldom stand together, and reads tables as a whole
    where it guesses too high. So what is few is named one by one.
    """
    if not phrase.strip():
        return public_mains()
    searched = matching(public_mains(), phrase)
    ids = list(searched.order_by().values_list("pk", flat=True)[: FEW + 1])
    return Publication.objects.filter(pk__in=ids) if len(ids) <= FEW else searched


def _limits(wanted: PublicFilter) -> Limits:
    """What the list is limited to, by kind."""
    limits: dict[str, int | str] = {}
    for name, (_, kind) in KINDS.items():
        value = getattr(wanted, name)
        if value and kind is int:
            is_number = value.isascii() and value.isdigit() and len(value) <= 9
            limits[name] = int(value) if is_number else _NO_NUMBER
        elif value:
            limits[name] = value
    return limits


_NO_NUMBER = -1
"""Stands for words in place of a number: nothing has it."""


def _row(case: PublicCase, phrase: str) -> PublicRow:
    return PublicRow(case=case, heading=marked(case.title, phrase), passage=passage_of(case, phrase))


def _facets(found: QuerySet[Publication], wanted: PublicFilter) -> tuple[tuple[Facet, ...], int]:
    """The facets, and how many the list has. One query, which reads what was found once.

    Each facet counts what the list would have with its value in place of the one chosen.
    """
    limits = _limits(replace(wanted, **dict.fromkeys(FACETS, "")))
    if wanted.q.strip():
        grouped = list(_grouped(limited(found, limits)))
    else:
        grouped = (_OF_YEAR if limits else _OF_ALL).rows(limits)
    counts: dict[str, dict[str, tuple[str, int]]] = {key: {} for key in FACETS}
    total = 0
    for row in grouped:
        values = {key: str(row[f"facet_{key}"]) for key in FACETS}
        differs = [key for key in FACETS if getattr(wanted, key) not in ("", values[key])]
        total += 0 if differs else row["facet_count"]
        for key in FACETS:
            if values[key] and set(differs) <= {key}:
                label, before = counts[key].get(values[key], (_label(key, row), 0))
                counts[key][values[key]] = label, before + row["facet_count"]
    facets = []
    for key, words in FACETS.items():
        rows = [
            FacetValue(value, label, count, value == getattr(wanted, key))
            for value, (label, count) in counts[key].items()
        ]
        rows = sorted(rows, key=lambda one: (-one.count, one.value))[:LONGEST_FACET]
        # Sessions by time, the rest by how many there are.
        if key == "session":
            rows.sort(key=lambda one: [int(part) for part in one.value.split("-")], reverse=True)
        else:
            rows.sort(key=lambda one: (-one.count, one.label))
        facets.append(Facet(key, words, tuple(rows)))
    return tuple(facets), total


def _grouped(rows: QuerySet[Publication]) -> QuerySet[Publication, dict[str, Any]]:
    """How many of ``rows`` have each combination of what they can be limited by."""
    told = {
        "facet_name": F("reply__assignment__unit__name"),
        "facet_term": F("suggestion__session__term__number"),
        "facet_number": F("suggestion__session__number"),
        "facet_year": F("suggestion__session__year"),
    }
    fields = {f"facet_{key}": F(KINDS[key][0]) for key in FACETS}
    grouped: QuerySet[Publication, Any] = rows.order_by().values(**fields, **told)
    return grouped.annotate(facet_count=Count("pk"))


_OF_ALL = Statement(lambda: _grouped(public_mains()))
_OF_YEAR = Statement(lambda year: _grouped(limited(public_mains(), {"year": year})), year=int)


def _label(key: str, row: dict[str, Any]) -> str:
    if key == "result_class":
        return str(ResultClass(row["facet_result_class"]).label) if row["facet_result_class"] else ""
    if key == "session":
        return f"{session_words(row['facet_term'], row['facet_number'])}（{row['facet_year']}年）"
    return str(row["facet_name"] if key == "unit" else row[f"facet_{key}"])
