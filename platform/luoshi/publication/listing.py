"""Which publications have a live page. Whoever runs the public site says so; without a site, none has."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

Source = Callable[[], QuerySet[Any, Any]]
"""The live pages of the bound county: rows with ``publication_id`` and ``approved_digest``, the digest of the
version that the page was made live for."""

_sources: list[Source] = []


def pages_live_from(source: Source) -> None:
    """Let ``source`` say which publications have a live page. Called once, in ``AppConfig.ready``.

    :raises ValueError: when another source has been named already.
    """
    if _sources not in ([], [source]):
        raise ValueError("the live pages have a source already")
    _sources[:] = [source]


def pages_live() -> QuerySet[Any, Any] | None:
    """The live pages of publications, as a query; ``None`` where no site is there."""
    return _sources[0]() if _sources else None
