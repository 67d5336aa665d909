"""The search over suggestions: its table follows the outbox, and nobody finds what he may not see."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db import transaction
from django.db.models import BooleanField, CharField, F, Func, Prefetch, QuerySet, Value
from django.db.models.functions import Cast

from luoshi.lifecycle.states import Subject
from luoshi.suggestions.models import CoSignature, Suggestion
from luoshi.workbench.models import SuggestionText
from luoshi.workbench.words import phrase_query, text_words

CONSUMER = "workbench.search"
PER_STATEMENT = 500


class Match(Func):
    """``vector @@ query``"""

    template, arg_joiner, output_field = "(%(expressions)s)", " @@ ", BooleanField()


def suggestions_matching(found: QuerySet[Suggestion], phrase: str) -> QuerySet[Suggestion]:
    """Those of ``found`` in which every word of ``phrase`` stands. None where the phrase has no word.

    :param found: what the searching person may see; the search never widens it.
    """
    query = phrase_query(phrase)
    if not query:
        return found.none()
    # Cast, not parsed: how PostgreSQL's own parser reads Chinese hangs on the locale of the server.
    texts = SuggestionText.objects.filter(Match(F("vector"), Cast(Value(query), SearchQueryField())))
    return found.filter(pk__in=texts.values("suggestion_id"))


def text_follow(payload: Mapping[str, Any], message_id: int) -> None:
    """The outbox's consumer: what was done to a suggestion may have changed its words."""
    if payload["subject"] == Subject.SUGGESTION:
        texts_write(suggestion_ids=[payload["suggestion_id"]])


def texts_write(*, suggestion_ids: Iterable[int]) -> int:
    """Write the words of these suggestions anew; returns how many. Repeated, it changes nothing."""
    suggestions = Suggestion.objects.filter(pk__in=list(suggestion_ids)).select_related(
        "lead_deputy", "delegation"
    )
    signed = CoSignature.objects.filter(state=CoSignature.State.CONFIRMED).select_related("deputy")
    rows = [
        SuggestionText(suggestion=row, vector=_vector(_text(row)))
        for row in suggestions.prefetch_related("asks", Prefetch("co_signatures", signed, to_attr="signed"))
    ]
    SuggestionText.objects.bulk_create(
        rows, update_conflicts=True, update_fields=["vector"], unique_fields=["suggestion"]
    )
    return len(rows)


@transaction.atomic
def texts_rebuild() -> int:
    """Write the words of every suggestion of the county anew; returns how many."""
    ids = list(Suggestion.objects.order_by("pk").values_list("pk", flat=True))
    return sum(
        texts_write(suggestion_ids=ids[at : at + PER_STATEMENT]) for at in range(0, len(ids), PER_STATEMENT)
    )


def _text(suggestion: Any) -> str:
    people = [suggestion.lead_deputy, suggestion.delegation, *(row.deputy for row in suggestion.signed)]
    return "\n".join(
        [
            suggestion.title,
            *(person.name for person in people if person is not None),
            *(ask.text for ask in suggestion.asks.all()),
            suggestion.content,
        ]
    )


def _vector(text: str) -> Func:
    words = Value(text_words(text), output_field=ArrayField(CharField()))
    return Func(words, function="array_to_tsvector", output_field=SearchVectorField())
