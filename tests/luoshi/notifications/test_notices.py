"""Notices come out of the outbox: to whom the act concerns, once, and never with a grade in them."""

from dataclasses import replace

import pytest
from world import World, fresh

from luoshi.accounts.actor import Channel
from luoshi.errors import NotFound
from luoshi.lifecycle.tables import ALL_TRANSITIONS
from luoshi.notifications.audience import TELLINGS
from luoshi.notifications.models import Notice
from luoshi.notifications.services import notice_read, notices_write
from luoshi.outbox.drain import outbox_drain
from luoshi.outbox.models import Message


def told(world: World, kind: str) -> dict[str, str]:
    """Names of the people told of ``kind``, with the words."""
    outbox_drain()
    return {
        row.recipient.full_name: row.text
        for row in Notice.objects.filter(kind=kind).select_related("recipient")
    }


def test_every_telling_belongs_to_an_act_of_the_tables() -> None:
    """But for what nobody does: the product finds a published text altered."""
    assert set(TELLINGS) - {row.permission for row in ALL_TRANSITIONS} == {"publication.set_aside"}


def test_the_unit_and_the_deputy_are_told_of_the_hand_over(world: World) -> None:
    suggestion = world.handed_over()
    name = f"第1号《{suggestion.title}》"
    assert told(world, "suggestion.hand_over") == {
        "交通局长": f"{name}：已交办您单位，请签收",
        "田禾苗": f"{name}：已交有关单位办理",
    }


def test_the_reply_is_filed_with_both_offices(world: World) -> None:
    world.replied()
    assert set(told(world, "reply.issue")) == {"田禾苗", "联工委", "政府办"}


def test_who_did_it_is_not_told(world: World) -> None:
    suggestion = world.replied()
    world.evaluate(suggestion, "satisfied", world.congress)
    assert set(told(world, "suggestion.evaluate")) == {"田禾苗"}


def test_no_unit_is_told_of_an_evaluation(world: World) -> None:
    world.evaluated("dissatisfied")
    assert set(told(world, "suggestion.evaluate")) == {"联工委"}
    assert [row.text for row in Notice.objects.filter(text__contains="满意")] == []


def test_the_same_message_twice_tells_once(world: World) -> None:
    world.handed_over()
    outbox_drain()
    before = set(Notice.objects.values_list("pk", flat=True))
    message = Message.objects.filter(payload__transition="hand_over").get()
    notices_write(message.payload, message.pk)
    assert set(Notice.objects.values_list("pk", flat=True)) == before
    assert Notice.objects.filter(message_id=message.pk).count() == 2


def test_an_import_is_no_news(world: World) -> None:
    imported = replace(world.congress, channel=Channel.IMPORT)
    suggestion = world.submitted()
    world.act(suggestion, "register", imported)
    assert told(world, "suggestion.register") == {}
    other = world.submitted()
    world.act(other, "register", world.congress)
    assert set(told(world, "suggestion.register")) == {"田禾苗"}


def test_reading_is_ones_own(world: World) -> None:
    world.handed_over()
    outbox_drain()
    notice = Notice.objects.get(kind="suggestion.hand_over", recipient__full_name="田禾苗")
    with pytest.raises(NotFound):
        notice_read(notice_id=notice.pk, user_id=world.roads_head.user_id or 0)
    assert fresh(notice).read_at is None
    notice_read(notice_id=notice.pk, user_id=world.writer.user_id or 0)
    assert fresh(notice).read_at is not None
