"""``luoshi demo``: everything on this machine, with the demonstration counties and their year."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from luoshi_site.cli.base import needs_database
from luoshi_site.cli.up import farewell
from luoshi_site.local import parts
from luoshi_site.local.environment import external_database
from luoshi_site.local.home import Home, write_private
from luoshi_site.local.programs import Program
from luoshi_site.local.supervisor import tell
from luoshi_site.local.up import product_steps, up

SUMMARY = "demo-summary.txt"
LOADED = "demo-loaded"


def register(group: click.Group) -> None:
    """Add the commands."""
    group.add_command(demo)
    group.add_command(demo_load_command)


@click.command("demo")
def demo() -> int:
    """启动全部服务，并载入五个示范县（市）一年的数据。"""
    home = Home.from_environment()

    def told() -> str:
        return (home.path / SUMMARY).read_text(encoding="utf-8") + farewell()

    return up(home, tell, steps=_steps, farewell=told)


def _steps(home: Home, local: Mapping[str, str]) -> Sequence[Program]:
    if external_database() is None and _loaded(home) == _fingerprint(local):
        return product_steps(home, local)  # all of it is there: only start
    load = parts.step(home, local, name="demo-load", title="载入示范数据", arguments=("demo-load",))
    return [*product_steps(home, local), load]


@click.command("demo-load", hidden=True)
@needs_database
def demo_load_command() -> None:
    """载入示范数据（luoshi demo 的一步）；已载入的不变。"""
    from luoshi_site.demo.load import demo_load

    summary = demo_load(lambda line: click.echo(f"  {line}"))
    home = Home.from_environment()
    write_private(home.path / SUMMARY, summary.rstrip() + "\n")
    write_private(home.path / LOADED, _fingerprint(os.environ))


def _loaded(home: Home) -> str:
    """What the last complete loading was a loading of; empty where there was none."""
    path = home.path / LOADED
    return path.read_text(encoding="ascii") if path.exists() else ""


def _fingerprint(environment: Mapping[str, str]) -> str:
    """Digest of the demonstration's files, of the database they go to and of the port that is printed."""
    digest = hashlib.sha256()
    for name in ("DATABASE_URL", "PORT"):
        digest.update(f"{name}={environment.get(name, '')}\n".encode())
    folder = Path(__file__).parents[1] / "demo"
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".xlsx", ".toml", ".txt"):
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
