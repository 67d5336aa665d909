"""Doing one act on many suggestions: each by itself through the door, a failing one stopping no other.

A batch is written down first and done afterwards, here or by a worker, in any number of goes. An item and
what it does are one transaction, so whoever is killed in the middle has done it wholly or not at all.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from luoshi import moment
from luoshi.accounts.actor import Actor
from luoshi.audit.models import Event
from luoshi.errors import Invalid, NotAllowed, Problem, Refusal, WrongState
from luoshi.lifecycle.states import SuggestionState
from luoshi.outbox.services import message_add
from luoshi.suggestions.models import Proposal, Suggestion
from luoshi.suggestions.selectors.actors import actor_of
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.suggestions.services.door import transition_perform
from luoshi.suggestions.services.log import HIDDEN_FROM_UNITS, stream_key
from luoshi.workbench.desk.records import DeskBatch, DeskItem

logger = logging.getLogger(__name__)

BATCH_DONE = "workbench.desk_batch_done"
"""Topic of the outbox under which the end of a batch is told."""
MOST = 300
"""Suggestions of one batch: as many as an address can name, and more than a county's session has."""
SLICE = 50
"""Items that one go of a worker does; then others have their turn."""
AT_ONCE = 20
"""Batches of up to so many are done while the person waits."""
STILL = timedelta(minutes=2)
"""A batch that has not moved for so long is taken up again."""
_OPEN = (SuggestionState.REGISTERED, SuggestionState.PRE_ASSIGNED)
_OUR_FAULT = "系统出错，本件没有办成；请打开本件单独办理，仍不成功的请联系本县系统管理员"


@dataclass(frozen=True, slots=True)
class NewItem:
    """One suggestion of a new batch, with what was shown for it."""

    suggestion_id: int
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """What one go did: ``done`` items of either outcome; ``left`` wait still."""

    done: int
    left: int


def batch_start(
    *,
    kind: DeskBatch.Kind,
    actor: Actor,
    once: str,
    items: Sequence[NewItem],
    data: dict[str, Any] | None = None,
) -> tuple[DeskBatch, bool]:
    """Write a batch down, or find the one that the same form has made before. The second value: it is new.

    :param once: token of the form.
    :param data: what holds for all items, as the act's input names it.
    :raises Invalid: for no suggestion, too many, one twice, one that this person may not know of, no token.
    """
    ids = [item.suggestion_id for item in items]
    if not once or len(once) > 64 or actor.user_id is None:
        raise Invalid([Problem("once", "这张表单已失效，请回到上一页重新选择")])
    if not ids:
        raise Invalid([Problem("items", "还没有选择建议，请至少选一件")])
    if len(ids) > MOST:
        raise Invalid([Problem("items", f"一次最多办理 {MOST} 件，请分批办理")])
    known = set(suggestions_visible(actor).filter(pk__in=ids).values_list("pk", flat=True))
    if len(set(ids)) != len(ids) or set(ids) != known:
        raise Invalid([Problem("items", "所选的建议有重复，或有您无权查看的，请重新选择")])
    now = moment.now()
    with transaction.atomic():
        batch, is_new = DeskBatch.objects.get_or_create(
            started_by_id=actor.user_id,
            once=once,
            defaults={"kind": kind, "data": data or {}, "started_at": now, "touched_at": now},
        )
        if is_new:
            DeskItem.objects.bulk_create(
                DeskItem(batch=batch, suggestion_id=item.suggestion_id, position=position, data=item.data)
                for position, item in enumerate(items, 1)
            )
    return batch, is_new


def batch_run(*, batch_id: int, limit: int = SLICE) -> Progress:
    """Do up to ``limit`` items that wait, in the name of the person who began the batch, by the rights that
    he has now. Several goes at once do different items; again, it does what is left.
    """
    batch = DeskBatch.objects.select_related("started_by").filter(pk=batch_id, finished_at=None).first()
    if batch is None:
        return Progress(0, 0)
    actor = actor_of(batch.started_by) if batch.started_by.is_active else None
    waiting = batch.items.filter(state=DeskItem.State.WAITING).order_by("position")
    done = sum(_item_do(batch, actor, pk) for pk in waiting.values_list("pk", flat=True)[:limit])
    return Progress(done, _finish(batch_id))


def batches_still() -> list[int]:
    """Batches that were left in the middle: the worker died, or no broker took the task."""
    before = timezone.now() - STILL
    rows = DeskBatch.objects.filter(finished_at=None, touched_at__lt=before).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def last_act(suggestion_id: int) -> str:
    """Who did what last, for a person who came second."""
    events = Event.objects.filter(stream__key=stream_key(suggestion_id)).exclude(kind__in=HIDDEN_FROM_UNITS)
    last = events.order_by("-seq").first()
    if last is None or not last.payload:
        return ""
    when = timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M")
    return f"最近一次操作：{last.payload.get('actor', '')} 于 {when} “{last.payload.get('label', '')}”"


def _item_do(batch: DeskBatch, actor: Actor | None, item_id: int) -> bool:
    """Do one item and write down what came of it. False: somebody else has it."""
    with transaction.atomic():
        item = (
            DeskItem.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("suggestion")
            .filter(pk=item_id, state=DeskItem.State.WAITING)
            .first()
        )
        if item is None:
            return False
        try:
            with transaction.atomic():
                _act(batch, item, actor)
        except Refusal as refusal:
            item.state, item.message = DeskItem.State.FAILED, refusal.message or _OUR_FAULT
        except (OperationalError, InterfaceError):
            raise  # the database is gone, not the item: whoever comes next does it
        except Exception:
            logger.exception("desk batch %s: item %s failed", batch.pk, item.pk)
            item.state, item.message = DeskItem.State.FAILED, _OUR_FAULT
        else:
            item.state = DeskItem.State.DONE
        item.done_at = moment.now()
        item.save(update_fields=["state", "message", "done_at"])
    DeskBatch.objects.filter(pk=batch.pk).update(touched_at=timezone.now())
    return True


def _act(batch: DeskBatch, item: DeskItem, actor: Actor | None) -> None:
    if actor is None:
        raise NotAllowed("经办人的账号已停用，没有办理；请由在职人员重新选择后办理")
    data: dict[str, Any] = dict(batch.data)
    if batch.kind == DeskBatch.Kind.HAND_OVER:
        _shown_check(item)
        data["units"] = [{"unit": unit, "role": role} for unit, role, _ in item.data["units"]]
    else:
        data["number"] = item.data["number"]
    transition_perform(
        subject=item.suggestion,
        transition=batch.kind,
        actor=actor,
        data=data,
        idempotency_key=f"desk-{batch.pk}",
        digest=f"desk:{batch.pk}",
    )


def _shown_check(item: DeskItem) -> None:
    """Refuse where the units are no longer those that the person confirmed: he has not seen the others.

    Under the lock of the suggestion's row, which a change of the proposals takes as well.

    :raises WrongState: naming who changed them.
    """
    suggestion = Suggestion.objects.select_for_update(of=("self",)).get(pk=item.suggestion_id)
    if suggestion.state not in _OPEN:
        return  # the door says it better: in which state it is, and who did that
    if proposals_seen(suggestion.proposals.all()) != sorted(map(list, item.data["units"])):
        words = last_act(suggestion.pk)
        raise WrongState(f"分办方案在确认之后有变动，没有交办，请核对后另行交办；{words}")


def proposals_seen(proposals: Any) -> list[list[Any]]:
    """The proposals of a suggestion as they are confirmed: unit, role, and whether the unit objects."""
    return sorted([row.unit_id, row.role, row.state == Proposal.State.OBJECTED] for row in proposals)


def _finish(batch_id: int) -> int:
    """Close the batch where nothing waits any more, and have its people told. Returns how many wait."""
    with transaction.atomic():
        batch = DeskBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
        left = batch.items.filter(state=DeskItem.State.WAITING).count()
        if left == 0 and batch.finished_at is None:
            batch.finished_at = moment.now()
            batch.save(update_fields=["finished_at"])
            if batch.items.filter(state=DeskItem.State.DONE).exists():
                message_add(topic=BATCH_DONE, key=f"desk:{batch_id}", payload={"batch": batch_id})
    return left
