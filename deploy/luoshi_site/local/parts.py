"""The product's own processes: web server, worker, beat, and the steps that go before them."""

import http.client
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from luoshi_site.local.environment import child_environment, python, web_host, web_port
from luoshi_site.local.home import Home
from luoshi_site.local.programs import Program

CELERY = ("-m", "celery", "-A", "luoshi_site")


@dataclass
class LogSays:
    """Readiness read from a log: ``marker`` was written since ``mark`` was called."""

    log: Path
    marker: bytes
    offset: int = 0

    def mark(self) -> None:
        """What is in the log by now belongs to an earlier start."""
        self.offset = self.log.stat().st_size if self.log.exists() else 0

    def __call__(self) -> bool:
        if not self.log.exists() or self.log.stat().st_size < self.offset:
            return False
        with self.log.open("rb") as file:
            file.seek(self.offset)
            return self.marker in file.read()


def http_answers(host: str, port: int) -> bool:
    """Tell whether a web server answers on ``port``, whatever it says about an unknown host."""
    connection = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=5)  # noqa: S104
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def step(
    home: Home, local: Mapping[str, str], *, name: str, title: str, arguments: tuple[str, ...]
) -> Program:
    """A ``luoshi`` command run to its end before the product starts, its progress on the terminal."""
    return Program(
        name=name,
        title=title,
        argv=(python(), "-m", "luoshi_site.cli", *arguments),
        env=child_environment(local),
        directory=Path.cwd(),
        stops=((signal.SIGTERM, 15.0),),
        to_terminal=True,
    )


def web(home: Home, local: Mapping[str, str]) -> Program:
    """The web server: two workers of four threads."""
    host, port = web_host(), web_port()
    return Program(
        name="web",
        title="网站",
        argv=(
            *(python(), "-m", "gunicorn", "luoshi_site.wsgi:application"),
            *("--bind", f"{host}:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "4"),
            *("--graceful-timeout", "10", "--timeout", "60", "--no-control-socket", "--preload"),
        ),
        env=child_environment(local),
        directory=Path.cwd(),
        ready=lambda: http_answers(host, port),
        stops=((signal.SIGTERM, 15.0),),
    )


def worker(home: Home, local: Mapping[str, str]) -> Program:
    """The Celery worker: two processes. A stop lets running tasks end; what is cut off is delivered again."""
    ready = LogSays(home.logs / "worker.log", b" ready.")
    return Program(
        name="worker",
        title="后台任务",
        argv=(python(), *CELERY, "worker", "-P", "prefork", "-c", "2", "-l", "INFO", "-n", "local@%h"),
        env=child_environment(local),
        directory=Path.cwd(),
        ready=ready,
        prepare=ready.mark,
        stops=((signal.SIGTERM, 20.0), (signal.SIGQUIT, 5.0)),
    )


def beat(home: Home, local: Mapping[str, str]) -> Program:
    """The clock that starts periodic tasks; its schedule is kept in the home."""
    ready = LogSays(home.logs / "beat.log", b"beat: Starting")
    schedule = str(home.beat / "schedule")
    return Program(
        name="beat",
        title="定时任务",
        argv=(python(), *CELERY, "beat", "-l", "INFO", "-s", schedule, "--pidfile="),
        env=child_environment(local),
        directory=Path.cwd(),
        ready=ready,
        prepare=ready.mark,
        stops=((signal.SIGTERM, 10.0),),
    )
