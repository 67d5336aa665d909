"""PostgreSQL and Valkey of a home, one at a time, and what stands in their way."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from luoshi_site.local.home import Home, LocalProblem
from luoshi_site.local.postgres import (
    Binaries,
    PostgresServer,
    binaries_find,
    embedded_postgres,
    postgres_place,
    postgres_running,
)
from luoshi_site.local.privileges import closed_directory, passing_capability
from luoshi_site.local.processes import Identity, alive, identity, marked
from luoshi_site.local.valkey import embedded_valkey

pytestmark = pytest.mark.local


def test_stale_lock_file_of_a_reused_pid_is_no_obstacle(open_directory: Path) -> None:
    with embedded_postgres(open_directory, durable=False) as dsn, psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        lock = open_directory / "postgres" / "postmaster.pid"
        lock.write_text(f"{stranger.pid}\n{open_directory / 'postgres'}\n")
        with embedded_postgres(open_directory, durable=False) as dsn, psycopg.connect(dsn) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_port_taken_by_a_stranger_moves_the_server(open_directory: Path) -> None:
    import socket

    home = Home(open_directory)
    home.prepare()
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        (home.run / "postgres.port").write_text(str(port))
        moved = postgres_place(home)
        assert moved.port != port
        assert PostgresServer.of(home).port == moved.port


def test_password_is_required(open_directory: Path) -> None:
    with embedded_postgres(open_directory, durable=False) as dsn, embedded_valkey(open_directory) as url:
        secret = Home(open_directory).secret("postgres")
        assert secret in dsn
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(dsn.replace(secret, "guess"))
        with redis.Redis.from_url(url) as client:
            assert client.ping() is True
        with (
            redis.Redis.from_url(url.replace(Home(open_directory).secret("valkey"), "guess")) as client,
            pytest.raises(redis.AuthenticationError),
        ):
            client.ping()


def test_a_command_waits_for_another_one(open_directory: Path) -> None:
    home = Home(open_directory)
    code = (
        "import sys, pathlib; from luoshi_site.local.home import Home; "
        "from luoshi_site.local.postgres import postgres_running\n"
        "tell = lambda: print('waiting', flush=True)\n"
        "home = Home(pathlib.Path(sys.argv[1]))\n"
        "with postgres_running(home, waiting=tell) as server: print(server.answers())"
    )
    with postgres_running(home, durable=False) as server:
        other = subprocess.Popen(
            [sys.executable, "-c", code, str(open_directory)], stdout=subprocess.PIPE, text=True
        )
        assert other.stdout is not None
        assert other.stdout.readline() == "waiting\n"
        assert server.answers()
    assert other.communicate(timeout=60)[0] == "True\n"
    assert other.returncode == 0


def test_cluster_of_another_version_is_not_opened(open_directory: Path) -> None:
    home = Home(open_directory)
    home.prepare()
    home.postgres.mkdir()
    (home.postgres / "PG_VERSION").write_text("9\n")
    with pytest.raises(LocalProblem, match=r"由 PostgreSQL 9 建立，现在的程序是 \d+ 版"):
        PostgresServer.of(home).prepare()
    assert binaries_find().major > 9


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand its data to somebody else")
def test_root_works_below_a_directory_that_is_closed_to_others(tmp_path: Path) -> None:
    assert closed_directory(tmp_path) is not None
    wheel = binaries_find().directory.parents[1]
    for package in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        shutil.copytree(package, tmp_path / package.name)
    binaries = Binaries(tmp_path / wheel.name / "pginstall" / "bin", binaries_find().major)
    with (
        postgres_running(Home(tmp_path / "home"), durable=False, binaries=binaries) as server,
        psycopg.connect(server.dsn()) as connection,
    ):
        row = connection.execute("SELECT pg_read_file('postmaster.pid')").fetchone()
        assert row is not None
        status = Path(f"/proc/{row[0].splitlines()[0]}/status").read_text()
        assert "Uid:\t65534\t65534\t65534\t65534\n" in status
        assert passing_capability() is not None
        assert f"CapEff:\t{1 << (passing_capability() or 0):016x}\n" in status


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand its data to somebody else")
def test_postgres_keeps_no_capability_where_it_needs_none(open_directory: Path) -> None:
    with embedded_postgres(open_directory, durable=False) as dsn, psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT pg_read_file('postmaster.pid')").fetchone()
        assert row is not None
        assert f"CapEff:\t{0:016x}\n" in Path(f"/proc/{row[0].splitlines()[0]}/status").read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand its data to somebody else")
def test_root_without_capabilities_is_told_which_directory_is_shut(
    open_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("luoshi_site.local.postgres.passing_capability", lambda: None)
    shut = open_directory / "shut"
    shut.mkdir(mode=0o700)
    home = Home(shut / "home")
    home.prepare()
    with pytest.raises(LocalProblem, match=f"目录 {shut} 不许其他用户进入"):
        PostgresServer.of(home).prepare()
    assert not home.postgres.exists()


def test_secrets_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.prepare()
    first = home.secret("one")
    assert home.secret("one") == first
    assert home.secret("two") != first
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "secrets" / "one").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert sorted(path.name for path in (tmp_path / "secrets").iterdir()) == ["one", "two"]


def test_lock_is_free_again_when_its_holder_is_killed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.prepare()
    code = (
        "import sys, time, pathlib; from luoshi_site.local.home import Home\n"
        "with Home(pathlib.Path(sys.argv[1])).lock('up') as ours: print(ours, flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    assert home.locked("up") is True
    holder.kill()
    holder.communicate()
    assert home.locked("up") is False


def test_a_zombie_runs_no_more_and_a_reused_pid_is_somebody_else() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    who = identity(child.pid)
    assert who is not None
    assert alive(who) is True
    assert alive(Identity(who.pid, "another boot:1")) is False
    assert marked(child.pid, "/no/such/home") is False
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # dead, and not yet reaped
    assert identity(child.pid) is None
    child.wait()
    assert alive(who) is False
