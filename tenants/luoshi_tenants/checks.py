"""What must be right before a process may serve several counties."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from luoshi_tenants.db import connection

KEY_FUNCTION = "django_tenants.cache.make_key"


def cache_keys_check(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Every cache alias must put the schema into its keys, or one county is shown what another cached."""
    return [
        Error(
            f"CACHES[{alias!r}] 没有设置 KEY_FUNCTION = {KEY_FUNCTION!r}：各县的缓存会互相混用",
            id="luoshi_tenants.E001",
        )
        for alias, options in settings.CACHES.items()
        if options.get("KEY_FUNCTION") != KEY_FUNCTION
    ]


def backend_check(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The database must be reached through our backend, which must accept several statements at once, and
    sessions must stand in the county's schema."""
    found: list[CheckMessage] = []
    if settings.DATABASES["default"].get("ENGINE") != "luoshi_tenants.db":
        found.append(Error("DATABASES['default'] 必须使用 luoshi_tenants.db", id="luoshi_tenants.E002"))
    if settings.DATABASES["default"].get("OPTIONS", {}).get("server_side_binding") is True:
        found.append(
            Error(
                "数据库选项 server_side_binding 须关闭：平台把几条语句合为一次发送", id="luoshi_tenants.E007"
            )
        )
    if settings.SESSION_ENGINE != "luoshi_tenants.county_sessions":
        found.append(
            Error("会话必须存放在各县自己的数据库模式中（SESSION_ENGINE）", id="luoshi_tenants.E003")
        )
    if settings.SESSION_COOKIE_DOMAIN or settings.CSRF_COOKIE_DOMAIN:
        found.append(Error("会话 Cookie 不得跨主机（不要设置 *_COOKIE_DOMAIN）", id="luoshi_tenants.E004"))
    if not settings.CSRF_USE_SESSIONS:
        found.append(Error("CSRF 令牌必须存放在会话中（CSRF_USE_SESSIONS）", id="luoshi_tenants.E005"))
    if "django.contrib.sites" in settings.INSTALLED_APPS:
        found.append(Error("django.contrib.sites 的缓存不分县，不得安装", id="luoshi_tenants.E006"))
    return found


def pooler_verify() -> None:
    """Make sure that SET search_path cannot reach another client of a connection pooler.

    A server that reports ``search_path`` (PostgreSQL 18, Citus) lets a pooler follow it. Any other needs
    ``LUOSHI_POOLER`` to be ``none`` or ``session``, and the word is checked: the server process must be the
    same from one transaction to the next.

    :raises ImproperlyConfigured: when neither holds.
    """
    if search_path_reported() and settings.LUOSHI_POOLER == "":
        return
    if settings.LUOSHI_POOLER not in ("none", "session"):
        raise ImproperlyConfigured(
            "数据库服务器不报告 search_path：请设置 LUOSHI_POOLER=none（直连）或"
            " session（会话模式的连接池）；事务模式的连接池会把一个县的数据给另一个县"
        )
    if len({server_process() for _ in range(3)}) != 1:
        raise ImproperlyConfigured(
            f"LUOSHI_POOLER={settings.LUOSHI_POOLER}，但相邻的事务落在不同的数据库进程上：连接池处于事务模式"
        )


def boot_verify() -> None:
    """Everything above; what a web or worker process calls before it takes up work.

    :raises ImproperlyConfigured: naming what is wrong.
    """
    found = [*cache_keys_check(), *backend_check()]
    if found:
        raise ImproperlyConfigured("；".join(str(error.msg) for error in found))
    pooler_verify()
    # A master process may fork after this; its children must not share the connection.
    connection.close()


def search_path_reported() -> bool:
    """Whether the server tells its clients (and so a pooler) each change of ``search_path``."""
    connection.ensure_connection()
    return connection.connection.info.parameter_status("search_path") is not None


def server_process() -> int:
    """Process id of the server behind the connection, asked in a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return int(pid)


def checks_register() -> None:
    """Called once when the app is ready."""
    register(cache_keys_check)
    register(backend_check)
