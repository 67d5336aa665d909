"""What waits to be registered, with the numbers it would get and what was said before."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max

from luoshi.accounts.actor import Actor
from luoshi.lifecycle.states import SuggestionState
from luoshi.suggestions.models import Ask, Suggestion
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.workbench.desk.batches import MOST
from luoshi.workbench.desk.similar import Titled, similar_titles

REMEMBERED = 3000
"""Suggestions, the newest first, among whose titles similar ones are looked for."""
_UNSAID = (SuggestionState.DRAFT, SuggestionState.CO_SIGNING)
Numbering = tuple[int, str, str]
"""Session, kind and body: what numbers are counted in."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One submitted suggestion. ``number``: the one it gets if all that are shown are registered."""

    suggestion: Suggestion
    asks: list[Ask]
    similar: list[Titled]
    number: int


@dataclass(frozen=True, slots=True)
class Series:
    """Consecutive numbers of one series: 代表建议 of the county, say."""

    label: str
    first: int
    last: int

    @property
    def count(self) -> int:
        """How many."""
        return self.last - self.first + 1


def waiting_all(actor: Actor, session_id: int = 0) -> list[Suggestion]:
    """What waits to be registered, in the order in which it came in. One query."""
    rows = suggestions_visible(actor).filter(state=SuggestionState.SUBMITTED)
    if session_id:
        rows = rows.filter(session_id=session_id)
    return list(
        rows.select_related("session", "lead_deputy__delegation", "delegation")
        .defer("content", "note")
        .order_by("session__year", "session_id", "submitted_at", "pk")[: MOST + 1]
    )


def waiting_rows(actor: Actor, rows: Sequence[Suggestion]) -> list[Waiting]:
    """The same with asks, similar ones and numbers. Three queries."""
    asks: dict[int, list[Ask]] = {}
    for ask in Ask.objects.filter(suggestion__in=[row.pk for row in rows]).order_by("position"):
        asks.setdefault(ask.suggestion_id, []).append(ask)
    known = (
        suggestions_visible(actor)
        .exclude(state__in=_UNSAID)
        .order_by("-pk")
        .values_list("pk", "title", "number", "session__code")[:REMEMBERED]
    )
    similar = similar_titles(
        [Titled(row.pk, row.title, "") for row in rows],
        [
            Titled(pk, title, f"{code} 第{number}号" if number else f"{code} 未编号")
            for pk, title, number, code in known
        ],
    )
    numbers = numbers_proposed(rows)
    return [Waiting(row, asks.get(row.pk, []), similar[row.pk], numbers[row.pk]) for row in rows]


def numbers_proposed(rows: Sequence[Suggestion]) -> dict[int, int]:
    """The next free numbers, in the order of ``rows``, each series by itself. One query."""
    taken = (
        Suggestion.objects.filter(session__in={row.session_id for row in rows}, number__isnull=False)
        .order_by()
        .values_list("session_id", "item_kind", "congress_body")
        .annotate(highest=Max("number"))
    )
    highest: dict[Numbering, int] = {(session, kind, body): last for session, kind, body, last in taken}
    numbers = {}
    for row in rows:
        series = _series(row)
        highest[series] = numbers[row.pk] = highest.get(series, 0) + 1
    return numbers


def series_of(rows: Sequence[Waiting]) -> list[Series]:
    """The numbers of each series, from the first to the last."""
    found: dict[Numbering, list[Waiting]] = {}
    for row in rows:
        found.setdefault(_series(row.suggestion), []).append(row)
    return [
        Series(_series_label(part[0].suggestion), part[0].number, part[-1].number) for part in found.values()
    ]


def _series(row: Suggestion) -> Numbering:
    return row.session_id, row.item_kind, row.congress_body


def _series_label(row: Suggestion) -> str:
    return f"{row.session.code} {row.get_item_kind_display()}（{row.get_congress_body_display()}）"
