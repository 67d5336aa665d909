"""What a process is, beyond its number: a pid and the moment it began, so that a reused pid is no mistake."""

import contextlib
import ctypes
import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
LINUX = sys.platform == "linux"
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
RUN_MARK = "LUOSHI_RUN"
"""Environment variable that every child carries: which home started it."""


@dataclass(frozen=True, slots=True)
class Identity:
    """One process for good: ``began`` is opaque and differs for any later process of the same pid."""

    pid: int
    began: str


@functools.cache
def _boot() -> str:
    return (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def _stat(pid: int) -> list[str] | None:
    """Fields of /proc/<pid>/stat from the state on (the name before it may hold blanks and brackets)."""
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def identity(pid: int) -> Identity | None:
    """Return who runs under ``pid`` now; None for nobody, and for a zombie, which runs no more."""
    if LINUX:
        fields = _stat(pid)
        if fields is None or fields[0] in "ZX":
            return None
        return Identity(pid, f"{_boot()}:{fields[19]}")
    shown = subprocess.run(  # noqa: S603 (a system tool, by its full path)
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split(maxsplit=1)
    if len(shown) < 2 or shown[0].startswith("Z"):
        return None
    return Identity(pid, shown[1].strip())


def alive(who: Identity) -> bool:
    """Tell whether this very process still runs."""
    return identity(who.pid) == who


def session_members(session: int, mark: str) -> list[Identity]:
    """Return the running processes of ``session`` that carry our ``mark`` (Linux; elsewhere none).

    For the children of a leader that was killed: their session keeps its pid, and the mark in their
    environment proves that the number was not reused by strangers.
    """
    return [who for who in _processes() if _session(who.pid) == session and marked(who.pid, mark)]


def marked(pid: int, mark: str) -> bool:
    """Tell whether ``pid`` was started with ``mark`` in its environment."""
    try:
        environment = (PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return False
    return f"{RUN_MARK}={mark}".encode() in environment.split(b"\0")


def _session(pid: int) -> int | None:
    fields = _stat(pid)
    return None if fields is None else int(fields[3])


def _processes() -> Iterator[Identity]:
    if not LINUX:
        return
    for entry in PROC.iterdir():
        if entry.name.isdecimal() and (who := identity(int(entry.name))):
            yield who


def working_directory(pid: int) -> Path | None:
    """Return the directory that ``pid`` works in, or None where the system does not tell."""
    try:
        return (PROC / str(pid) / "cwd").readlink()
    except OSError:
        return None


def processes_in(directory: Path) -> list[Identity]:
    """Return the running processes whose working directory is ``directory`` (Linux; elsewhere none)."""
    return [who for who in _processes() if working_directory(who.pid) == directory]


def send(who: Identity, number: int) -> None:
    """Signal this very process; nothing happens if it has gone."""
    if alive(who):
        with contextlib.suppress(ProcessLookupError):
            os.kill(who.pid, number)


def wait_gone(who: Identity, seconds: float) -> bool:
    """Wait at most ``seconds`` for a process that may not be our child to end; tell whether it did."""
    limit = time.monotonic() + seconds
    while alive(who):
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


def stop_stranger(who: Identity, stops: tuple[tuple[int, float], ...]) -> bool:
    """Stop a process that need not be our child, by ever harder signals; tell whether it ended.

    ``stops`` are pairs of a signal and the seconds to wait after it.
    """
    for number, seconds in stops:
        send(who, number)
        if wait_gone(who, seconds):
            return True
    return not alive(who)


def libc() -> ctypes.CDLL:
    """The C library of this process."""
    return ctypes.CDLL(None, use_errno=True)


def die_with_parent(number: int) -> Callable[[], None] | None:
    """Return a ``preexec_fn`` that has the kernel signal the child when its parent dies (Linux)."""
    if not LINUX:
        return None
    system, parent = libc(), os.getpid()  # loaded before the fork: the child must not import

    def arrange() -> None:
        system.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it died in between
            os.kill(os.getpid(), signal.SIGKILL)

    return arrange


def end_with_parent(number: int) -> None:
    """Have the kernel send us ``number`` when the process that started us dies (Linux)."""
    if LINUX:
        libc().prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def adopt_orphans() -> None:
    """Have the grandchildren of this process come to it when their parent dies (Linux)."""
    if LINUX:
        libc().prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children() -> list[Identity]:
    """Return the running direct children of this process (Linux; elsewhere none)."""
    return [who for who in _processes() if (fields := _stat(who.pid)) and int(fields[1]) == os.getpid()]
