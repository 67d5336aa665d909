"""Which earlier suggestions say something like a title: so that a deputy sees what was answered before."""

from dataclasses import dataclass

from django.contrib.postgres.search import SearchQueryField
from django.db.models import F, Q, Value
from django.db.models.functions import Cast

from luoshi.accounts.actor import Actor
from luoshi.lifecycle.states import PublicationState
from luoshi.suggestions.models import Suggestion
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.words import any_word_query, text_words, title_core
from luoshi.workbench.models import SuggestionText
from luoshi.workbench.search import Match

SHOWN = 5
WEIGHED = 300
"""Candidates that are weighed: the newest that share a word."""
ALIKE = 0.3
"""From so much in common on (Dice's measure over pairs of characters) two titles are shown as alike."""


@dataclass(frozen=True, slots=True)
class Alike:
    """An earlier suggestion. ``may_open``: this person may read the case itself."""

    suggestion: Suggestion
    may_open: bool


def similar_suggestions(actor: Actor, title: str, except_id: int | None = None) -> list[Alike]:
    """What ``actor`` may see, or everybody may read because its reply is public, most alike first.

    At most :data:`SHOWN`; two queries.
    """
    core = title_core(title)
    query = any_word_query(core)
    if not query:
        return []
    texts = SuggestionText.objects.filter(Match(F("vector"), Cast(Value(query), SearchQueryField())))
    visible = suggestions_visible(actor).order_by().values("pk")
    public = Suggestion.objects.filter(publications__state=PublicationState.PUBLISHED).values("pk")
    found = (
        Suggestion.objects.filter(Q(pk__in=visible) | Q(pk__in=public), pk__in=texts.values("suggestion_id"))
        .exclude(number__isnull=True)
        .exclude(pk=except_id or 0)
        .select_related("session")
        .order_by("-pk")[:WEIGHED]
    )
    wanted = set(text_words(core))
    weighed = [(_alike(wanted, set(text_words(title_core(row.title)))), row) for row in found]
    best = sorted((row for row in weighed if row[0] >= ALIKE), key=lambda row: (-row[0], -row[1].pk))[:SHOWN]
    own = set(
        suggestions_visible(actor).filter(pk__in=[row.pk for _, row in best]).values_list("pk", flat=True)
    )
    return [Alike(row, row.pk in own) for _, row in best]


def _alike(one: set[str], other: set[str]) -> float:
    pairs = {word for word in one if len(word) > 1}, {word for word in other if len(word) > 1}
    return 2 * len(pairs[0] & pairs[1]) / ((len(pairs[0]) + len(pairs[1])) or 1)
