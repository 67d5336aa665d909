"""The product's own servers and processes, to be killed. Nothing of them outlives its test."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from failing import Processes, Town, town_make

from luoshi_tenants.models import County


@pytest.fixture
def directory() -> Iterator[Path]:
    """A temporary directory that other users may pass through, as PostgreSQL needs when we are root."""
    path = Path(tempfile.mkdtemp(prefix="luoshi-failure-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def town(transactional_county: County) -> Town:
    """People, a session and units of a county that is really committed."""
    return town_make(transactional_county)


@pytest.fixture
def processes(directory: Path) -> Iterator[Processes]:
    """Web servers and workers on the database of the test, with a Valkey that starts when asked for."""
    with contextlib.ExitStack() as stack:
        started = Processes(directory, stack)
        yield started
        started.end()
