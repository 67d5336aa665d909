"""LUOSHI_HOME: the directory that holds everything one local installation keeps."""

import fcntl
import json
import os
import secrets
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from luoshi.errors import Refusal

LOOPBACK = "127.0.0.1"


class LocalProblem(Refusal):
    """The local start cannot go on; the message says why and what to do."""

    code = "local_problem"
    status = 503


def port_is_free(port: int, host: str = LOOPBACK) -> bool:
    """Tell whether a server could listen on ``port`` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def port_pick() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def write_private(path: Path, text: str) -> None:
    """Replace ``path`` by ``text`` in one step, readable by its owner alone."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:  # mkstemp makes it 0600
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


class Home:
    """The paths, secrets, ports and locks under one LUOSHI_HOME."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.postgres = self.path / "postgres"
        self.valkey = self.path / "valkey"
        self.logs = self.path / "logs"
        self.run = self.path / "run"
        self.beat = self.path / "beat"

    @classmethod
    def from_environment(cls) -> "Home":
        """The home that LUOSHI_HOME names, ``.luoshi`` in the working directory by default."""
        return cls(Path(os.environ.get("LUOSHI_HOME") or ".luoshi"))

    def prepare(self) -> None:
        """Make the directories. Secrets and records are closed to others; the rest may be passed through.

        Raises LocalProblem if the directory cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            # PostgreSQL runs as somebody else when we are root: it must get through here, not read here.
            self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            for directory in (self.logs, self.run, self.beat, self.path / "secrets"):
                directory.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise LocalProblem(
                f"无法写入数据目录 {self.path}（{error.strerror}）。请用 LUOSHI_HOME 指定一个可写的目录。"
            ) from error

    def secret(self, name: str) -> str:
        """Return the secret ``name``, generated once; two processes asking at once get the same one."""
        path = self.path / "secrets" / name
        if not path.exists():
            handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{name}.")
            try:
                with os.fdopen(handle, "w", encoding="ascii") as file:
                    file.write(secrets.token_urlsafe(48))
                with suppress(FileExistsError):  # somebody was faster: theirs counts
                    os.link(fresh, path)
            finally:
                Path(fresh).unlink()
        return path.read_text(encoding="ascii")

    def port(self, name: str) -> int:
        """Return the remembered port of the embedded server ``name``, or remember a free one."""
        path = self.run / f"{name}.port"
        try:
            return int(path.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return self.port_renew(name)

    def port_renew(self, name: str) -> int:
        """Remember a new free port for ``name``: the old one has been taken by a stranger."""
        port = port_pick()
        write_private(self.run / f"{name}.port", str(port))
        return port

    def note_write(self, name: str, value: dict[str, Any]) -> None:
        """Remember a small record under ``run/``."""
        write_private(self.run / f"{name}.json", json.dumps(value))

    def note_read(self, name: str) -> dict[str, Any] | None:
        """Return the record ``name``, or None if there is none that can be read."""
        try:
            value = json.loads((self.run / f"{name}.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return value if isinstance(value, dict) else None

    def note_forget(self, name: str) -> None:
        """Drop the record ``name``."""
        (self.run / f"{name}.json").unlink(missing_ok=True)

    @contextmanager
    def lock(self, name: str) -> Iterator[bool]:
        """Try to hold the lock ``name`` for the block; yields whether we hold it.

        The kernel frees it with its holder, so a ``kill -9`` never leaves it shut.
        """
        with (self.run / f"{name}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def locked(self, name: str) -> bool:
        """Tell whether somebody holds the lock ``name``."""
        with self.lock(name) as ours:
            return not ours
