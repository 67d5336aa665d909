"""Everything that an act could have written, to compare before and after."""

from typing import Any

from django.apps import apps

from luoshi.audit.models import Event, Stream
from luoshi.outbox.models import Message

Snapshot = dict[str, list[tuple[Any, ...]]]


def snapshot() -> Snapshot:
    """Every row of the suggestions room, of the log and of the outbox."""
    models = [*apps.get_app_config("suggestions").get_models(), Event, Stream, Message]
    return {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in models}
