"""One process that starts all parts in order, keeps them running, and ends them in reverse order."""

import contextlib
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import FrameType

from luoshi_site.local.home import Home, LocalProblem
from luoshi_site.local.processes import Identity, adopt_orphans, alive, children, identity
from luoshi_site.local.programs import Child, Program

BACKOFF_FIRST = 1.0
BACKOFF_MOST = 30.0
STEADY = 60.0
"""Seconds after which a part counts as running well, and its next death as the first again."""

ONE_WISH = 1.0
"""Seconds within which several signals are the same wish to stop."""

Say = Callable[[str], None]


@dataclass
class Part:
    """A program under supervision: its child, or the time of the next attempt."""

    program: Program
    child: Child | None = None
    again_at: float = 0.0
    delay: float = BACKOFF_FIRST
    ready: bool = False


@dataclass
class Plan:
    """What to run: the servers first, then each step to its end, then the parts together."""

    servers: Sequence[Program]
    steps: Sequence[Program]
    parts: Sequence[Program]
    farewell: Callable[[], str] = field(default=lambda: "")
    """What to tell when all is ready."""


class Supervisor:
    """Runs a plan in one home until it is told to stop (SIGINT, SIGTERM, SIGHUP; twice: at once)."""

    def __init__(self, home: Home, say: Say) -> None:
        self.home = home
        self.say = say
        self.signals = 0
        self.asked_at = 0.0
        self.parts: list[Part] = []
        self.wake: int | None = None

    def run(self, plan: Plan) -> int:
        """Run ``plan`` to its end; returns the exit code. The caller holds the home's locks."""
        with self._signals_caught():
            adopt_orphans()
            try:
                if not self._start(plan):
                    return 0
                self.say(plan.farewell())
                self._watch()
            except LocalProblem as problem:
                self.say(problem.message)
                return 1
            finally:
                self._stop_all()
            return 0

    def _interrupted(self) -> bool:
        return self.signals > 0

    def _start(self, plan: Plan) -> bool:
        for program in plan.servers:
            if not self._begin(program):
                return False
        for step in plan.steps:
            if not self._step(step):
                return False
        begun = time.monotonic()
        if plan.parts:
            self.say("… 启动" + "、".join(program.title for program in plan.parts))
        for program in plan.parts:
            self.parts.append(Part(program, Child.start(program, self.home)))
        for part in self.parts:
            if part.child is not None and not part.ready:
                if not part.child.wait_ready(self._interrupted):
                    return False
                part.ready = True
                self.say(f"✓ {part.program.title}已就绪（{time.monotonic() - begun:.1f} 秒）")
        return True

    def _begin(self, program: Program) -> bool:
        begun = time.monotonic()
        self.say(f"… 启动{program.title}")
        part = Part(program, Child.start(program, self.home))
        self.parts.append(part)
        assert part.child is not None
        part.ready = part.child.wait_ready(self._interrupted)
        if part.ready:
            self.say(f"✓ {program.title}已就绪（{time.monotonic() - begun:.1f} 秒）")
        return part.ready

    def _step(self, program: Program) -> bool:
        """Run one step to its end, the servers watched meanwhile. Raises LocalProblem if it fails."""
        begun = time.monotonic()
        self.say(f"… {program.title}")
        child = Child.start(program, self.home)
        try:
            while child.running():
                if self._interrupted():
                    return False
                self._tend()
                self._sleep(0.1)
            code = child.finish()
        finally:
            child.stop()
        if code:
            where = "" if program.to_terminal else child.log_tail()
            raise LocalProblem(f"{program.title}没有成功（{code}）。{where}")
        self.say(f"✓ {program.title}完成（{time.monotonic() - begun:.1f} 秒）")
        return True

    def _watch(self) -> None:
        while not self._interrupted():
            self._tend()
            self._sleep(1.0)

    def _tend(self) -> None:
        """Notice parts that died, and start again those whose time has come."""
        for part in self.parts:
            if part.child is not None and not part.child.running():
                self._mourn(part)
            elif part.child is not None and not part.ready and part.program.ready():
                part.ready = True
                self.say(f"✓ {part.program.title}已恢复")
            elif part.child is None and time.monotonic() >= part.again_at:
                self._start_again(part)
        self._reap_orphans()

    def _mourn(self, part: Part) -> None:
        assert part.child is not None
        if time.monotonic() - part.child.began > STEADY:
            part.delay = BACKOFF_FIRST
        code = part.child.finish()
        part.child, part.ready = None, False
        part.again_at = time.monotonic() + part.delay
        how = f"被信号 {-code} 结束" if code < 0 else f"退出（{code}）"
        self.say(f"✗ {part.program.title}{how}，{part.delay:.0f} 秒后重新启动。日志：{self.home.logs}")
        part.delay = min(part.delay * 2, BACKOFF_MOST)

    def _start_again(self, part: Part) -> None:
        try:
            part.child = Child.start(part.program, self.home)
        except LocalProblem as problem:
            part.again_at = time.monotonic() + part.delay
            self.say(f"✗ {problem.message} {part.delay:.0f} 秒后再试。")
            part.delay = min(part.delay * 2, BACKOFF_MOST)

    def _stop_all(self) -> None:
        """End everything in reverse order of starting: work first, the servers it needs last."""
        note = self.home.note_read("supervisor")
        if note is not None:
            self.home.note_write("supervisor", {**note, "stopping": True})
        if any(part.child for part in self.parts):
            self.say("正在停止……（再按一次 Ctrl-C 立即结束）")
        asked = self.signals
        for part in reversed(self.parts):
            if part.child is not None:
                part.child.stop(hurried=lambda: self.signals > max(asked, 1))
                part.child = None
        for who in children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(who.pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(who.pid, 0)
        if self.parts:
            self.say("已全部停止，数据保存在 " + str(self.home.path))

    def _reap_orphans(self) -> None:
        """Wait for grandchildren that came to us dead; our own children are left to their ``Child``."""
        ours = {part.child.popen.pid for part in self.parts if part.child is not None}
        while True:
            try:
                dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if dead is None or dead.si_pid in ours:
                return
            os.waitpid(dead.si_pid, 0)

    def _sleep(self, seconds: float) -> None:
        """Sleep until a signal (a child's death is one) or for ``seconds``."""
        assert self.wake is not None
        if select.select([self.wake], [], [], seconds)[0]:
            with contextlib.suppress(BlockingIOError):
                os.read(self.wake, 4096)

    @contextlib.contextmanager
    def _signals_caught(self) -> Iterator[None]:
        def stop(number: int, frame: FrameType | None) -> None:
            # make and a terminal may both pass on the same Ctrl-C: that is one
            if self.signals == 0 or time.monotonic() - self.asked_at > ONE_WISH:
                self.signals += 1
                self.asked_at = time.monotonic()

        def nothing(number: int, frame: FrameType | None) -> None:
            """A child died: the wake-up pipe says so."""

        self.wake, write = os.pipe()
        os.set_blocking(self.wake, False)
        os.set_blocking(write, False)
        before = {
            number: signal.signal(number, handler)
            for number, handler in (
                (signal.SIGINT, stop),
                (signal.SIGTERM, stop),
                (signal.SIGHUP, stop),
                (signal.SIGCHLD, nothing),
            )
        }
        old = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(old)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(self.wake)
            os.close(write)


@contextlib.contextmanager
def sole_supervisor(home: Home, port: int, say: Say) -> Iterator[None]:
    """Be the one supervisor of ``home`` for the block; one that is just stopping is waited for.

    Raises LocalProblem if another one runs there, naming it.
    """
    home.prepare()
    with contextlib.ExitStack() as stack:
        told = False
        while not stack.enter_context(home.lock("up")):
            note = home.note_read("supervisor") or {}
            if note.get("stopping"):
                if not told:
                    say("上一次运行正在停止，等待它结束……")
                told = True
                time.sleep(0.2)
                continue
            who = f"（进程 {note['pid']}，端口 {note['port']}）" if "pid" in note and "port" in note else ""
            raise LocalProblem(
                f"{home.path} 已有一个落实在运行{who}。"
                "要再开一个，请另设 LUOSHI_HOME 与 PORT，例如：LUOSHI_HOME=.luoshi2 PORT=8001 make demo"
            )
        me = identity(os.getpid())
        assert me is not None
        home.note_write("supervisor", {"pid": me.pid, "began": me.began, "port": port})
        try:
            yield
        finally:
            home.note_forget("supervisor")


def supervisor_of(home: Home) -> Identity | None:
    """Return the running supervisor of ``home``, None if there is none."""
    note = home.note_read("supervisor")
    if note is None:
        return None
    who = Identity(int(note["pid"]), str(note["began"]))
    return who if alive(who) else None


def tell(line: str) -> None:
    """Write a line of progress at once, whoever listens."""
    if line:
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
