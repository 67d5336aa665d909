"""Bringing counties up to the code."""

import pytest
from django.db import connection

from luoshi_tenants.context import public_context
from luoshi_tenants.models import CountyMigration
from luoshi_tenants.provisioning import upgrade

pytestmark = pytest.mark.pg15


def forget_roles(county):
    """As if the county stood before the last migration of Wagtail's redirects."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT name FROM {county.schema_name}.django_migrations WHERE app = 'wagtailredirects'"
            " ORDER BY id DESC LIMIT 1"
        )
        (name,) = cursor.fetchone()
        cursor.execute(f"DELETE FROM {county.schema_name}.django_migrations WHERE name = %s", [name])


def test_fresh_counties_are_not_behind(two_counties):
    assert upgrade.counties_behind() == []


def test_one_statement_finds_those_behind(two_counties, django_assert_num_queries):
    forget_roles(two_counties[1])
    # search_path, counties, comparison, search_path.
    with django_assert_num_queries(3):
        behind = upgrade.counties_behind()
    assert [county.code for county in behind] == ["431322"]


def test_unknown_migrations_do_not_count(two_counties):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('gone', '0001_initial', now())"
        )
    assert upgrade.counties_behind() == []


def test_failure_stops_no_other_county_and_a_second_run_goes_on(two_counties, monkeypatch):
    first, second = two_counties
    asked = []

    def migrate(schema):
        asked.append(schema)
        if schema == first.schema_name and asked.count(schema) == 1:
            raise LookupError("broken")

    monkeypatch.setattr(upgrade, "schema_migrate", migrate)
    forget_roles(first)
    forget_roles(second)
    done = upgrade.counties_migrate()
    assert {code: (row.status, row.error) for code, row in done.items()} == {
        "430422": ("failed", "LookupError: broken"),
        "431322": ("done", ""),
    }
    done = upgrade.counties_migrate([first])
    assert done["430422"].status == "done"
    with public_context():
        assert CountyMigration.objects.count() == 2


def test_a_county_behind_is_really_migrated(transactional_county):
    """The county loses a table and its migrations; afterwards both are back."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE wagtailredirects_redirect")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'wagtailredirects'")
    assert [county.code for county in upgrade.counties_behind()] == ["430998"]
    done = upgrade.counties_migrate()
    assert {code: row.status for code, row in done.items()} == {"430998": "done"}
    assert upgrade.counties_behind() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM wagtailredirects_redirect")
        assert cursor.fetchone() == (0,)
