"""Fixtures for all tests: a real PostgreSQL and provisioned counties.

``county``                  430422 衡南县, bound; the database is rolled back after the test
``two_counties``            (430422, 431322 新化县), the first one bound; rolled back
``transactional_county``    a county of its own (430998 试点县), bound; really committed; dropped afterwards
``at``                      a Django test client for one host: ``at("hengnan.localhost").get("/")``

A test that needs no database asks for none of them. Threads and processes of a test see only what is
committed: they need ``transactional_county``.

Where several processes share the tests (``-n``), the one that hands them out starts the server for all. The
first process that needs a database provisions one; it and every other one work on copies of their own.
"""

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    import psycopg
    from django.test import Client
    from people import Cast
    from pytest_django import DjangoDbBlocker
    from xdist.workermanage import WorkerController

    from luoshi_tenants.models import County

# Nothing of a test may land in the data of a local start. pytest-django has read the settings before this
# file.
_home = tempfile.TemporaryDirectory(prefix="luoshi-test-home-")


def pytest_configure() -> None:
    """Point every directory of the product at a temporary one; keep county scripts between runs."""
    from django.conf import settings
    from django.contrib.auth.hashers import Argon2PasswordHasher

    # The real hash at the lowest cost: a tenth of a second each otherwise.
    Argon2PasswordHasher.time_cost = 1
    Argon2PasswordHasher.memory_cost = 64
    Argon2PasswordHasher.parallelism = 1
    home = Path(_home.name)
    settings.HOME, settings.MEDIA_ROOT, settings.STATIC_ROOT = home, str(home / "media"), str(home / "static")
    (home / "static").mkdir(exist_ok=True)
    user_cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    settings.LUOSHI_CACHE = Path(os.environ.get("LUOSHI_CACHE_DIR") or user_cache / "luoshi" / "tests")


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    _run.close()
    _home.cleanup()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse what would truncate the shared tables of the session and so break every later test."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if (marker and (marker.kwargs.get("transaction") or marker.args)) or {
            "transactional_db",
            "live_server",
        } & set(getattr(item, "fixturenames", ())):
            raise pytest.UsageError(
                f"{item.nodeid}: use the fixture transactional_county instead of transaction=True"
            )


_SERVER = pytest.StashKey[tuple[str, str]]()
_run = contextlib.ExitStack()
"""What the process that hands out the tests keeps until the last one is done."""


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: "WorkerController") -> None:
    """Start the server that the processes of a run share, before the first of them, and tell each of it."""
    if os.environ.get("DATABASE_URL"):
        return
    stash = node.config.stash
    if _SERVER not in stash:
        stash[_SERVER] = _run.enter_context(_throwaway())
    node.workerinput["server"] = stash[_SERVER]


@contextlib.contextmanager
def _throwaway() -> Iterator[tuple[str, str]]:
    """A cluster that is gone after the block: the URL of its database and its directory."""
    from luoshi_site.local.postgres import embedded_postgres

    with tempfile.TemporaryDirectory(prefix="luoshi-test-pg-") as name:
        directory = Path(name)
        directory.chmod(0o711)  # started by root, PostgreSQL runs as another user
        with embedded_postgres(directory, durable=False) as url:
            yield url, name


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: "DjangoDbBlocker"
) -> Iterator[None]:
    """Replaces pytest-django's own: a database of this process, public migrated, two counties provisioned.

    On an external server by DATABASE_URL, else on the server of the run, else on one of this process.
    """
    from django.db import connections
    from remains import remains, rows_committed

    worker: dict[str, Any] = getattr(request.config, "workerinput", {})
    given = os.environ.get("DATABASE_URL", "")
    with django_db_blocker.unblock(), contextlib.ExitStack() as stack:
        if given:
            name = "_".join(filter(None, ["test", _parts(given)["NAME"], worker.get("workerid")]))
            stack.callback(_database_drop, given, name)
            _database_recreate(given, name)
            _provision(given, name)
        elif worker:
            url, directory = worker["server"]
            _copy(url, Path(directory), worker["workerid"])
        else:
            url, _ = stack.enter_context(_throwaway())
            _provision(url, _parts(url)["NAME"])
        stack.callback(connections.close_all)
        before = rows_committed()
        yield
        left = remains(before, rows_committed())
        assert not left, "some test of this process has committed and not taken back: " + "; ".join(left)


def _parts(url: str) -> dict[str, Any]:
    import environ

    return dict(environ.Env.db_url_config(url))


def _connect(url: str, name: str) -> None:
    """Let Django work on the database ``name`` of the server at ``url``."""
    from django.db import connection

    connection.close()
    parts = {**_parts(url), "NAME": name}
    for key in ("HOST", "PORT", "USER", "PASSWORD", "NAME"):
        connection.settings_dict[key] = parts.get(key) or ""


def _copy(url: str, directory: Path, name: str) -> None:
    """Connect to a copy of the provisioned database of the run, which the first to come here makes."""
    from django.db import connection

    done = directory / "provisioned"
    with (directory / "provisioning").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _database_recreate(url, "provisioned")
            _provision(url, "provisioned")
            connection.close()  # nobody may be connected to what is copied
            done.touch()
    with _server(url) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE provisioned STRATEGY file_copy')
    _connect(url, name)


def _provision(url: str, name: str) -> None:
    """Migrate public and make two counties in the empty database ``name``."""
    from template_facts import script_ensure

    from luoshi_tenants.provisioning.services import city_ensure, county_create, province_ensure
    from luoshi_tenants.provisioning.template import public_migrate

    _connect(url, name)
    public_migrate()
    script_ensure()
    province_ensure(code="430000", name="湖南省", hosts=["hunan.localhost"])
    city_ensure(code="430400", name="衡阳市", province_code="430000")
    city_ensure(code="431300", name="娄底市", province_code="430000")
    county_create(
        code="430422", name="衡南县", province_code="430000", city_code="430400", hosts=["hengnan.localhost"]
    )
    county_create(
        code="431322", name="新化县", province_code="430000", city_code="431300", hosts=["xinhua.localhost"]
    )


def _database_recreate(url: str, name: str) -> None:
    _database_drop(url, name)
    with _server(url) as server:
        server.execute(f'CREATE DATABASE "{name}"')


def _database_drop(url: str, name: str) -> None:
    with _server(url) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _server(url: str) -> "psycopg.Connection":
    import psycopg

    return psycopg.connect(urlsplit(url)._replace(path="/postgres").geturl(), autocommit=True)


@pytest.fixture(autouse=True)
def _clean_process() -> Iterator[None]:
    """What a process remembers of the database must not outlive a rolled-back test."""
    yield
    from django.core.cache import caches

    from luoshi_tenants import contenttypes, hosts

    hosts.snapshot_forget()
    for cache in caches.all(initialized_only=True):
        cache.clear()
    contenttypes.caches_forget()


def _county(code: str) -> "County":
    from luoshi_tenants.models import County

    return County.objects.get(code=code)


@pytest.fixture
def two_counties(db: None) -> Iterator[tuple["County", "County"]]:
    """衡南县 and 新化县; the first is bound. Rolled back."""
    from luoshi_tenants.context import county_context

    first, second = _county("430422"), _county("431322")
    with county_context(first):
        yield first, second


@pytest.fixture
def county(two_counties: tuple["County", "County"]) -> "County":
    """衡南县, bound to the connection. Rolled back."""
    return two_counties[0]


@pytest.fixture
def transactional_county(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator["County"]:
    """A county of this test alone, bound, with real commits; its schema is dropped afterwards."""
    from django.db import connection

    from luoshi_tenants.context import county_context
    from luoshi_tenants.provisioning.services import county_create, county_drop

    with django_db_blocker.unblock():
        made = county_create(
            code="430998", name="试点县", province_code="430000", hosts=["shidian.localhost"]
        )
        try:
            with county_context(made):
                yield made
        finally:
            connection.close()
            county_drop(made)


@pytest.fixture
def at() -> Callable[[str], "Client"]:
    """Makes a client that speaks to one host."""
    from django.test import Client

    def client(host: str, **extra: object) -> Client:
        return Client(SERVER_NAME=host, **extra)  # type: ignore[arg-type]

    return client


@pytest.fixture(scope="module")
def laid_cast(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: "DjangoDbBlocker"
) -> Iterator["Cast"]:
    """Everybody whom 衡南县 knows, once for a file, with a case kept at each of its ``STAGES``; rolled back
    after it."""
    from laid import cast_laid

    with django_db_blocker.unblock(), cast_laid(getattr(request.module, "STAGES", ())) as cast:
        yield cast
