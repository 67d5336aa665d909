"""Shared reads of the log."""

from django.db.models import QuerySet

from luoshi.audit.models import Event, Seal


def events_of(stream_key: str) -> QuerySet[Event]:
    """The events of one stream, in their order."""
    return Event.objects.filter(stream__key=stream_key).select_related("stream").order_by("seq")


def seal_last() -> Seal | None:
    """The newest seal; its ``seq`` and ``hash``, kept outside the county, are an anchor for verification."""
    return Seal.objects.order_by("-seq").first()
