"""The product's own web server for a measurement, and a browser that does nothing but ask."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import psycopg
from django.conf import settings
from django.db import close_old_connections, connection
from django.test import Client

from luoshi.accounts.actor import Actor
from luoshi.accounts.models import User
from luoshi_site.local.processes import die_with_parent

PATIENCE = 60.0
"""Seconds in which the web server has to answer."""


@contextmanager
def web_server(url: str) -> Iterator[int]:
    """gunicorn with one worker on a free port of this machine, on the measurement's database: its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        (
            *(sys.executable, "-m", "gunicorn", "luoshi_site.wsgi:application"),
            *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "1"),
            *("--threads", "4", "--no-control-socket", "--preload", "--log-level", "warning"),
        ),
        # PORT is part of the name of the session's cookie: the same as in this process.
        env={**os.environ, "DATABASE_URL": url},
        preexec_fn=die_with_parent(signal.SIGTERM),  # a measurement that is broken off leaves no server
    )
    try:
        _wait(server, port)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    limit = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < limit:
        try:
            if Browser(port, "nowhere.localhost", None).get("/healthz") == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the web server did not start")


class Browser:
    """One person's kept connection to one host; without a cookie nobody's."""

    def __init__(self, port: int, host: str, cookie: str | None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Host": f"{host}:{port}", "Accept-Encoding": "gzip"}
        if cookie:
            self.headers["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={cookie}"

    def get(self, path: str) -> int:
        """The status; the page is read to its end."""
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status

    def see(self, path: str) -> None:
        """Get a page that must be there."""
        status = self.get(path)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}")


def signed_in(host: str, actor: Actor) -> Client:
    """A client inside this process in which this person is signed in. Needs the county bound."""
    client = Client(SERVER_NAME=host)
    client.force_login(User.objects.get(pk=actor.user_id), backend="luoshi_tenants.backends.CountyBackend")
    return client


def browser_of(client: Client, port: int) -> Browser:
    """The same sign-in over the wire."""
    return Browser(port, client.defaults["SERVER_NAME"], client.session.session_key)


def statements(client: Client, path: str) -> int:
    """Statements that one request sends to the server: health check, search_path, session, user, methods.

    Counted in the driver, below everything that might send one past Django's own counting. The least of
    three: once in half a minute a process reads the table of hosts anew, whoever asks.
    """
    connection.close()  # one that grew too old in between would be opened anew while it is counted
    client.get(path)  # what a process remembers of hosts and content types is read once
    return min(_sent(client, path) for _ in range(3))


def _sent(client: Client, path: str) -> int:
    sent = 0
    execute = psycopg.Cursor.execute

    def counted(self: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal sent
        sent += 1
        return execute(self, *args, **kwargs)

    with patch.object(psycopg.Cursor, "execute", counted):
        close_old_connections()  # the test client leaves out what the server does first: is it still there?
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return sent
