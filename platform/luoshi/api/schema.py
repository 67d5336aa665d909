"""What the OpenAPI file holds."""

from typing import Any

Endpoint = tuple[str, str, str, Any]


def core_only(endpoints: list[Endpoint]) -> list[Endpoint]:
    """The core's own endpoints: a method's are there only in counties that have it on, and the site
    editor's are Wagtail's."""
    return [
        row
        for row in endpoints
        if row[0].startswith("/api/v1/") and not row[0].startswith("/api/v1/methods/")
    ]
