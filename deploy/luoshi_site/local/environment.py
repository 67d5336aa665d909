"""The environment that the product's processes are given, and which servers it points to."""

import os
import sys
from collections.abc import Mapping

from luoshi_site.local.home import Home, LocalProblem


def external_database() -> str | None:
    """The address of the operator's own PostgreSQL, None if ours is meant."""
    return os.environ.get("DATABASE_URL") or None


def external_redis() -> str | None:
    """The address of the operator's own Redis or Valkey, None if ours is meant."""
    return os.environ.get("REDIS_URL") or None


def web_port() -> int:
    """The port of the web server. Raises LocalProblem if PORT is no port number."""
    value = os.environ.get("PORT") or "8000"
    if not value.isascii() or not value.isdecimal() or not 0 < int(value) < 65536:
        raise LocalProblem(f"PORT 应为 1 到 65535 之间的整数，现在是“{value}”。")
    return int(value)


def web_host() -> str:
    """The address the web server listens on: this machine only, unless LUOSHI_BIND says otherwise."""
    return os.environ.get("LUOSHI_BIND") or "127.0.0.1"


def local_environment(home: Home, *, database: str, redis: str | None) -> dict[str, str]:
    """Return the variables that turn a process into a part of the installation in ``home``.

    ``redis`` None: there is no queue, and the outbox keeps what is to be done until there is one.
    """
    return {
        "DATABASE_URL": database,
        "REDIS_URL": redis or "",
        "LUOSHI_HOME": str(home.path),
        "LUOSHI_SECRET_KEY": os.environ.get("LUOSHI_SECRET_KEY") or home.secret("secret_key"),
        "LUOSHI_LOCAL": "1",
        "PORT": str(web_port()),
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE") or "luoshi_site.settings",
    }


def child_environment(local: Mapping[str, str]) -> dict[str, str]:
    """Return the whole environment of a child: what we were given, and ``local`` over it."""
    return {**os.environ, **local, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}


def python() -> str:
    """The interpreter that runs us, for children of the same installation."""
    return sys.executable
