"""Fixtures for all tests: a real PostgreSQL and provisioned counties.

``county``                  430422 衡南县, bound; the database is rolled back after the test
``two_counties``            (430422, 431322 新化县), the first one bound; rolled back
``transactional_county``    a county of its own (430998 试点县), bound; really committed; dropped afterwards
``at``                      a Django test client for one host: ``at("hengnan.localhost").get("/")``

A test that needs no database asks for none of them. Threads and processes of a test see only what is
committed: they need ``transactional_county``.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoDbBlocker

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
    _home.cleanup()


SHARED = {"filled", "ground", "shared", "site"}
"""Fixtures that a file's tests share because they are dear."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse what would truncate the shared tables of the session and so break every later test.

    Tests that share something dear go to one process, where several run (``--dist loadgroup``).
    """
    for item in items:
        if SHARED & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
        marker = item.get_closest_marker("django_db")
        if (marker and (marker.kwargs.get("transaction") or marker.args)) or {
            "transactional_db",
            "live_server",
        } & set(getattr(item, "fixturenames", ())):
            raise pytest.UsageError(
                f"{item.nodeid}: use the fixture transactional_county instead of transaction=True"
            )


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """An external server by DATABASE_URL, else a throwaway cluster of this process."""
    given = os.environ.get("DATABASE_URL", "")
    if given:
        yield given
        return
    from luoshi_site.local.postgres import embedded_postgres

    with tempfile.TemporaryDirectory(prefix="luoshi-test-pg-") as name:
        directory = Path(name)
        directory.chmod(0o711)  # started by root, PostgreSQL runs as another user
        with embedded_postgres(directory, durable=False) as url:
            yield url


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: "DjangoDbBlocker", database_url: str
) -> Iterator[None]:
    """Replaces pytest-django's own: public is migrated, two counties are provisioned once per process."""
    import environ
    from django.db import connection, connections

    parts = environ.Env.db_url_config(database_url)
    name = parts["NAME"]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    external = bool(os.environ.get("DATABASE_URL"))
    for key in ("HOST", "PORT", "USER", "PASSWORD"):
        connections["default"].settings_dict[key] = parts.get(key) or ""
    test_name = f"test_{name}{'_' + worker if worker else ''}" if external else name
    with django_db_blocker.unblock():
        if external:
            _database_recreate(parts, test_name)
        connections["default"].settings_dict["NAME"] = test_name
        connection.close()
        _provision()
        yield
        connections.close_all()
        if external:
            _database_drop(parts, test_name)


def _provision() -> None:
    from luoshi_tenants.provisioning.script import script_ensure
    from luoshi_tenants.provisioning.services import city_ensure, county_create, province_ensure
    from luoshi_tenants.provisioning.template import public_migrate

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


def _database_recreate(parts: dict[str, object], name: str) -> None:
    _database_drop(parts, name)
    with _server(parts) as server:
        server.execute(f'CREATE DATABASE "{name}"')


def _database_drop(parts: dict[str, object], name: str) -> None:
    with _server(parts) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _server(parts: dict[str, object]):  # type: ignore[no-untyped-def]
    import psycopg

    return psycopg.connect(
        host=parts.get("HOST") or None,
        port=parts.get("PORT") or None,
        user=parts.get("USER") or None,
        password=parts.get("PASSWORD") or None,
        dbname="postgres",
        autocommit=True,
    )


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
