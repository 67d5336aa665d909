"""A program the product runs, and one running child of it: start, readiness, orderly end."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from luoshi_site.local.home import Home, LocalProblem
from luoshi_site.local.processes import (
    RUN_MARK,
    Identity,
    alive,
    die_with_parent,
    identity,
    send,
    session_members,
    stop_stranger,
)

LOG_LIMIT = 10 * 1024 * 1024
"""Bytes after which a log is put aside at the next start."""


def always() -> bool:
    """Readiness of a program that is ready as soon as it runs."""
    return True


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run and how to treat it.

    ``stops``: signals with the seconds to wait after each, mildest first; SIGKILL to the whole process
    group follows by itself. ``orphaned``: the signal the kernel sends when the supervisor is killed.
    ``patience``: seconds until readiness is given up. ``prepare`` runs before every start; ``drop`` in the
    child before it becomes the program, to give up privileges.
    """

    name: str
    title: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    directory: Path = Path("/")
    ready: Callable[[], bool] = always
    prepare: Callable[[], None] | None = None
    stops: tuple[tuple[int, float], ...] = ((signal.SIGTERM, 15.0),)
    orphaned: int = signal.SIGTERM
    patience: float = 90.0
    drop: Callable[[], None] | None = None
    to_terminal: bool = False


class Child:
    """One running program, in a session of its own, recorded in the home by pid and start time."""

    def __init__(self, program: Program, home: Home, popen: "subprocess.Popen[bytes]", log: Path) -> None:
        self.program = program
        self.home = home
        self.popen = popen
        self.log = log
        self.began = time.monotonic()

    @classmethod
    def start(cls, program: Program, home: Home) -> "Child":
        """Start ``program`` and write its record. Raises LocalProblem if it cannot be executed."""
        if program.prepare:
            program.prepare()
        log = home.logs / f"{program.name}.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            try:
                popen = subprocess.Popen(  # noqa: S603 (what runs is written by the callers in this package)
                    program.argv,
                    stdin=subprocess.DEVNULL,
                    stdout=None if program.to_terminal else output,
                    stderr=None if program.to_terminal else subprocess.STDOUT,
                    cwd=program.directory,
                    env={**program.env, RUN_MARK: str(home.path)},
                    start_new_session=True,
                    preexec_fn=_before_exec(program),
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise LocalProblem(f"无法启动{program.title}（{program.argv[0]}）：{error}") from error
        if who := identity(popen.pid):
            home.note_write(program.name, {"pid": who.pid, "began": who.began})
        return cls(program, home, popen, log)

    def running(self) -> bool:
        """Tell whether the main process still runs. It is not reaped yet, so that its group stays ours."""
        if self.popen.returncode is not None:
            return False
        return os.waitid(os.P_PID, self.popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def wait_ready(self, interrupted: Callable[[], bool] = lambda: False) -> bool:
        """Wait until the program answers. Returns False if ``interrupted`` came true.

        Raises LocalProblem, with the end of the log, if it died or was not ready within its patience.
        """
        limit = time.monotonic() + self.program.patience
        while not interrupted():
            if not self.running():
                code = self.finish()
                raise LocalProblem(f"{self.program.title}启动后随即退出（{code}）。{self.log_tail()}")
            if self.program.ready():
                return True
            if time.monotonic() > limit:
                seconds = f"{self.program.patience:.0f}"
                raise LocalProblem(f"{self.program.title}在 {seconds} 秒内没有就绪。{self.log_tail()}")
            time.sleep(0.05)
        return False

    def log_tail(self, lines: int = 15) -> str:
        """The last lines of the log, as a sentence to put behind a complaint."""
        with contextlib.suppress(OSError), self.log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 8192))
            text = file.read().decode("utf-8", errors="replace").splitlines()[-lines:]
            if text:
                return f"日志 {self.log} 的末尾：\n" + "\n".join(f"    {line}" for line in text)
        return f"日志：{self.log}"

    def stop(self, hurried: Callable[[], bool] = lambda: False) -> None:
        """End the program and all of its process group; ``hurried`` cuts every wait short."""
        for number, seconds in self.program.stops:
            if not self.running():
                break
            self.popen.send_signal(number)
            limit = time.monotonic() + seconds
            while self.running() and time.monotonic() < limit and not hurried():
                time.sleep(0.02)
        self.finish()

    def finish(self) -> int:
        """Kill the rest of the process group, reap the main process, drop the record; returns its code."""
        if self.popen.returncode is None:  # once reaped, the number of the group may be somebody else's
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.popen.pid, signal.SIGKILL)
        code = self.popen.wait()
        self.home.note_forget(self.program.name)
        return code


def _before_exec(program: Program) -> Callable[[], None]:
    """What the child does first. The kernel forgets the signal on a change of user: it is asked for last."""
    orphaned = die_with_parent(program.orphaned)

    def arrange() -> None:
        for do in (program.drop, orphaned):
            if do is not None:
                do()

    return arrange


def leftover_stop(home: Home, name: str, stops: tuple[tuple[int, float], ...]) -> bool:
    """Stop what an earlier run in ``home`` left running under ``name``; returns whether there was anything.

    The record's pid counts only together with its start time. Raises LocalProblem if it will not end.
    """
    note = home.note_read(name)
    if note is None:
        return False
    who = Identity(int(note["pid"]), str(note["began"]))
    found = alive(who)
    if not stop_stranger(who, (*stops, (signal.SIGKILL, 10.0))):
        raise LocalProblem(f"上一次运行留下的进程 {who.pid}（{name}）无法结束，请检查该进程后重试。")
    for member in session_members(who.pid, str(home.path)):
        found = True
        send(member, signal.SIGKILL)
    home.note_forget(name)
    return found
