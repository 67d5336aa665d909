"""The search over suggestions: its table follows the outbox, and nobody finds what he may not see."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db import connection, transaction
from django.db.models import BooleanField, CharField, Exists, F, Func, OuterRef, Prefetch, QuerySet, Value
from django.db.models.functions import Cast

from luoshi.suggestions.models import CoSignature, Suggestion
from luoshi.words import VERSION, phrase_query, text_words
from luoshi.workbench.models import SuggestionText

CONSUMER = "workbench.search"
VECTOR_INDEX = "workbench_text_vector_idx"
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
    texts_write(suggestion_ids=[payload["suggestion_id"]])


@transaction.atomic
def texts_write(*, suggestion_ids: Iterable[int]) -> int:
    """Write the words of these suggestions anew; returns how many. Repeated, it changes nothing.

    The suggestions are held until the end of the transaction: who edits one waits, and his words are written
    after ours, never before.
    """
    suggestions = Suggestion.objects.filter(pk__in=list(suggestion_ids)).order_by("pk")
    signed = CoSignature.objects.filter(state=CoSignature.State.CONFIRMED).select_related("deputy")
    rows = [
        SuggestionText(suggestion=row, vector=_vector(_text(row)), cut=VERSION)
        for row in suggestions.select_for_update(of=("self",), no_key=True)
        .select_related("lead_deputy", "delegation")
        .prefetch_related("asks", Prefetch("co_signatures", signed, to_attr="signed"))
    ]
    SuggestionText.objects.bulk_create(
        rows, update_conflicts=True, update_fields=["vector", "cut"], unique_fields=["suggestion"]
    )
    return len(rows)


def texts_behind() -> QuerySet[Suggestion]:
    """The suggestions whose words are missing, or were cut by rules that hold no more."""
    current = SuggestionText.objects.filter(suggestion=OuterRef("pk"), cut=VERSION)
    return Suggestion.objects.filter(~Exists(current))


def texts_catch_up(*, told: Callable[[int], None] = lambda written: None) -> int:
    """Write the words of all that are behind; returns how many.

    Each batch is a transaction of its own: what was broken off goes on where it stopped.

    :param told: called after each batch with the number written so far.
    """
    written, last = 0, 0
    while ids := list(
        texts_behind().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:PER_STATEMENT]
    ):
        written, last = written + texts_write(suggestion_ids=ids), ids[-1]
        told(written)
    with connection.cursor() as cursor:
        # What was written waits in a list that each search would have to read through.
        cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [VECTOR_INDEX])
    return written


def texts_rebuild(*, told: Callable[[int], None] = lambda written: None) -> int:
    """Write the words of every suggestion of the county anew; returns how many.

    All are put behind first: broken off, :func:`texts_catch_up` does what is left. Until then the old words
    still find.
    """
    SuggestionText.objects.exclude(cut=0).update(cut=0)
    return texts_catch_up(told=told)


def _text(suggestion: Any) -> str:
    people = [suggestion.lead_deputy, suggestion.delegation, *(row.deputy for row in suggestion.signed)]
    return "\n\n".join(  # a single break would join the words on both sides
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
