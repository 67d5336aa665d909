"""What the commands share: a database that answers, and Django set up on it."""

import contextlib
import functools
import os
import time
from collections.abc import Callable, Iterator
from typing import ParamSpec, TypeVar

import click

from luoshi_site.local.environment import external_database
from luoshi_site.local.home import Home, LocalProblem
from luoshi_site.local.postgres import PostgresServer, postgres_running
from luoshi_site.local.up import running_environment

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
                _wait_for_running(home)
            else:
                stack.enter_context(postgres_running(home, waiting=_tell_waiting))
            os.environ.update(running_environment(home))
        _django_setup()
        try:
            yield
        finally:
            _connections_close()


def _wait_for_running(home: Home) -> None:
    server, limit, told = PostgresServer.of(home), time.monotonic() + START_PATIENCE, False
    while not server.answers():
        if time.monotonic() > limit or not home.locked("up"):
            raise LocalProblem(f"{home.path} 的数据库没有应答，请查看 {home.logs} 中的日志后重试。")
        if not told:
            click.echo("落实正在启动，等待数据库……", err=True)
            told = True
        time.sleep(0.2)
        server = PostgresServer.of(home)


def _tell_waiting() -> None:
    click.echo("另一个 luoshi 命令正在使用数据库，等待它结束……", err=True)


def _django_setup() -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luoshi_site.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise LocalProblem(str(error)) from error


def _connections_close() -> None:
    from django.db import connections

    connections.close_all()
