"""What the suggestions room hands on after a commit: each enabled method is told of each act."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from luoshi.methods.discovery import candidates_installed
from luoshi.methods.facade import county_methods
from luoshi.methods.types import EventView, TransitionView
from luoshi.outbox.registry import consumer
from luoshi.suggestions.services.attachments import FILES_GONE, files_remove
from luoshi.suggestions.services.log import TRANSITION_DONE
from luoshi.tenancy import tenant_current


def event_of(payload: Mapping[str, Any]) -> EventView:
    """The message of the door as the frozen value that methods know."""
    return EventView(
        suggestion_id=payload["suggestion_id"],
        sequence=payload["sequence"],
        transition=TransitionView(
            subject=payload["subject"],
            name=payload["transition"],
            subject_id=payload["subject_id"],
            source=payload["source"],
            target=payload["target"],
        ),
        actor_id=payload["actor_id"],
        at=datetime.fromisoformat(payload["at"]),
    )


def _tell(payload: Mapping[str, Any], message_id: int, *, slug: str) -> None:
    county_methods(tenant_current()).done(event_of(payload), slug=slug)


def consumers_register() -> None:
    """One consumer for each installed method, so that one that fails does not hold up the others; and one
    that removes files whose rows are gone."""
    consumer(FILES_GONE, "files", files_remove)
    for candidate in candidates_installed():
        consumer(TRANSITION_DONE, f"method:{candidate.slug}", partial(_tell, slug=candidate.slug))
