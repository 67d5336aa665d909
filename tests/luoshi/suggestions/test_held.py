"""An act writes the columns that it has changed, and no others."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from ready import Cast, drafted, handling, registered
from world import contact

from luoshi.suggestions.models import Reply, Suggestion
from luoshi.suggestions.services.held import Held


def updates(captured: CaptureQueriesContext, table: str) -> list[str]:
    return [row["sql"] for row in captured if row["sql"].startswith(f'UPDATE "{table}"')]


def test_only_what_has_changed_is_written(cast: Cast) -> None:
    row = registered(cast)
    held = Held(row)
    Suggestion.objects.filter(pk=row.pk).update(title="别处改的标题")
    row.category = "农业农村"
    with CaptureQueriesContext(connection) as captured:
        held.save()
        held.save()
    assert len(updates(captured, "suggestions_suggestion")) == 1
    row.refresh_from_db()
    assert (row.title, row.category) == ("别处改的标题", "农业农村")


def test_what_is_changed_in_its_place_is_written_too(cast: Cast) -> None:
    reply = drafted(cast)
    held = Held(reply)
    reply.asks_answered.append({"ask": 1, "answered": True})
    held.save()
    assert Reply.objects.get(pk=reply.pk).asks_answered == reply.asks_answered


def test_an_act_on_a_part_leaves_the_row_of_its_suggestion_alone(cast: Cast) -> None:
    part = handling(cast)
    with CaptureQueriesContext(connection) as captured:
        cast.world.act(part, "record_contact", cast.lead_head, **contact(part))
    assert updates(captured, "suggestions_suggestion") == []
