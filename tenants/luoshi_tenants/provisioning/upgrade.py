"""A deployment: find the counties that are behind the code, and bring only those up to it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.utils import timezone

from luoshi_tenants.context import public_context
from luoshi_tenants.db import connection
from luoshi_tenants.models import County, CountyMigration
from luoshi_tenants.provisioning.digest import deployment_digest, migration_leaves
from luoshi_tenants.provisioning.services import tables_verify
from luoshi_tenants.provisioning.template import public_migrate, schema_migrate


def counties_behind() -> list[County]:
    """Counties that lack at least one of the code's last migrations; one SQL statement over all of them.

    Migrations that a county has and the code does not know (of a method that was taken out) do not matter.
    """
    with public_context():
        counties = list(County.objects.order_by("code"))
        if not counties:
            return []
        leaves = migration_leaves()
        leaf_rows = ", ".join(["(%s, %s)"] * len(leaves))
        parts = [
            f"SELECT %s, count(*) FROM {connection.ops.quote_name(county.schema_name)}.django_migrations"  # noqa: S608
            " WHERE (app, name) IN (SELECT app, name FROM leaves)"
            for county in counties
        ]
        sql = f"WITH leaves (app, name) AS (VALUES {leaf_rows}) {' UNION ALL '.join(parts)}"
        values = [word for leaf in leaves for word in leaf] + [county.schema_name for county in counties]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            applied = dict(cursor.fetchall())
    return [county for county in counties if applied[county.schema_name] < len(leaves)]


def counties_migrate(counties: Iterable[County] | None = None) -> dict[str, CountyMigration]:
    """Bring ``public`` and every county that is behind (or the ``counties`` given) up to the code.

    One county's failure is written into its status row and stops no other; a run that was interrupted is
    simply started again. A county that another run is working on is left to that run and missing from the
    answer. Returns the status rows by the counties' codes.
    """
    public_migrate()
    digest = deployment_digest()
    done: dict[str, CountyMigration] = {}
    for county in counties_behind() if counties is None else counties:
        with _one_at_a_time(county) as mine:
            if mine:
                done[county.code] = _migrate(county, digest)
    return done


def _migrate(county: County, digest: str) -> CountyMigration:
    with public_context():
        row, _ = CountyMigration.objects.update_or_create(
            county=county,
            defaults={
                "digest": digest,
                "status": CountyMigration.Status.RUNNING,
                "error": "",
                "started_at": timezone.now(),
                "finished_at": None,
            },
        )
        try:
            schema_migrate(county.schema_name)
            tables_verify(county.schema_name)
        except Exception as error:  # whatever a migration raises is this county's trouble only
            row.status = CountyMigration.Status.FAILED
            row.error = f"{type(error).__name__}: {error}"
        else:
            row.status = CountyMigration.Status.DONE
        row.finished_at = timezone.now()
        row.save()
    return row


@contextmanager
def _one_at_a_time(county: County) -> Iterator[bool]:
    """Whether this process may migrate ``county`` now. A lock of the session, so it ends with the process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('luoshi migrate'), %s)", [int(county.code)])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_advisory_unlock(hashtext('luoshi migrate'), %s)", [int(county.code)]
                )
