"""Runs the ``luoshi`` command inside the test's own transaction."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from luoshi_site import cli
from luoshi_site.cli import base


@dataclass(frozen=True)
class Ran:
    """What came of one command."""

    code: int
    out: str
    err: str


@pytest.fixture
def luoshi(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """The command line on the test's database."""

    @contextlib.contextmanager
    def as_it_is() -> Iterator[None]:
        yield

    monkeypatch.setattr(base, "database", as_it_is)

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        code = cli.run(list(arguments))
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return run
