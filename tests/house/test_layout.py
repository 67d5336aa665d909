"""The repository keeps the rules of the house, and each check goes red on a bad sample."""

import functools
import importlib.metadata
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from . import checks
from .checks import Breach, Check
from .tree import PACKAGES, TOP, Source, sources

# (path, what) of a breach that is meant, with the reason. One that nothing needs any more is refused below.
CACHE = "process-wide cache: it forgets which county asked"
EXEMPT: dict[tuple[str, str], str] = {
    ("package-lock.json", "outside host github.com"): "the package's own funding note, asked by nobody",
    (
        "package-lock.json",
        "outside host opencollective.com",
    ): "the package's own funding note, asked by nobody",
    (
        "deploy/luoshi_site/local/postgres.py",
        CACHE,
    ): "the server's binaries, found once; no county is known there",
    (
        "deploy/luoshi_site/local/privileges.py",
        CACHE,
    ): "what the process may hand on, the same for its life; no county is known there",
    ("deploy/luoshi_site/local/processes.py", CACHE): "the machine's boot id; no county is known there",
    (
        "conftest.py",
        "a module outside the packages",
    ): "stands above tests/ and plugins/, whose tests it serves",
    ("requirements/install.py", "a module outside the packages"): "runs before anything of ours is installed",
    ("requirements/assets.py", "a module outside the packages"): "runs before anything of ours is installed",
    (
        "platform/luoshi/statistics/evaluations.py",
        CACHE,
    ): "definitions kept by axis and its words, of which they are made",
    (
        "platform/luoshi/suggestions/selectors/cases.py",
        CACHE,
    ): "statements kept by a person's roles and how many deputies and units he speaks for, never by which",
    ("tenants/luoshi_tenants/contenttypes.py", CACHE): "the guard itself: content types kept apart by schema",
}


def breaches(check: Check, files: Iterable[Source]) -> list[Breach]:
    return [breach for source in files for breach in check(source)]


@functools.cache
def repository() -> tuple[Source, ...]:
    """The repository as it stands, read once for all checks."""
    return tuple(sources())


@functools.cache
def found_by(check: Check) -> tuple[Breach, ...]:
    """What ``check`` finds in the repository."""
    return tuple(breaches(check, repository()))


@pytest.mark.parametrize("check", checks.ALL, ids=lambda check: check.__name__)
def test_the_repository_keeps(check: Check) -> None:
    meant = EXEMPT.keys()
    found = [one for one in found_by(check) if (one.path, one.what) not in meant]
    assert not found, "\n" + "\n".join(str(breach) for breach in found)


def test_the_checks_see_the_whole_house() -> None:
    seen = {source.path for source in repository()}
    for package in PACKAGES:
        assert f"{package}/__init__.py" in seen
    assert {"pyproject.toml", "LICENSE", "requirements/run.txt", "tests/house/test_layout.py"} - seen == set()
    assert not [path for path in seen if path.startswith((".venv/", ".git/", ".luoshi"))]


def test_every_exemption_is_still_needed_and_has_a_reason() -> None:
    found = {(one.path, one.what) for check in checks.ALL for one in found_by(check)}
    assert EXEMPT.keys() - found == set()
    assert all(len(reason) > 20 for reason in EXEMPT.values())


PIN = "celery==5.7.0 \\\n    --hash=sha256:" + "a" * 64 + "\n"
PRODUCT = "platform/luoshi/suggestions/services.py"


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (checks.no_package_where_none_belongs, "platform/__init__.py", ""),
        (checks.no_package_where_none_belongs, "tests/house/__init__.py", ""),
        (checks.no_package_where_none_belongs, "plugins/three/tests/__init__.py", ""),
        (checks.modules_stand_in_their_packages, "setup.py", ""),
        (checks.modules_stand_in_their_packages, "platform/helpers.py", ""),
        (checks.modules_stand_in_their_packages, "deploy/tool.py", ""),
        (checks.modules_stand_in_their_packages, "plugins/three/three/models.py", ""),
        (checks.files_stay_short, PRODUCT, "x = 1\n" * (checks.LINES + 1)),
        (checks.tenancy_hazards, PRODUCT, "async def view(request): ..."),
        (checks.tenancy_hazards, PRODUCT, "import asyncio"),
        (checks.tenancy_hazards, PRODUCT, "from asgiref.sync import sync_to_async"),
        (checks.tenancy_hazards, PRODUCT, "import threading as t\nt.Thread(target=int).start()"),
        (checks.tenancy_hazards, PRODUCT, "from threading import Timer"),
        (
            checks.tenancy_hazards,
            PRODUCT,
            "import concurrent.futures\nconcurrent.futures.ThreadPoolExecutor()",
        ),
        (checks.tenancy_hazards, PRODUCT, "import functools\n@functools.lru_cache\ndef f(): ..."),
        (checks.tenancy_hazards, PRODUCT, "from functools import cache as remembered"),
        (checks.tenancy_hazards, PRODUCT, "_units_cache = {}"),
        (checks.tenancy_hazards, PRODUCT, "UNIT_CACHE: dict[str, int] = dict()"),
        (checks.tenancy_hazards, PRODUCT, "def f():\n    print('here')"),
        (checks.tenancy_hazards, "plugins/three/luoshi_three/services.py", "map(print, [])"),
        (checks.no_outside_host, "docs/a.md", "see pypi" + ".org/project/x"),
        (checks.no_outside_host, "requirements/a.toml", "index = 'mirrors.aliyun" + ".com/simple'"),
        (checks.no_outside_host, "platform/x.html", '<script src="https:' + '//cdn.somewhere.net/a.js">'),
        (checks.no_outside_host, "platform/x.html", '<link href="' + '//fonts.somewhere.net/a.css">'),
        (checks.no_outside_host, "platform/x.css", "@import url(" + "//fonts.somewhere.net/a.css);"),
        (checks.no_outside_host, PRODUCT, "URL = 'wss:" + "//user@push.somewhere.net/'"),
        (checks.links_lead_somewhere, "docs/adr/0001-x.md", "see [that](9999-not-there.md)"),
        (checks.locks_pin_by_hash, "requirements/run.txt", "celery==5.7.0\n"),
        (checks.locks_pin_by_hash, "requirements/run.txt", PIN + "celery==5.7.0 \\\n"),
        (checks.locks_pin_by_hash, "requirements/run.txt", "celery==5.7.0 \\\n" + PIN),
        (checks.locks_pin_by_hash, "requirements/run.txt", PIN.replace("==5.7.0", ">=5")),
        (checks.locks_pin_by_hash, "requirements/run.txt", "--index-url somewhere\n" + PIN),
        (checks.locks_pin_by_hash, "requirements/run.txt", PIN + "luoshi @ file:///home/luoshi\n"),
        (checks.locks_pin_by_hash, "requirements/run.txt", PIN.replace("celery", "ninja")),
        (checks.npm_locks_hold_no_address, "package-lock.json", '{"resolved": "x"}'),
        (checks.methods_import_the_platform_only, "plugins/a/luoshi_a/x.py", "import luoshi_b.models"),
        (checks.methods_import_the_platform_only, "plugins/a/luoshi_a/x.py", "from luoshi_tenants import x"),
        (
            checks.methods_import_the_platform_only,
            "plugins/a/luoshi_a/x.py",
            "def f():\n    from luoshi_cms.models import HomePage",
        ),
    ],
)
def test_a_bad_file_is_found(check: Check, path: str, text: str) -> None:
    assert len({breach.what for breach in check(Source(path, text))}) == 1


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (checks.no_package_where_none_belongs, "platform/luoshi/__init__.py", ""),
        (checks.modules_stand_in_their_packages, "plugins/three/luoshi_three/models.py", ""),
        (checks.modules_stand_in_their_packages, "plugins/three/tests/test_x.py", ""),
        (checks.modules_stand_in_their_packages, "deploy/luoshi_site/wsgi.py", ""),
        (checks.files_stay_short, PRODUCT, "x = 1\n" * checks.LINES),
        (checks.files_stay_short, "platform/luoshi/audit/migrations/0001_initial.py", "x = 1\n" * 700),
        (checks.tenancy_hazards, PRODUCT, "import threading\nlock = threading.Lock()\nself.print(1)"),
        (checks.tenancy_hazards, PRODUCT, "from django.core.cache import cache\ncache.get('x')"),
        (checks.tenancy_hazards, PRODUCT, "from functools import cached_property, partial"),
        (checks.tenancy_hazards, "tests/tenants/test_threads.py", "from threading import Thread"),
        (
            checks.no_outside_host,
            "README.md",
            "http://hengnan.localhost:8000/office/ and http://127.0.0.1:8000",
        ),
        (checks.no_outside_host, "README.md", "write to someone@example.com or http://luoshi.example/"),
        (checks.no_outside_host, "a.svg", '<svg xmlns="http://www.w3.org/2000/svg">'),
        (checks.no_outside_host, PRODUCT, 'f"http://{host}:{port}/"  # a comment'),
        (checks.links_lead_somewhere, "docs/adr/0001-x.md", "[it](../../README.md#a-map), [me](#here)"),
        (checks.locks_pin_by_hash, "requirements/run.txt", "# by a tool\n" + PIN + PIN),
        (
            checks.locks_pin_by_hash,
            "requirements/run.txt",
            PIN.replace(" \\", " ; python_version < '3.12' \\", 1),
        ),
        (
            checks.methods_import_the_platform_only,
            "plugins/a/luoshi_a/x.py",
            "import luoshi.methods, luoshi_a.x",
        ),
    ],
)
def test_a_good_file_is_let_through(check: Check, path: str, text: str) -> None:
    assert list(check(Source(path, text))) == []


def test_platform_is_the_standard_library_s() -> None:
    assert platform_seen_from(TOP).parent == Path(sys.base_prefix, "lib", PYTHON).resolve()


def test_a_package_in_platform_would_shadow_it(tmp_path: Path) -> None:
    (tmp_path / "platform").mkdir()
    assert not platform_seen_from(tmp_path).is_relative_to(tmp_path)
    (tmp_path / "platform" / "__init__.py").touch()
    assert platform_seen_from(tmp_path).is_relative_to(tmp_path)


PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"


def platform_seen_from(folder: Path) -> Path:
    """Where ``import platform`` leads a Python that was started in ``folder``."""
    asked = subprocess.run(
        [sys.executable, "-c", "import platform; print(platform.__file__)"],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return Path(asked.stdout.strip()).resolve()


def test_the_module_ninja_is_wagtail_s() -> None:
    from ninja import NinjaAPI

    assert NinjaAPI.__module__.startswith("ninja.")
    assert not any(found.metadata["Name"].lower() == "ninja" for found in importlib.metadata.distributions())


def test_uv_lock_is_ignored_and_not_committed() -> None:
    assert "uv.lock" in (TOP / ".gitignore").read_text().split()
    git = shutil.which("git")
    if git and (TOP / ".git").exists():
        listed = subprocess.run(
            [git, "ls-files", "uv.lock"], cwd=TOP, capture_output=True, text=True, check=True
        )
        assert listed.stdout == ""


def test_the_licence_is_the_official_text() -> None:
    import hashlib

    assert hashlib.sha256((TOP / "LICENSE").read_bytes()).hexdigest() == (
        "0d96a4ff68ad6d4b6f1f30f713b18d5184912ba8dd389f86aa7710db079abcb0"
    )


def test_only_the_demonstration_sets_the_clock() -> None:
    callers = {source.path for source in repository() if "moment_set(" in source.text}
    product = {path for path in callers if path.startswith(tuple(f"{package}/" for package in PACKAGES))}
    assert product == {"platform/luoshi/moment.py", "deploy/luoshi_site/demo/cast.py"}
