"""An installation with the real servers, and small programs in place of web, worker and beat.

Run as a script it is ``luoshi up`` of that installation. STUB_STEP: code of the one step before the start.
"""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from luoshi.errors import Refusal
from luoshi_site.local.environment import child_environment, python, web_port
from luoshi_site.local.home import Home
from luoshi_site.local.parts import http_answers
from luoshi_site.local.programs import Program
from luoshi_site.local.supervisor import tell
from luoshi_site.local.up import up

WORKER = """
import os, signal, sys, time
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True: time.sleep(60)
if os.environ.get("STUB_DEAF"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True: time.sleep(60)
"""


def steps(home: Home, local: Mapping[str, str]) -> Sequence[Program]:
    code = os.environ.get("STUB_STEP")
    argv = (python(), "-c", code or "pass")
    return [Program(name="step", title="准备", argv=argv, env=child_environment(local))]


def programs(home: Home, local: Mapping[str, str]) -> Sequence[Program]:
    environment, port = child_environment(local), web_port()

    def answers() -> bool:
        return http_answers("127.0.0.1", port)

    web = (python(), "-m", "http.server", str(port), "--bind", "127.0.0.1")
    worker = (python(), "-c", WORKER)
    empty = home.beat  # a directory without anything to serve
    return [
        Program(name="web", title="网站", argv=web, env=environment, directory=empty, ready=answers),
        Program(
            name="worker", title="后台任务", argv=worker, env=environment, stops=((signal.SIGTERM, 5.0),)
        ),
    ]


def main() -> int:
    home = Home(Path(os.environ["LUOSHI_HOME"]))
    try:
        return up(home, tell, steps=steps, programs=programs, farewell=lambda: "READY")
    except Refusal as refusal:
        tell(refusal.message)
        return 1


if __name__ == "__main__":
    sys.exit(main())
