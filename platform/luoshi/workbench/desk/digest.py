"""What follows the end of a batch: each person is told once of all that concerns him."""

from collections.abc import Mapping
from typing import Any

from luoshi.notifications.services import notices_digest
from luoshi.workbench.desk.records import DeskBatch, DeskItem

CONSUMER = "workbench.desk_digest"


def batch_told(payload: Mapping[str, Any], message_id: int) -> None:
    """The outbox's consumer. Repeated, it changes nothing."""
    batch = DeskBatch.objects.filter(pk=payload["batch"]).first()
    if batch is None:
        return
    done = batch.items.filter(state=DeskItem.State.DONE).values_list("suggestion_id", flat=True)
    notices_digest(
        transition=batch.kind,
        suggestion_ids=list(done),
        actor_id=batch.started_by_id,
        message_id=message_id,
        query=f"batch={batch.pk}",
    )
