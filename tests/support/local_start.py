"""One installation that is really started, in a home of its own, and what can be asked of it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from luoshi_site.local.home import Home, port_pick
from luoshi_site.local.postgres import PostgresServer
from luoshi_site.local.processes import PROC, Identity, alive, identity, marked, processes_in
from luoshi_site.local.valkey import ValkeyServer

SCRIPT = Path(__file__).with_name("local_stub.py")
PATIENCE = 120.0


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait until ``condition`` holds; a test that waits in vain says for ``what``."""
    limit = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > limit:
            pytest.fail(f"waited in vain: {what}")
        time.sleep(0.05)


@dataclass
class Installation:
    """One home and the supervisors started in it."""

    home: Home
    port: int = field(default_factory=port_pick)
    started: list["subprocess.Popen[str]"] = field(default_factory=list)

    @property
    def output(self) -> Path:
        return self.home.path / "output.txt"

    def begin(self, *command: str, **environment: str) -> "subprocess.Popen[str]":
        """Start a supervisor (or another ``command`` instead) and return without waiting."""
        clean = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
        }
        with self.output.open("a") as output:
            process = subprocess.Popen(
                command or (sys.executable, str(SCRIPT)),
                env={**clean, "LUOSHI_HOME": str(self.home.path), "PORT": str(self.port), **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def start(self, **environment: str) -> "subprocess.Popen[str]":
        """Start a supervisor and wait until it says that all is ready."""
        self.output.write_text("")
        process = self.begin(**environment)
        until(lambda: "READY" in self.text() or process.poll() is not None, "a supervisor that is ready")
        assert process.poll() is None, self.text()
        return process

    def text(self) -> str:
        """What the supervisors have said since the last start."""
        return self.output.read_text() if self.output.exists() else ""

    def part(self, name: str) -> Identity | None:
        """The running process recorded under ``name``."""
        note = self.home.note_read(name)
        if note is None:  # not begun, or just ended: the supervisor drops it at any moment
            return None
        who = Identity(note["pid"], note["began"])
        return who if alive(who) else None

    def processes(self) -> set[Identity]:
        """Everything that runs for this home: marked by it, or at work in its data directory."""
        found = {
            who
            for entry in PROC.iterdir()
            if entry.name.isdecimal()
            and marked(int(entry.name), str(self.home.path))
            and (who := identity(int(entry.name)))
        }
        return found | set(processes_in(self.home.postgres))

    @property
    def postgres(self) -> PostgresServer:
        return PostgresServer.of(self.home)

    @property
    def valkey(self) -> ValkeyServer:
        return ValkeyServer.of(self.home)
