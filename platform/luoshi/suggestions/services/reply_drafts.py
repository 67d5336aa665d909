"""The text of a letter while it is being written: saved every so often, and never over another's text.

What counts is the letter, which changes through the door alone; this is the paper on the desk beside it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.utils import timezone
from pydantic import Field

from luoshi import moment
from luoshi.accounts.actor import Actor
from luoshi.errors import NotAllowed, WrongState
from luoshi.lifecycle.states import ReplyState
from luoshi.suggestions.models import Reply, ReplyDraft
from luoshi.suggestions.rules import Target, may
from luoshi.validation import Input, input_parse

WRITABLE = (ReplyState.DRAFTED, ReplyState.SENT_BACK)


class AskAnswer(Input):
    """One numbered ask and the passage of the letter that answers it."""

    ask: Annotated[int, Field(title="请求", ge=1)]
    quote: Annotated[str, Field(title="回应的话", max_length=2000)] = ""


class DraftText(Input):
    """What stands on the screen. Nothing is checked beyond its size: it is not a letter yet."""

    body: Annotated[str, Field(title="正文", max_length=100_000)] = ""
    class_code: Annotated[str, Field(title="办理结果", max_length=8)] = ""
    asks_answered: Annotated[tuple[AskAnswer, ...], Field(title="逐项回应", max_length=30)] = ()


class DraftConflict(WrongState):
    """Somebody has saved another text since this one was begun (409). ``theirs``: that text."""

    code = "draft_conflict"

    def __init__(self, theirs: ReplyDraft) -> None:
        self.theirs = theirs
        when = timezone.localtime(theirs.saved_at).strftime("%Y-%m-%d %H:%M") if theirs.saved_at else ""
        super().__init__(
            f"{theirs.saved_by} 于 {when} 保存了另一稿，您的文字没有写入，也没有丢失；"
            "请对照两稿，改好后再保存，以您保存的为准"
        )


@transaction.atomic
def reply_draft_save(*, reply: Reply, data: Mapping[str, Any], version: int, actor: Actor) -> ReplyDraft:
    """Keep what a person of the unit has typed so far. No act, no event: the letter stays as it is.

    :param version: of the text that the person began with.
    :raises NotAllowed: for whoever may not edit this letter.
    :raises WrongState: the letter can no longer be edited.
    :raises DraftConflict: another text was saved since; nothing is written.
    :raises Invalid: the text is too long.
    """
    text = input_parse(DraftText, data)
    if not may(actor, "reply.edit", Target(reply.suggestion, reply.assignment)):
        raise NotAllowed("您的身份不能修改这份答复稿")
    if Reply.objects.select_for_update().get(pk=reply.pk).state not in WRITABLE:
        raise WrongState("答复稿已送审或已结束，不能再修改；您的文字还在本页，请先复制保存")
    return draft_write(
        reply_id=reply.pk, text=text, version=version, actor=actor, now=moment.now(), is_pending=True
    )


def draft_write(
    *, reply_id: int, text: DraftText, version: int | None, actor: Actor, now: datetime, is_pending: bool
) -> ReplyDraft:
    """Write the next version of a draft, inside the caller's transaction.

    :param version: the one that the writer began with; ``None`` where a program writes without looking.
    :raises DraftConflict: that is no longer the newest one.
    """
    ReplyDraft.objects.get_or_create(reply_id=reply_id)
    draft = ReplyDraft.objects.select_for_update().get(reply_id=reply_id)
    if version is not None and version != draft.version:
        raise DraftConflict(draft)
    draft.body = text.body
    draft.class_code = text.class_code
    draft.asks_answered = [answer.model_dump() for answer in text.asks_answered]
    draft.version += 1
    draft.is_pending = is_pending
    draft.saved_by_id = actor.user_id
    draft.saved_by = actor.name[:40]
    draft.saved_at = now
    draft.save()
    return draft
