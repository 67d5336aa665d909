"""Writing notices: the outbox's consumer, and marking them read."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from luoshi.accounts.actor import Channel
from luoshi.errors import NotFound
from luoshi.notifications.audience import TELLINGS, Happening
from luoshi.notifications.models import Notice
from luoshi.suggestions.models import Assignment, Publication, Reply, Suggestion

CONSUMER = "notifications.notices"


def notices_write(payload: Mapping[str, Any], message_id: int) -> None:
    """Tell everybody whom the act concerns, but not the person who did it, and nobody of an import.

    Repeated, it changes nothing.
    """
    kind = f"{payload['subject']}.{payload['transition']}"
    if payload["channel"] == Channel.IMPORT:
        return  # a past year that comes in as a table is no news to anybody
    tellings = TELLINGS.get(kind, ())
    suggestion = Suggestion.objects.filter(pk=payload["suggestion_id"]).first() if tellings else None
    if suggestion is None:
        return
    happening = Happening(suggestion, _assignment(payload["subject"], payload["subject_id"]))
    name = f"第{suggestion.number}号" if suggestion.number else ""
    notices: dict[int, Notice] = {}
    for telling in tellings:
        for user_id in telling.audience(happening):
            if user_id != payload["actor_id"] and user_id not in notices:
                notices[user_id] = Notice(
                    recipient_id=user_id,
                    suggestion=suggestion,
                    kind=kind,
                    text=f"{name}《{suggestion.title}》：{telling.words}",
                    message_id=message_id,
                )
    Notice.objects.bulk_create(notices.values(), ignore_conflicts=True)


def notice_read(*, notice_id: int, user_id: int) -> None:
    """Mark a notice of this person as read.

    :raises NotFound: where this person has no such notice.
    """
    if not Notice.objects.filter(pk=notice_id, recipient_id=user_id).exists():
        raise NotFound("没有这条通知")
    Notice.objects.filter(pk=notice_id, read_at__isnull=True).update(read_at=timezone.now())


def _assignment(subject: str, subject_id: int) -> Assignment | None:
    if subject == "assignment":
        return Assignment.objects.filter(pk=subject_id).first()
    if subject == "reply":
        reply = Reply.objects.select_related("assignment").filter(pk=subject_id).first()
        return reply.assignment if reply else None
    if subject == "publication":
        row = Publication.objects.select_related("reply__assignment").filter(pk=subject_id).first()
        return row.reply.assignment if row else None
    return None
