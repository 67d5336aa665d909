"""Files that come with an act: their ids in its input, their digests in its event."""

from typing import Annotated, Protocol

from pydantic import Field

from luoshi.suggestions.models import Contact, Reply
from luoshi.suggestions.services.attachments import (
    attachment_attach,
    attachment_remove,
    attachments_told,
)
from luoshi.suggestions.services.context import ActContext

_Ids = tuple[Annotated[int, Field(ge=1, le=2**63 - 1)], ...]
Attachments = Annotated[_Ids, Field(title="附件", max_length=20)]
"""Ids of what this person has sent in and not used yet (``attachment_stage``)."""
RemovedAttachments = Annotated[_Ids, Field(title="移除附件", max_length=200)]
"""Ids of files of a draft that it shall no longer have."""


class ChangesFiles(Protocol):
    """The input of an act by which a draft's files come and go."""

    @property
    def attachments(self) -> tuple[int, ...]:
        """Staged files to add."""

    @property
    def remove_attachments(self) -> tuple[int, ...]:
        """Files to take away."""


def attachments_add(
    ctx: ActContext, uploads: tuple[int, ...], *, contact: Contact | None = None, reply: Reply | None = None
) -> None:
    """Attach what the act brings and put it into the act's event."""
    made = attachment_attach(
        suggestion=ctx.suggestion, uploads=uploads, actor=ctx.actor, contact=contact, reply=reply
    )
    if made:
        ctx.payload["attachments"] = attachments_told(made)


def attachments_change(ctx: ActContext, data: ChangesFiles, *, reply: Reply | None = None) -> bool:
    """Add and take away files of a draft, both told in the event. True where anything changed."""
    gone = attachment_remove(suggestion=ctx.suggestion, attachments=data.remove_attachments, reply=reply)
    if gone:
        ctx.payload["attachments_removed"] = attachments_told(gone)
    attachments_add(ctx, data.attachments, reply=reply)
    return bool(gone or data.attachments)


def attachments_state(ctx: ActContext, *, reply: Reply | None = None) -> None:
    """Put into the event which files are submitted or signed with the text."""
    rows = list(ctx.suggestion.attachments.filter(reply=reply, contact__isnull=True).order_by("pk"))
    if rows:
        ctx.payload["attachments"] = attachments_told(rows)
