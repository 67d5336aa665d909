"""What the commands share: a database that answers, and Django set up on it."""

import contextlib
import functools
import os
import time
from collections.abc import Callable, Iterator
from typing import ParamSpec, TypeVar

import click

from luoshi_site.loading import loading
from luoshi_site.local.environment import external_database
from luoshi_site.local.home import Home, LocalProblem
from luoshi_site.local.postgres import PostgresServer, postgres_running
from luoshi_site.local.up import command_environment

UNDEFINED_TABLE = "42P01"
P = ParamSpec("P")
R = TypeVar("R")
START_PATIENCE = 120.0
"""Seconds to wait for the database of an installation that is just starting."""


def needs_database(command: Callable[P, R]) -> Callable[P, R]:
    """Run ``command`` with Django set up and a database that answers.

    That is the operator's own (DATABASE_URL), or the running one of this LUOSHI_HOME, or else one started
    for the command alone and stopped after it.
    """

    @functools.wraps(command)
    def with_database(*args: P.args, **kwargs: P.kwargs) -> R:
        with database():
            return command(*args, **kwargs)

    return with_database


@contextlib.contextmanager
def database() -> Iterator[None]:
    """Point this process to a database that answers for the block, and set Django up."""
    with contextlib.ExitStack() as stack:
        if external_database() is None:
            home = Home.from_environment()
            home.prepare()
            if home.locked("up"):
                server = _running_server(home)
            else:
                server = stack.enter_context(postgres_running(home, waiting=_tell_waiting))
            os.environ.update(command_environment(home, server))
        django_setup()
        try:
            with _database_errors_told():
                yield
        finally:
            _connections_close()


def _running_server(home: Home) -> PostgresServer:
    """The server that the supervisor of ``home`` runs, once it answers."""
    server, limit, told = PostgresServer.of(home), time.monotonic() + START_PATIENCE, False
    while not server.answers():
        if time.monotonic() > limit or not home.locked("up"):
            raise LocalProblem(f"{home.path} 的数据库没有应答，请查看 {home.logs} 中的日志后重试。")
        if not told:
            click.echo("落实正在启动，等待数据库……", err=True)
            told = True
        time.sleep(0.2)
        server = PostgresServer.of(home)
    return server


def _tell_waiting() -> None:
    click.echo("另一个 luoshi 命令正在使用数据库，等待它结束……", err=True)


def django_setup() -> None:
    """Load Django and the product into this process.

    :raises LocalProblem: where a setting is wrong.
    """
    import django
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luoshi_site.settings")
    try:
        with loading():
            django.setup()
    except ImproperlyConfigured as error:
        raise LocalProblem(str(error)) from error


@contextlib.contextmanager
def _database_errors_told() -> Iterator[None]:
    """Say in words what an operator can mend: no answer, no tables."""
    from django.db import OperationalError, ProgrammingError

    try:
        yield
    except OperationalError as error:
        raise LocalProblem(f"数据库没有应答或中断了连接，请检查后重试：{error}") from error
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", None) == UNDEFINED_TABLE:
            raise LocalProblem(f"数据库结构不全，请先执行 luoshi migrate：{error}") from error
        raise


def _connections_close() -> None:
    from django.db import connections

    connections.close_all()
