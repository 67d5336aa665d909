"""The search over what is public: its table follows the outbox, and only public rows are ever found."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db import transaction
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    Func,
    OuterRef,
    QuerySet,
    SmallIntegerField,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast

from luoshi.lifecycle.states import PublicationState
from luoshi.publication.condition import public_rows
from luoshi.publication.facts import case_make, facts_read
from luoshi.publication.models import PublicText
from luoshi.publication.values import PublicCase
from luoshi.suggestions.models import Publication, PublishedVersion, Reply
from luoshi.words import VERSION, phrase_query, text_words

CONSUMER = "publication.search"
PER_STATEMENT = 200
TITLE = "题:"
"""What the words of a title are kept under a second time, so that they come first."""

_NUMBER = re.compile(r"第?(\d{1,6})号?")


class Match(Func):
    """``vector @@ query``"""

    template, arg_joiner, output_field = "(%(expressions)s)", " @@ ", BooleanField()


def matching(rows: QuerySet[Publication], phrase: str) -> QuerySet[Publication]:
    """Those of ``rows`` in whose published text every word of ``phrase`` stands; none where it has no word.

    A word of a published supplement finds its reply too.

    :param rows: public rows; the search never widens them.
    """
    texts = _texts(phrase_query(phrase))
    if texts is None:
        return rows.none()
    found = texts.values("publication_id")
    supplements = public_rows().filter(reply__kind=Reply.Kind.SUPPLEMENT, pk__in=found)
    above = Publication.objects.filter(reply__assignment__in=supplements.values("reply__assignment_id"))
    # One list, not one condition or another: with that the server would look through all that is public.
    return rows.filter(pk__in=found.union(above.values("pk"), all=True))


def rank(phrase: str) -> Case:
    """By what a found row is sorted before its day: the suggestion whose number is all of ``phrase``, then
    those in whose title every word of it stands, then the others."""
    places: list[When] = []
    if number := _NUMBER.fullmatch(unicodedata.normalize("NFKC", phrase).strip()):
        places.append(When(suggestion__number=int(number[1]), then=Value(0)))
    titles = _texts(phrase_query(phrase, TITLE))
    if titles is not None:
        places.append(When(pk__in=titles.values("publication_id"), then=Value(1)))
    return Case(*places, default=Value(2), output_field=SmallIntegerField())


def _texts(query: str) -> QuerySet[PublicText] | None:
    if not query:
        return None
    # Cast, not parsed: how PostgreSQL's own parser reads Chinese hangs on the locale of the server.
    found = PublicText.objects.filter(Match(F("vector"), Cast(Value(query), SearchQueryField())))
    # Of a corrected text the old words are not found, however late the new ones come.
    return found.filter(version=Subquery(_newest().values("number")[:1]))


def _newest() -> QuerySet[PublishedVersion]:
    """The versions of the publication of the outer query, the newest first."""
    return PublishedVersion.objects.filter(publication=OuterRef("publication_id")).order_by("-number")


def public_text_follow(payload: Mapping[str, Any], message_id: int) -> None:
    """The outbox's consumer: what was done to a publication changes what is found."""
    public_texts_write(publication_ids=[payload["subject_id"]])


@transaction.atomic
def public_texts_write(*, publication_ids: Iterable[int]) -> int:
    """Write the words of those that are published, remove those of the others; returns how many have words.

    Repeated, it changes nothing. The publications are held until the end of the transaction: who takes one
    down waits, and his removal comes after what is written here.
    """
    ids = list(publication_ids)
    held = Publication.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    published = [row.pk for row in held if row.state == PublicationState.PUBLISHED]
    rows = []
    for row in facts_read(Publication.objects.filter(pk__in=published)):
        case = case_make(row)
        if case is not None:
            vector = _vector(public_words(case))
            rows.append(
                PublicText(
                    publication_id=case.publication_id,
                    vector=vector,
                    version=case.version_number,
                    cut=VERSION,
                )
            )
    kept = [row.publication_id for row in rows]
    PublicText.objects.filter(publication_id__in=ids).exclude(publication_id__in=kept).delete()
    PublicText.objects.bulk_create(
        rows,
        update_conflicts=True,
        update_fields=["vector", "version", "cut"],
        unique_fields=["publication"],
    )
    return len(rows)


def public_texts_catch_up(*, told: Callable[[int], None] = lambda written: None) -> int:
    """Write the words of all published ones that have none, or old ones; returns how many."""
    newest = PublishedVersion.objects.filter(publication=OuterRef("publication_id")).order_by("-number")
    current = PublicText.objects.filter(
        publication=OuterRef("pk"), cut=VERSION, version__gte=newest.values("number")[:1]
    )
    behind = Publication.objects.filter(~Exists(current), state=PublicationState.PUBLISHED)
    written, last = 0, 0
    while ids := list(behind.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:PER_STATEMENT]):
        written, last = written + public_texts_write(publication_ids=ids), ids[-1]
        told(written)
    return written


def public_words(case: PublicCase) -> list[str]:
    """The words under which a case is found: of its published text, its number, session and units.

    Not the proposer: whether he is named is the county's setting, which may change after this was written.
    """
    texts = [
        case.title,
        *((case.name, str(case.number)) if case.number else ()),
        case.session_code.replace("-", " "),
        *case.lead_units,
        *case.co_units,
        case.category,
        case.class_label,
        case.content or "",
        *(text for _, text in case.asks),
        case.reply,
        *(promise.text for promise in case.promises),
        *(file.name for file in case.attachments),
    ]
    titles = {f"{TITLE}{word}" for word in text_words(case.title)}
    return sorted(titles.union(*map(_all_words, texts)))


STEP = 50_000
OVERLAP = 40
"""Characters of a part that the next one reads again, so that no word or number is cut."""


def _all_words(text: str) -> Iterable[str]:
    """The words of a text of any length: read in overlapping parts, each within what is read at once."""
    for begin in range(0, len(text), STEP):
        yield from text_words(text[max(0, begin - OVERLAP) : begin + STEP])


def _vector(words: list[str]) -> Func:
    value = Value(words, output_field=ArrayField(CharField()))
    return Func(value, function="array_to_tsvector", output_field=SearchVectorField())
