"""The template schema: what the migrations and the seeds make, without any county's own data and without
users.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate
from django.utils.module_loading import import_string
from django_tenants.postgresql_backend.base import FakeTenant

from luoshi_tenants import contenttypes
from luoshi_tenants.context import public_context
from luoshi_tenants.db import connection


def schema_migrate(schema: str) -> None:
    """Run every outstanding migration in ``schema`` (which exists), content types and permissions
    included.
    """
    before = connection.tenant
    contenttypes.schema_forget(schema)
    connection.set_tenant(FakeTenant(schema_name=schema))
    try:
        with connection.search_path_always_set():
            call_command(Migrate(), interactive=False, verbosity=0, skip_checks=True)
    finally:
        contenttypes.schema_forget(schema)
        connection.set_tenant(before)


def public_migrate() -> None:
    """Bring ``public`` up to the code: only the apps of SHARED_APPS, so no table of a county appears
    there.
    """
    with public_context(), connection.search_path_always_set():
        call_command(Migrate(), "luoshi_tenants", interactive=False, verbosity=0, skip_checks=True)


def seeds_run() -> None:
    """Call every function of ``settings.LUOSHI_SEEDS`` in the schema that is bound now."""
    for dotted in settings.LUOSHI_SEEDS:
        import_string(dotted)()


@contextmanager
def template_schema(digest: str) -> Iterator[str]:
    """A freshly migrated and seeded schema, dropped again afterwards."""
    # The name is never a part of any text in the dump, so that it can be cut out of it everywhere.
    schema = f"luoshi_template_{digest[:8]}_{secrets.token_hex(6)}"
    with public_context(), connection.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{schema}"')
    try:
        schema_migrate(schema)
        before = connection.tenant
        connection.set_tenant(FakeTenant(schema_name=schema))
        try:
            seeds_run()
        finally:
            connection.set_tenant(before)
        yield schema
    finally:
        contenttypes.schema_forget(schema)
        with public_context(), connection.cursor() as cursor:
            cursor.execute(f'DROP SCHEMA "{schema}" CASCADE')
