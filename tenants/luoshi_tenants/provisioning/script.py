"""From a dump of the template schema to one SQL script that fits any county."""

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from luoshi_tenants.db import connection
from luoshi_tenants.provisioning.digest import deployment_digest
from luoshi_tenants.provisioning.pgdump import schema_dump
from luoshi_tenants.provisioning.template import template_schema

_DROPPED = re.compile(r"(SET|CREATE\s+SCHEMA|COMMENT\s+ON|SELECT\s+pg_catalog\.set_config)\b", re.IGNORECASE)
# Outside of quotes: a comment, the start of something quoted, or the end of a statement.
_TOKEN = re.compile(r"--[^\n]*|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|;")


def statements(sql: str) -> Iterator[str]:
    """The statements of a dump without comments and psql's backslash lines; text in quotes stays as it is."""
    parts: list[str] = []
    at = 0
    for token in _TOKEN.finditer(sql):
        parts.append(_without_backslash_lines(sql[at : token.start()]))
        at = token.end()
        if token[0].startswith("--"):
            continue
        if token[0] != ";":
            parts.append(token[0])
            continue
        statement = "".join(parts).strip()
        parts = []
        if statement:
            yield statement
    rest = _without_backslash_lines("".join(parts) + sql[at:]).strip()
    if rest:
        raise ValueError(f"the dump ends inside a statement: {rest[:80]!r}")


def _without_backslash_lines(text: str) -> str:
    return re.sub(r"^\\[^\n]*$", "", text, flags=re.MULTILINE) if "\\" in text else text


def script_from_dump(dump: str, schema: str) -> str:
    """The dump of ``schema`` as a script for whatever schema the search_path names."""
    kept = [statement for statement in statements(dump) if not _DROPPED.match(statement)]
    return ";\n".join(kept).replace(f"{schema}.", "") + ";\n"


def script_path(digest: str) -> Path:
    """Where the script of this deployment is kept."""
    return Path(settings.LUOSHI_CACHE) / f"county-{digest[:32]}.sql"


def script_ensure() -> tuple[str, str]:
    """The script of this deployment and its digest; built first (some ten seconds) where it is not yet there.

    :raises RuntimeError: when it would have to be built inside a transaction, which pg_dump could not see.
    """
    digest = deployment_digest()
    path = script_path(digest)
    if path.exists():
        return path.read_text(encoding="utf-8"), digest
    if connection.in_atomic_block:
        raise RuntimeError(
            "the county script must be built outside of a transaction: call script_ensure() before"
        )
    with template_schema(digest) as schema:
        script = script_from_dump(schema_dump(schema), schema)
    _write(path, script)
    return script, digest


def _write(path: Path, text: str) -> None:
    """Whole or not at all, also when two processes build the same script at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)
