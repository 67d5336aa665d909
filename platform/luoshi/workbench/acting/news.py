"""Who did what to a case since a form was shown: what a person who comes second wants to know."""

from luoshi.accounts.actor import Actor
from luoshi.audit.models import Event
from luoshi.suggestions.models import Assignment, Reply, Suggestion
from luoshi.suggestions.rules import sees_evaluations
from luoshi.suggestions.selectors.settings import county_settings
from luoshi.suggestions.services.log import HIDDEN_FROM_UNITS, stream_key
from luoshi.workbench.story import Happened, Names, story_of

MOST = 5


def seen_last(suggestion: Suggestion) -> int:
    """Place of the newest event: what a form shown now has seen."""
    events = Event.objects.filter(stream__key=stream_key(suggestion.pk))
    return events.order_by("-seq").values_list("seq", flat=True).first() or 0


def news_since(suggestion: Suggestion, actor: Actor, seen: str) -> list[Happened]:
    """What this person may know of what happened after ``seen``, newest first; at most :data:`MOST`.

    :param seen: as the form sent it back. Where it says nothing, the newest act alone is told.
    """
    events = Event.objects.filter(stream__key=stream_key(suggestion.pk)).order_by("-seq")
    if not sees_evaluations(actor, suggestion):
        events = events.exclude(kind__in=HIDDEN_FROM_UNITS)
    known = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else None
    rows = events[:1] if known is None else events.filter(seq__gt=known)[:MOST]
    parts = Assignment.objects.filter(suggestion=suggestion).select_related("unit")
    names = Names(
        settings=county_settings(),
        parts={part.pk: part for part in parts},
        letters=dict(Reply.objects.filter(suggestion=suggestion).values_list("pk", "assignment_id")),
        contacts={},
        promises={},
    )
    return story_of(rows, names, sees_detail=False)
