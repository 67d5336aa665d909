"""Writing notices: the outbox's consumer, one notice for many acts done together, and marking them read."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils import timezone

from luoshi.accounts.actor import Channel
from luoshi.errors import NotFound
from luoshi.notifications.audience import TELLINGS, Happening
from luoshi.notifications.models import Notice
from luoshi.suggestions.models import Assignment, Publication, Reply, Suggestion

CONSUMER = "notifications.notices"
NUMBERS_NAMED = 12
"""Numbers of suggestions that a notice about many of them names."""


def is_news(payload: Mapping[str, Any]) -> bool:
    """Whether an act is told to anybody.

    A past year that comes in as a table is no news, and an act that is one of many done together is told of
    with them (:func:`notices_digest`).
    """
    told_otherwise = payload["channel"] == Channel.IMPORT or payload.get("digest")
    return not told_otherwise and _kind(payload) in TELLINGS


def _kind(payload: Mapping[str, Any]) -> str:
    return f"{payload['subject']}.{payload['transition']}"


def notices_write(payload: Mapping[str, Any], message_id: int) -> None:
    """Tell everybody whom the act concerns, but not the person who did it. Repeated, it changes nothing."""
    suggestion = Suggestion.objects.filter(pk=payload["suggestion_id"]).first()
    if suggestion is None:
        return
    happening = Happening(suggestion, _assignment(payload["subject"], payload["subject_id"]))
    notices: dict[int, Notice] = {}
    kind = _kind(payload)
    for telling in TELLINGS[kind]:
        for user_id in telling.audience(happening):
            if user_id != payload["actor_id"] and user_id not in notices:
                notices[user_id] = Notice(
                    recipient_id=user_id,
                    suggestion=suggestion,
                    kind=kind,
                    text=f"{_name(suggestion)}：{telling.words}",
                    message_id=message_id,
                )
    Notice.objects.bulk_create(notices.values(), ignore_conflicts=True)


def notices_digest(
    *, transition: str, suggestion_ids: Collection[int], actor_id: int | None, message_id: int, query: str
) -> None:
    """Tell of the same act on many suggestions: one notice for each person, however many concern him.

    :param transition: an act on suggestions, such as ``hand_over``.
    :param query: filter of the list in which the reader finds them.

    Repeated with the same ``message_id``, it changes nothing.
    """
    kind = f"suggestion.{transition}"
    told: dict[int, dict[str, list[Suggestion]]] = {}
    for suggestion in Suggestion.objects.filter(pk__in=suggestion_ids).order_by("number", "pk"):
        heard: set[int] = set() if actor_id is None else {actor_id}
        for telling in TELLINGS.get(kind, ()):
            for user_id in set(telling.audience(Happening(suggestion, None))) - heard:
                heard.add(user_id)
                told.setdefault(user_id, {}).setdefault(telling.words, []).append(suggestion)
    notices = []
    for user_id, parts in told.items():
        cases = {suggestion.pk: suggestion for part in parts.values() for suggestion in part}
        only = next(iter(cases.values())) if len(cases) == 1 else None
        notices.append(
            Notice(
                recipient_id=user_id,
                suggestion=only,
                query="" if only else query,
                kind=kind,
                text="；".join(_words(part, words) for words, part in parts.items())[:400],
                message_id=message_id,
            )
        )
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def notices_tell(*, recipient_ids: Iterable[int], kind: str, text: str, path: str, message_id: int) -> None:
    """Tell people of something that is no act on a suggestion, with the page where it is found.

    :param path: of a page of this county, beginning with one slash.

    Repeated with the same ``message_id``, it changes nothing.
    """
    notices = [
        Notice(recipient_id=pk, kind=kind, text=text[:400], path=path, message_id=message_id)
        for pk in dict.fromkeys(recipient_ids)
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def _words(suggestions: list[Suggestion], words: str) -> str:
    if len(suggestions) == 1:
        return f"{_name(suggestions[0])}：{words}"
    named = "、".join(str(row.number) for row in suggestions[:NUMBERS_NAMED] if row.number)
    more = "等" if len(suggestions) > NUMBERS_NAMED else ""
    return f"{len(suggestions)} 件建议（第 {named} 号{more}）：{words}"


def _name(suggestion: Suggestion) -> str:
    return (
        f"第{suggestion.number}号《{suggestion.title}》" if suggestion.number else f"《{suggestion.title}》"
    )


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
