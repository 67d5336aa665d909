"""The fingerprint of everything that decides what a new county's schema looks like."""

import hashlib
import inspect
from importlib.metadata import distributions
from pathlib import Path

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
    """SHA-256 (64 hex digits) of what the code, its libraries and the server's major version would make."""
    return hashlib.sha256(f"{_code_digest()}|{server_major()}".encode()).hexdigest()


# Of the code alone, which no county changes.
_code_seen: str | None = None


def _code_digest() -> str:
    """The fingerprint of the code, taken once: the code does not change while a process runs."""
    global _code_seen
    if _code_seen is None:
        _code_seen = _code_read()
    return _code_seen


def _code_read() -> str:
    """Fingerprint of migrations, seeds and libraries.

    The migrations' names alone would do for a release. Their and the seeds' sources are counted too,
    because a third-party method, or somebody at work on a migration, may change one without changing its
    name; and the versions of all libraries, because migrations and seeds (the calendar's) draw on them.
    """
    seen = hashlib.sha256(str(SCRIPT_FORMAT).encode())
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for app, name in sorted(loader.graph.leaf_nodes()):
        seen.update(f"|{app}.{name}".encode())
    sources = {inspect.getsourcefile(type(migration)) for migration in loader.disk_migrations.values()}
    for path in sorted({Path(source) for source in sources if source} | _seed_files()):
        seen.update(path.read_bytes())
    for line in sorted({f"|{dist.name}=={dist.version}" for dist in distributions()}):
        seen.update(line.encode())
    return seen.hexdigest()


def _seed_files() -> set[Path]:
    """Every Python file of the packages the seeds stand in."""
    found: set[Path] = set()
    for dotted in settings.LUOSHI_SEEDS:
        source = inspect.getsourcefile(import_string(dotted))
        if source:
            found.update(Path(source).parent.glob("*.py"))
    return found
