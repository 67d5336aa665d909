"""The tools of ``make lint``, set as this repository sets them, refuse what they are there to refuse."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .tree import TOP

CHECK = ("check", "--output-format", "concise")
FORMAT = ("format", "--check", "--output-format", "concise")


def run(tool: str, *arguments: str, cwd: Path = TOP) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name(tool)), *arguments],
        cwd=cwd,
        env={**os.environ, "LUOSHI_SECRET_KEY": "types-only-" + "x" * 50, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("tool", "arguments", "text", "said"),
    [
        ("ruff", CHECK, "def f():\n    print('x')\n", "T201"),
        ("ruff", FORMAT, "x = [ 1 ]\n", "would be reformatted"),
        ("mypy", (), "def f(x):\n    return x\n", "no-untyped-def"),
    ],
    ids=["ruff-check", "ruff-format", "mypy"],
)
def test_a_bad_file_is_refused(
    tmp_path: Path, tool: str, arguments: tuple[str, ...], text: str, said: str
) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text(text)
    done = run(
        tool, *arguments, "--config" if tool == "ruff" else "--config-file", "pyproject.toml", str(bad)
    )
    assert done.returncode == 1
    assert said in done.stdout + done.stderr
