"""One set of URLs for a county's hosts, one for a province's."""

from importlib.util import find_spec

from django.urls import URLResolver, include, path


def optional(prefix: str, module: str) -> list[URLResolver]:
    """``module``'s URLs below ``prefix``, nothing while the room has no URLs yet."""
    return [path(prefix, include(module))] if find_spec(module) else []
