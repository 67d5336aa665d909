"""Making a county from the script."""

from django.db import connection


def test_county_is_bound_and_complete(county):
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        assert cursor.fetchone() == ("c430422",)
        cursor.execute("SELECT count(*) FROM accounts_user")
        assert cursor.fetchone() == (0,)
