"""``luoshi up``: everything of one machine, from nothing to the address in the browser."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence

from luoshi_site.local import parts
from luoshi_site.local.environment import (
    external_database,
    external_redis,
    local_environment,
    web_host,
    web_port,
)
from luoshi_site.local.home import Home, LocalProblem, port_is_free
from luoshi_site.local.postgres import PostgresServer, postgres_place
from luoshi_site.local.processes import end_with_parent
from luoshi_site.local.programs import Program, leftover_stop
from luoshi_site.local.supervisor import Plan, Say, Supervisor, sole_supervisor
from luoshi_site.local.valkey import ValkeyServer, valkey_place

SERVERS = ("postgres", "valkey")
NOT_PARTS = ("supervisor", *SERVERS)
LEFTOVER_STOPS = ((signal.SIGTERM, 5.0), (signal.SIGQUIT, 2.0))

PlanParts = Callable[[Home, Mapping[str, str]], Sequence[Program]]


def product_steps(home: Home, local: Mapping[str, str]) -> Sequence[Program]:
    """Before the product starts: the database and what browsers load are brought up to date."""
    return [
        parts.step(
            home, local, name="migrate", title="更新数据库结构", arguments=("migrate", "--keep-going")
        ),
        parts.step(home, local, name="static", title="准备网页文件", arguments=("collect-static",)),
    ]


def product_parts(home: Home, local: Mapping[str, str]) -> Sequence[Program]:
    """The product itself."""
    return [parts.web(home, local), parts.worker(home, local), parts.beat(home, local)]


def no_farewell() -> str:
    """Nothing more to tell."""
    return ""


def up(
    home: Home,
    say: Say,
    *,
    steps: PlanParts = product_steps,
    programs: PlanParts = product_parts,
    farewell: Callable[[], str] = no_farewell,
) -> int:
    """Start everything in ``home`` and keep it running until told to stop; returns the exit code.

    Raises LocalProblem where it cannot begin: another supervisor runs here, or the port is taken.
    """
    port = web_port()
    if os.environ.get("LUOSHI_WITH_PARENT"):  # under make: a killed make leaves nothing behind
        end_with_parent(signal.SIGTERM)
    with sole_supervisor(home, port, say), contextlib.ExitStack() as stack:
        told = False
        while not stack.enter_context(home.lock("database")):
            if not told:
                say("另一个 luoshi 命令正在使用数据库，等待它结束……")
            told = True
            time.sleep(0.2)
        leftovers_stop(home, say)
        if not port_is_free(port, web_host()):
            raise LocalProblem(f"端口 {port} 已被其他程序占用。请用 PORT 另选一个，例如：PORT=8001 make demo")
        servers, local = _servers(home)
        plan = Plan(servers, steps(home, local), programs(home, local), farewell)
        return Supervisor(home, say).run(plan)


def leftovers_stop(home: Home, say: Say) -> None:
    """Stop the product's processes that an earlier supervisor of ``home``, killed itself, left running."""
    names = sorted(path.stem for path in home.run.glob("*.json") if path.stem not in NOT_PARTS)
    for name in names:
        if leftover_stop(home, name, LEFTOVER_STOPS):
            say(f"已结束上一次运行留下的进程：{name}")


def _servers(home: Home) -> tuple[Sequence[Program], Mapping[str, str]]:
    """The embedded servers that are wanted, and the environment that points to all servers."""
    servers = []
    database, redis = external_database(), external_redis()
    if database is None:
        postgres = postgres_place(home)
        servers.append(postgres.program())
        database = postgres.dsn()
    if redis is None:
        valkey = valkey_place(home)
        servers.append(valkey.program())
        redis = valkey.url()
    return servers, local_environment(home, database=database, redis=redis)


def command_environment(home: Home, postgres: PostgresServer) -> Mapping[str, str]:
    """What a command beside, or without, a running supervisor is given: no queue where none answers."""
    valkey = ValkeyServer.of(home)
    redis = external_redis() or (valkey.url() if valkey.answers() else None)
    return local_environment(home, database=postgres.dsn(), redis=redis)
