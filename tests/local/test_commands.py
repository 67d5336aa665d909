"""The ``luoshi`` command finds its database by itself, and refuses in words."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from local_start import Installation

from luoshi.errors import Refusal
from luoshi_site import cli

pytestmark = pytest.mark.local


def command(home: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    ours = ("DATABASE_URL", "REDIS_URL", "LUOSHI_SECRET_KEY", "DJANGO_SETTINGS_MODULE")
    clean = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(
        [sys.executable, "-m", "luoshi_site.cli", *arguments],
        env={**clean, "LUOSHI_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_command_starts_the_database_for_itself_and_stops_it(
    install: Callable[[str], Installation],
) -> None:
    installation = install("home")
    before = command(installation.home.path, "county", "list")
    assert (before.returncode, before.stdout) == (1, "")
    assert before.stderr.startswith("数据库结构不全，请先执行 luoshi migrate")
    assert installation.processes() == set()
    migrated = command(installation.home.path, "migrate")
    assert (migrated.returncode, migrated.stderr) == (0, "")
    listed = command(installation.home.path, "county", "list")
    assert (listed.returncode, listed.stdout, listed.stderr) == (0, "", "")
    assert installation.processes() == set()


def test_a_command_uses_the_database_that_runs(install: Callable[[str], Installation]) -> None:
    installation = install("home")
    installation.start()
    before = installation.part("postgres")
    listed = command(installation.home.path, "county", "list")
    assert (listed.returncode, listed.stdout) == (1, "")
    assert listed.stderr.startswith("数据库结构不全")  # of the running one, which is empty
    assert installation.part("postgres") == before


def test_an_external_database_that_does_not_answer_is_told(open_directory: Path) -> None:
    shut = command(
        open_directory,
        "county",
        "list",
        DATABASE_URL="postgres://nobody@127.0.0.1:1/none",
        LUOSHI_SECRET_KEY="x" * 60,
        LUOSHI_LOCAL="1",
    )
    assert shut.returncode == 1
    assert shut.stderr.startswith("数据库没有应答")
    assert "Traceback" not in shut.stderr
    assert not (open_directory / "postgres").exists()


def test_a_refusal_is_its_message_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command("refuse")
    def refuse() -> None:
        raise Refusal("这样不行：请换一个。")

    monkeypatch.setitem(cli.luoshi.commands, "refuse", refuse)
    assert cli.run(["refuse"]) == 1
    assert tuple(capsys.readouterr()) == ("", "这样不行：请换一个。\n")


def test_a_wrong_call_is_two_and_help_is_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["no-such-command"]) == 2
    assert cli.run(["--help"]) == 0
    assert "county" in capsys.readouterr().out


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "８０００"])
def test_a_port_that_is_none_is_refused(
    port: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", port)
    monkeypatch.setenv("LUOSHI_HOME", str(tmp_path / "home"))
    assert cli.run(["up"]) == 1
    assert capsys.readouterr().err == f"PORT 应为 1 到 65535 之间的整数，现在是“{port}”。\n"
    assert not (tmp_path / "home").exists()
