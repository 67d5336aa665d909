"""The fingerprint of everything that decides what a new county's schema looks like."""

import hashlib
import inspect
from collections.abc import Iterable
from pathlib import Path

import django
import wagtail
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import import_string

from luoshi_tenants.db import connection

# Raise this when the way a script is made from the template changes.
SCRIPT_FORMAT = 1


def migration_leaves() -> tuple[tuple[str, str], ...]:
    """The last migration of every installed app, methods included, sorted."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return tuple(sorted(loader.graph.leaf_nodes()))


def server_major() -> int:
    """Major version of the PostgreSQL server behind the connection."""
    return int(connection.pg_version) // 10000


def deployment_digest() -> str:
    """SHA-256 (64 hex digits) over migrations, seeds, library versions and the server's major version.

    The leaves alone would do for a release. The migrations' and the seeds' sources are counted too, because a
    third-party method, or somebody at work on a migration, may change one without changing its name.
    """
    loader = MigrationLoader(None, ignore_no_migrations=True)
    seen = hashlib.sha256()
    seen.update(f"{SCRIPT_FORMAT}|{server_major()}|{django.VERSION}|{wagtail.VERSION}".encode())
    for app, name in sorted(loader.graph.leaf_nodes()):
        seen.update(f"|{app}.{name}".encode())
    modules = {inspect.getsourcefile(type(migration)) for migration in loader.disk_migrations.values()}
    for path in sorted(_files(modules)):
        seen.update(path.read_bytes())
    for path in sorted(_seed_files()):
        seen.update(path.read_bytes())
    return seen.hexdigest()


def _files(names: Iterable[str | None]) -> list[Path]:
    return [Path(name) for name in names if name]


def _seed_files() -> set[Path]:
    """Every Python file of the packages the seeds stand in."""
    found: set[Path] = set()
    for dotted in settings.LUOSHI_SEEDS:
        source = inspect.getsourcefile(import_string(dotted))
        if source:
            found.update(Path(source).parent.glob("*.py"))
    return found
