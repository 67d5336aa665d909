"""Run the tests marked ``pg15`` on a PostgreSQL 15: the one of PG15_URL, else one of this machine.

Arguments are handed to pytest.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from luoshi_site.local.home import Home
from luoshi_site.local.postgres import Binaries, postgres_running

INSTALLED = Path("/usr/lib/postgresql/15/bin")


def main() -> int:
    """Return pytest's exit code, or 1 where there is no PostgreSQL 15."""
    given = os.environ.get("PG15_URL")
    if given:
        return tests_run(given)
    if not (INSTALLED / "postgres").exists():
        sys.stderr.write(
            "没有可用的 PostgreSQL 15：请设置 PG15_URL=postgres://用户:密码@主机:端口/库名（用户须能建库），"
            f"或安装 Debian 的 postgresql-15 包（{INSTALLED}）。\n"
        )
        return 1
    with tempfile.TemporaryDirectory(prefix="luoshi-pg15-") as name:
        directory = Path(name)
        directory.chmod(0o711)  # PostgreSQL may run as another user
        with postgres_running(Home(directory), durable=False, binaries=Binaries(INSTALLED, 15)) as server:
            return tests_run(server.dsn())


def tests_run(url: str) -> int:
    """Run the marked tests on the server at ``url``, after asking it for its version."""
    with psycopg.connect(url) as connection:
        major = connection.info.server_version // 10000
    if major != 15:
        sys.stderr.write(f"PG15_URL 指向的是 PostgreSQL {major}，不是 15。\n")
        return 1
    command = [sys.executable, "-m", "pytest", "-m", "pg15", *sys.argv[1:]]
    return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
