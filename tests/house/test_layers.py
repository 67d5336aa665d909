"""``lint-imports`` holds the way imports run, and goes red when somebody breaks it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .tree import PACKAGES, TOP

LINT = Path(sys.executable).with_name("lint-imports")


def lint_imports(top: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LINT), "--no-cache", "--no-logo"],
        cwd=top,
        env={
            "PATH": "",
            "COLUMNS": "200",
            "PYTHONPATH": ":".join(str((top / one).parent) for one in PACKAGES),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_run_one_way() -> None:
    run = lint_imports(TOP)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The four packages and the contracts, to be spoilt."""
    for package in PACKAGES:
        shutil.copytree(
            TOP / package,
            tmp_path / package,
            ignore=shutil.ignore_patterns("__pycache__", "static", "node_modules"),
        )
    shutil.copy(TOP / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (
            "platform/luoshi/calendar/spoilt.py",
            "import luoshi.suggestions",
            "calendar is not allowed to import",
        ),
        ("platform/luoshi/api/spoilt.py", "import luoshi.workbench", "api is not allowed to import"),
        ("platform/luoshi/annex/__init__.py", "", "not listed as layers"),
        ("platform/luoshi/spoilt.py", "", "not listed as layers"),
        ("platform/luoshi/suggestions/spoilt.py", "import luoshi_tenants", "luoshi is not allowed to import"),
        ("platform/luoshi/accounts/spoilt.py", "import wagtail.models", "luoshi.accounts.spoilt -> wagtail"),
        ("tenants/luoshi_tenants/spoilt.py", "import luoshi_cms", "luoshi_tenants is not allowed to import"),
        (
            "cms/luoshi_cms/spoilt.py",
            "def f():\n    import luoshi_site",
            "luoshi_cms is not allowed to import",
        ),
    ],
)
def test_a_wrong_import_is_refused(copy: Path, path: str, text: str, said: str) -> None:
    spoilt = copy / path
    spoilt.parent.mkdir(exist_ok=True)
    spoilt.write_text(text)
    run = lint_imports(copy)
    assert run.returncode == 1
    assert said in run.stdout
