"""Homes to start installations in; nothing of them outlives its test."""

import contextlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from local_start import Installation

from luoshi_site.local.home import Home


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A temporary directory that other users may pass through, as PostgreSQL needs when we are root."""
    path = Path(tempfile.mkdtemp(prefix="luoshi-local-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def install(open_directory: Path) -> Iterator[Callable[[str], Installation]]:
    """Makes installations; whatever still runs of them at the end of the test is killed."""
    made: list[Installation] = []

    def make(name: str) -> Installation:
        installation = Installation(Home(open_directory / name))
        installation.home.prepare()
        made.append(installation)
        return installation

    yield make
    for installation in made:
        for process in installation.started:
            if process.poll() is None:
                process.kill()
            process.wait()
        while left := installation.processes():
            for who in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(who.pid, signal.SIGKILL)
            time.sleep(0.05)
