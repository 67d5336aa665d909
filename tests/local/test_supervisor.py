"""The local start survives what happens to it: every part killed, the supervisor killed, two at once."""

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable

import psycopg
import pytest
import redis
from local_start import PATIENCE, SCRIPT, Installation, until

from luoshi_site.local.parts import http_answers

pytestmark = pytest.mark.local

Install = Callable[[str], Installation]


def remember(installation: Installation) -> None:
    with psycopg.connect(installation.postgres.dsn()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    with contextlib.closing(redis.Redis.from_url(installation.valkey.url())) as client:
        client.rpush("queue", *range(1000))


def remembered(installation: Installation) -> tuple[int, int]:
    with psycopg.connect(installation.postgres.dsn()) as connection:
        row = connection.execute("SELECT count(*), sum(n) FROM kept").fetchone()
        assert row == (1000, 500500)
    with contextlib.closing(redis.Redis.from_url(installation.valkey.url())) as client:
        return int(row[0]), client.llen("queue")


def kill_and_await(installation: Installation, *names: str) -> None:
    """Kill these parts, all at once, and wait until each is there again."""
    before = {name: installation.part(name) for name in names}
    for part in before.values():
        assert part is not None
        os.kill(part.pid, signal.SIGKILL)
    for name, part in before.items():
        until(lambda name=name, part=part: installation.part(name) not in (None, part), f"another {name}")


def test_every_part_killed_comes_back_with_nothing_lost(install: Install) -> None:
    installation = install("home")
    supervisor = installation.start()
    remember(installation)
    for name in ("worker", "web", "valkey", "postgres"):
        old = installation.processes()
        victim = installation.part(name)
        kill_and_await(installation, name)
        if name == "worker":  # its forked child, deaf to SIGTERM, must not stay behind
            group = [who for who in old if who not in installation.processes()]
            assert len(group) == 2
            assert victim in group
    until(installation.postgres.answers, "PostgreSQL after its recovery")
    until(installation.valkey.answers, "Valkey after its recovery")
    assert remembered(installation) == (1000, 1000)
    assert supervisor.poll() is None
    said = installation.text()
    titles = ("后台任务", "网站", "任务队列 Valkey", "数据库 PostgreSQL")
    assert [said.count(f"✗ {title}被信号 9 结束") for title in titles] == [1, 1, 1, 1]


def test_interrupt_stops_everything_in_order_and_leaves_no_process(install: Install) -> None:
    installation = install("home")
    supervisor = installation.start()
    running = installation.processes()
    assert len(running) > 6  # web, worker and its child, Valkey, the postmaster and its helpers
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(PATIENCE) == 0
    assert installation.processes() == set()
    assert not (installation.home.postgres / "postmaster.pid").exists()  # an orderly end, not a kill
    assert sorted(path.name for path in installation.home.run.glob("*.json")) == []


def test_supervisor_killed_then_started_again(install: Install) -> None:
    installation = install("home")
    supervisor = installation.start(STUB_DEAF="1")  # its worker outlives the signal of the kernel
    remember(installation)
    worker = installation.part("worker")
    assert worker is not None
    supervisor.kill()
    supervisor.wait()
    again = installation.start()
    assert "已结束上一次运行留下的进程：worker" in installation.text()
    assert worker not in installation.processes()
    assert len([who for who in installation.processes() if who == installation.part("worker")]) == 1
    assert remembered(installation) == (1000, 1000)
    again.send_signal(signal.SIGTERM)
    assert again.wait(PATIENCE) == 0
    assert installation.processes() == set()


def test_two_homes_side_by_side_and_a_second_start_refused(install: Install) -> None:
    first, second = install("first"), install("second")
    running = first.start()
    second.start()
    assert first.postgres.port != second.postgres.port
    assert first.valkey.port != second.valkey.port
    remember(first)
    with psycopg.connect(second.postgres.dsn()) as connection:
        assert connection.execute("SELECT to_regclass('kept')").fetchone() == (None,)
    before = first.processes()
    refused = first.begin()
    assert refused.wait(PATIENCE) == 1
    assert f"{first.home.path} 已有一个落实在运行（进程 {running.pid}，端口 {first.port}）" in first.text()
    assert before <= first.processes()  # and it left the running one alone


def test_port_of_somebody_else_is_refused_before_anything_starts(install: Install) -> None:
    installation = install("home")
    with socket.create_server(("127.0.0.1", installation.port)):
        refused = installation.begin()
        assert refused.wait(PATIENCE) == 1
    assert f"端口 {installation.port} 已被其他程序占用" in installation.text()
    assert not installation.home.postgres.exists()


def test_failing_step_stops_what_was_started(install: Install) -> None:
    installation = install("home")
    failed = installation.begin(STUB_STEP="import sys; sys.exit('no good')")
    assert failed.wait(PATIENCE) == 1
    assert "准备没有成功（1）" in installation.text()
    assert "no good" in installation.text()
    assert installation.processes() == set()


def test_interrupt_during_a_step_stops_the_step_too(install: Install) -> None:
    installation = install("home")
    supervisor = installation.begin(STUB_STEP="import time; time.sleep(600)")
    until(lambda: installation.part("step") is not None, "the step")
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(PATIENCE) == 0  # the step itself would take longer
    assert installation.processes() == set()


def test_killed_make_takes_the_supervisor_along_and_the_next_start_waits_for_its_end(
    install: Install,
) -> None:
    installation = install("home")
    make = installation.begin("sh", "-c", f"{sys.executable} {SCRIPT}; true", LUOSHI_WITH_PARENT="1")
    until(lambda: "READY" in installation.text(), "a supervisor that is ready")
    remember(installation)
    make.kill()
    make.wait()
    installation.start()
    assert remembered(installation) == (1000, 1000)


def test_the_product_itself_starts_and_leaves_no_process(install: Install) -> None:
    installation = install("home")
    product = installation.begin(sys.executable, "-m", "luoshi_site.cli", "up")
    until(lambda: "落实已启动" in installation.text() or product.poll() is not None, "the product")
    assert product.poll() is None, installation.text()
    assert http_answers("127.0.0.1", installation.port)
    kill_and_await(installation, "web", "worker", "beat")  # together: each takes seconds of work to start
    product.send_signal(signal.SIGINT)
    assert product.wait(PATIENCE) == 0
    assert installation.processes() == set()


def test_stopped_by_the_kernel_when_the_supervisor_is_killed(install: Install) -> None:
    installation = install("home")
    supervisor = installation.start()
    parts = {name: installation.part(name) for name in ("web", "worker", "valkey", "postgres")}
    assert None not in parts.values()
    supervisor.kill()
    supervisor.wait()
    until(lambda: not any(installation.part(name) for name in parts), "the end of every part")
