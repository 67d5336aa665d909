"""A worker dies in the middle of a hand-over of many: what it had done stays, the rest is done once."""

from collections import Counter

import psycopg
import pytest
from django.db import connection
from failing import Processes, Town, all_is_well, open_messages, until
from kombu import Connection

from luoshi.audit.models import Event
from luoshi.notifications.models import Notice
from luoshi.suggestions.models import Assignment, Suggestion
from luoshi.workbench.desk.batches import NewItem, batch_start
from luoshi.workbench.desk.records import DeskBatch, DeskItem
from luoshi.workbench.tasks import desk_batch

pytestmark = pytest.mark.local
COUNT = 24


def proposed(town: Town) -> list[Suggestion]:
    """Pre-assigned suggestions."""
    rows = [town.world.registered(title=f"关于第{number}件事的建议") for number in range(COUNT)]
    for row in rows:
        town.world.act(
            row, "pre_assign", town.world.government, units=[{"unit": town.world.roads.pk, "role": "lead"}]
        )
    return rows


def done() -> int:
    """Items that are done."""
    return DeskItem.objects.filter(state="done").count()


def waits_for_a_row() -> bool:
    """Whether a server process of this database waits for somebody's row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE NOT l.granted AND l.locktype = 'transactionid' AND a.datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def test_a_killed_worker_s_batch_goes_on_by_itself(town: Town, processes: Processes) -> None:
    """``kill -9`` at the eleventh case: the task comes back by itself, and each case is handed over once."""
    rows = proposed(town)
    items = [NewItem(row.pk, {"units": [[town.world.roads.pk, "lead", False]]}) for row in rows]
    processes.valkey_start()
    worker = processes.worker()
    batch, _ = batch_start(kind=DeskBatch.Kind.HAND_OVER, actor=town.world.congress, once="o", items=items)
    given = connection.settings_dict
    with psycopg.connect(
        host=given["HOST"],
        port=given["PORT"],
        user=given["USER"],
        password=given["PASSWORD"],
        dbname=given["NAME"],
    ) as holder:
        holder.execute(
            f"SELECT id FROM {town.county.schema_name}.suggestions_suggestion WHERE id = %s FOR UPDATE",
            [rows[10].pk],
        )
        with Connection(processes.broker) as broker:
            desk_batch.apply_async((batch.pk,), connection=broker, retry=False)
        until(lambda: done() == 10 and waits_for_a_row(), "a worker in the middle of the batch")
        processes.kill(worker)
        holder.rollback()
    assert done() == 10  # what it had begun went with it
    assert DeskBatch.objects.get().finished_at is None
    assert Assignment.objects.count() == 10

    processes.worker()  # nobody sends the task again: only the queue remembers
    until(lambda: DeskBatch.objects.get().finished_at is not None, "the end of the batch")
    until(lambda: open_messages() == 0, "the notices")
    assert done() == COUNT
    handed = Event.objects.filter(kind="suggestion.hand_over").values_list("stream__key", flat=True)
    assert set(Counter(handed).values()) == {1}
    assert Assignment.objects.count() == COUNT
    notices = Notice.objects.filter(kind="suggestion.hand_over")
    assert Counter(notices.values_list("recipient__full_name", flat=True)) == {"交通局长": 1, "田禾苗": 1}
    all_is_well()
