"""The worker dies, or the broker, and what was promised is kept: once, and not before."""

import socket
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from failing import Processes, Town, all_is_well, open_messages, to_be_told, told, until
from kombu import Connection
from world import fresh

from luoshi.outbox import kick
from luoshi.outbox.models import Message
from luoshi.outbox.tasks import drain
from luoshi_site.settings import CELERY_BROKER_TRANSPORT_OPTIONS

pytestmark = pytest.mark.local


@pytest.fixture
def kicks(processes: Processes, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The test's own acts wake the worker, as those of a web process do."""
    with Connection(processes.broker) as broker:
        monkeypatch.setattr(kick, "_kick", lambda: drain.apply_async(connection=broker, retry=False))
        yield


def waiting_for_a_lock() -> list[int]:
    """Server processes of this database that wait for somebody's lock on the notices."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE NOT l.granted AND l.relation = 'notifications_notice'::regclass"
            " AND d.datname = current_database()"
        )
        return [pid for (pid,) in cursor.fetchall()]


def test_what_a_killed_worker_had_in_hand_is_done_once_after_its_restart(
    town: Town, processes: Processes, kicks: None
) -> None:
    """``kill -9`` while it writes notices: the task comes back by itself, and nobody is told twice."""
    processes.valkey_start()
    worker = processes.worker()
    first = town.world.registered()
    until(lambda: open_messages() == 0, "the worker's first round")
    before = told()
    assert before == to_be_told()
    assert before

    given = connection.settings_dict
    with psycopg.connect(
        host=given["HOST"],
        port=given["PORT"],
        user=given["USER"],
        password=given["PASSWORD"],
        dbname=given["NAME"],
    ) as holder:
        holder.execute(f"LOCK TABLE {town.county.schema_name}.notifications_notice IN SHARE MODE")
        town.world.act(
            first, "hand_over", town.world.congress, units=[{"unit": town.world.roads.pk, "role": "lead"}]
        )
        second = town.world.submitted(title="关于另一件事的建议")
        until(lambda: len(waiting_for_a_lock()) == 1, "a worker in the middle of its task")
        processes.kill(worker)
        assert told() == before
        assert open_messages() >= 1
        holder.rollback()
    until(lambda: waiting_for_a_lock() == [], "the end of what the dead worker had begun")
    assert told() == before  # what it was writing went with it

    processes.worker()  # nobody wakes it: only the queue remembers
    until(lambda: open_messages() == 0, "the task of the killed worker")
    assert told() == to_be_told()
    assert sum(told().values()) > sum(before.values())
    assert max(told().values()) == 1
    assert (fresh(first).state, fresh(second).state) == ("assigned", "submitted")
    all_is_well()


def test_acts_and_sessions_outlive_broker_and_web_server_and_no_task_goes_without_a_county(
    town: Town, processes: Processes
) -> None:
    """No broker at all: the act is done, its effects wait, and the minute's sweep finds them."""
    suggestion = town.world.submitted()
    web = processes.web()
    cookie = processes.sign_in(town.user.username)
    status, page, _ = processes.ask("GET", "/office/", Cookie=cookie)
    assert (status, town.user.full_name in page) == (200, True)
    processes.kill(web)

    processes.web()
    status, page, _ = processes.ask("GET", "/office/", Cookie=cookie)
    assert (status, town.user.full_name in page) == (200, True)
    status, answer, _ = processes.ask(
        "POST",
        f"/api/v1/suggestions/{suggestion.pk}/acts/register/",
        "{}",
        Authorization=f"Bearer {town.key}",
        Content_Type="application/json",
    )
    assert (status, '"state":"registered"' in answer) == (200, True)
    assert fresh(suggestion).state == "registered"
    status, page, _ = processes.ask("GET", "/")  # its cache is as far away as its broker
    assert (status, "试点县人大代表建议办理公开" in page) == (200, True)
    waiting = Message.objects.filter(done_at=None).values_list("payload__transition", flat=True)
    assert "register" in set(waiting)
    assert told().total() == 0
    assert "outbox kick failed" in processes.log("web")

    processes.valkey_start()
    processes.worker()
    processes.send("tenants.fan_out", {"_schema_name": "public"}, task_name="outbox.drain")
    until(lambda: open_messages() == 0, "the sweep")
    assert told() == to_be_told()
    assert told()
    all_is_well()
    until(
        lambda: len({processes.log("worker").count(word) for word in ("] received", "] succeeded in ")}) == 1,
        "a worker with nothing in hand",
    )
    a_task_without_a_county_is_refused_and_changes_nothing(town, processes)


def a_task_without_a_county_is_refused_and_changes_nothing(town: Town, processes: Processes) -> None:
    """Would leak: upstream runs it in ``public``. Three messages of an older release, or of a stranger.

    Asked of a worker that runs: to start one for it alone takes as long as twenty other tests.
    """
    before = told()
    town.world.submitted(title="关于第二件事的建议")
    left = open_messages()
    assert left
    for headers in ({}, {"_schema_name": "public"}, {"_schema_name": "c999999"}):
        processes.send("outbox.drain", headers)
    until(lambda: processes.log("worker").count("raised unexpected: NoCounty(") == 3, "three refusals")
    assert open_messages() == left
    assert told() == before
    processes.send("outbox.drain", {"_schema_name": town.county.schema_name})
    until(lambda: open_messages() == 0, "the same task with its county, by the same worker")
    assert told() == to_be_told()
    assert told() != before
    all_is_well()


def test_an_act_does_not_wait_for_a_silent_broker(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes the connection and never answers: without a limit the request would never end."""
    limits = ("socket_connect_timeout", "socket_timeout")
    assert [0 < CELERY_BROKER_TRANSPORT_OPTIONS[name] <= 5 for name in limits] == [True, True]
    suggestion = town.world.draft()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        with Connection(address, transport_options=dict.fromkeys(limits, 0.5)) as broker:
            monkeypatch.setattr(kick, "_kick", lambda: drain.apply_async(connection=broker, retry=False))
            declared = {"one_matter": True, "exclusions_acknowledged": True}
            town.world.act(suggestion, "submit", town.world.writer, **declared)
    assert fresh(suggestion).state == "submitted"
    assert open_messages() > 0
    all_is_well()
