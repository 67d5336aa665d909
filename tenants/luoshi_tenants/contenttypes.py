"""Keeps Django's process-wide content type cache apart by county.

``ContentTypeManager`` holds one dictionary for all threads. Two threads at work in two counties would hand
each other's ids around; so the dictionary is replaced by one per schema. For the same reason binding a
county need not clear it, which saves a query on most pages.
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType, ContentTypeManager

from luoshi_tenants.db import connection

SchemaCaches = dict[str, dict[str, dict[Any, Any]]]

_caches: SchemaCaches = {}


def _schema_cache(manager: ContentTypeManager) -> dict[str, dict[Any, Any]]:
    caches = _caches
    if manager.model is not ContentType:
        # The model as a migration sees it is another class in each state and must not meet the real one.
        caches = manager.__dict__.setdefault("_caches_of_state", {})
    return caches.setdefault(connection.schema_name, {})


def _schema_cache_set(manager: ContentTypeManager, value: object) -> None:
    """``ContentTypeManager.__init__`` assigns an empty dictionary, which must not replace the shared ones."""


def guard_install() -> None:
    """Replace the manager's cache attribute. A property wins over what instances already carry."""
    ContentTypeManager._cache = property(_schema_cache, _schema_cache_set)  # type: ignore[attr-defined]


def schema_forget(schema: str) -> None:
    """Drop what is remembered of a schema that was dropped or rebuilt."""
    _caches.pop(schema, None)


def caches_forget() -> None:
    """Drop what is remembered of every schema."""
    _caches.clear()
