"""The parts that all counties share: settings, servers, directories, installed methods."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from luoshi.methods.registry import registry_current
from luoshi_site.celery import app
from luoshi_site.doctor.line import Level, Line
from luoshi_tenants.checks import backend_check, cache_keys_check, pooler_verify
from luoshi_tenants.db import connection

OLDEST_POSTGRESQL = 15
KEY_LENGTH = 50
BROKER_PATIENCE = 3.0
"""Seconds."""


def database_line() -> Line:
    """The database answers, and its version is one that the product runs on."""
    try:
        connection.ensure_connection()
        version = connection.connection.info.server_version
    except DatabaseError as error:
        return Line(Level.ERROR, "数据库", f"没有应答，请检查 DATABASE_URL 与数据库服务：{_first(error)}")
    shown = f"PostgreSQL {version // 10000}.{version % 10000}"
    if version // 10000 < OLDEST_POSTGRESQL:
        return Line(Level.ERROR, "数据库", f"{shown} 过旧，请升级到 {OLDEST_POSTGRESQL} 或更新的版本")
    return Line(Level.OK, "数据库", shown)


def separation_line() -> Line:
    """Nothing lets one county's data reach another: caches, sessions, a pooler."""
    found = [str(error.msg) for error in (*cache_keys_check(), *backend_check())]
    try:
        pooler_verify()
    except ImproperlyConfigured as error:
        found.append(str(error))
    if found:
        return Line(Level.ERROR, "各县隔离", "；".join(found))
    return Line(Level.OK, "各县隔离", "缓存、会话与数据库连接均分县")


def broker_line() -> Line:
    """The broker answers. A local installation may do without: its messages wait in the outbox."""
    if not settings.REDIS_URL:
        if settings.LOCAL:
            return Line(Level.WARNING, "消息队列", "没有运行；luoshi up 会启动它，在此之前后台任务不会执行")
        return Line(Level.ERROR, "消息队列", "没有设置 REDIS_URL，后台任务不会执行")
    try:
        with app.connection_for_write(connect_timeout=BROKER_PATIENCE) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_PATIENCE)
    except Exception as error:  # each transport has errors of its own
        return Line(Level.ERROR, "消息队列", f"没有应答，请检查 REDIS_URL 与服务：{_first(error)}")
    return Line(Level.OK, "消息队列", "有应答")


def media_line() -> Line:
    """Files can be stored. Nothing is made here: a directory made by an operator would be the operator's."""
    directory = Path(settings.MEDIA_ROOT)
    place = next(path for path in (directory, *directory.parents) if path.exists())
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        return Line(Level.ERROR, "附件目录", f"{directory} 不能写入，请检查 {place} 的属主与权限")
    return Line(Level.OK, "附件目录", f"{directory} 可以写入")


def key_line() -> Line:
    """The secret key is set and long enough to be one."""
    if len(settings.SECRET_KEY) < KEY_LENGTH or len(set(settings.SECRET_KEY)) < 5:
        return Line(
            Level.ERROR, "密钥", f"LUOSHI_SECRET_KEY 太短或太简单，请换成 {KEY_LENGTH} 个以上的随机字符"
        )
    return Line(Level.OK, "密钥", "已设置")


def methods_lines() -> Iterator[Line]:
    """Methods that are installed and cannot be used. Where a county has one on, that county says so."""
    registry = registry_current()
    for broken in registry.broken:
        yield Line(Level.WARNING, f"工作法 {broken.slug}", f"已安装，但无法使用：{broken.reason}")
    if not registry.broken:
        names = "、".join(method.info.name for method in registry.methods)
        yield Line(Level.OK, "工作法", f"已安装 {names}" if names else "没有安装")


def _first(error: Exception) -> str:
    """The first line of an error, or its name."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
