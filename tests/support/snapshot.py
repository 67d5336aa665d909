"""Everything that an act could have written, to compare before and after."""

from typing import Any

from django.apps import apps
from django.db import connection
from psycopg.sql import SQL, Identifier

from luoshi.audit.models import Event, Stream
from luoshi.outbox.models import Message

Snapshot = dict[str, list[tuple[Any, ...]]]


def snapshot() -> Snapshot:
    """Every row of the suggestions room, of the log and of the outbox, as the database holds it.

    Read past the ORM, which would put the same statements together anew each time.
    """
    models = [*apps.get_app_config("suggestions").get_models(), Event, Stream, Message]
    found = {}
    with connection.cursor() as cursor:
        for model in models:
            names = Identifier(model._meta.db_table), Identifier(model._meta.pk.column)
            cursor.execute(SQL("SELECT * FROM {} ORDER BY {}").format(*names))
            found[model.__name__] = cursor.fetchall()
    return found
