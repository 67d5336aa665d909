"""The ways in which one county's data could reach another, each with its guard. Every test says how it
would leak.
"""

import subprocess
import sys
import threading

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import ProgrammingError, connection, transaction
from files import picture_shown
from wagtail.models import Site

from luoshi.accounts.models import User
from luoshi.accounts.services import user_create
from luoshi.tenancy import NoCounty, tenant_current
from luoshi_tenants import checks
from luoshi_tenants.context import carry_county, county_context, public_context, run_in_county

pytestmark = pytest.mark.pg15


def search_path():
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        return cursor.fetchone()[0]


# --- search_path ----------------------------------------------------------------------------------------


def test_missing_table_is_an_error_and_not_publics(county):
    """Would leak: with ``c430422, public`` the name would be looked up in ``public`` when the county lacks
    it.
    """
    with public_context(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE public.only_here (id int)")
    assert search_path() == "c430422"
    with (
        pytest.raises(ProgrammingError, match="only_here"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT * FROM only_here")


def test_asking_for_public_behind_the_county_is_ignored(county):
    """Would leak: tenant-schemas-celery and django-tenants' own helpers ask for it."""
    connection.set_tenant(county, include_public=True)
    assert search_path() == "c430422"
    connection.set_schema("c431322", include_public=True)
    assert search_path() == "c431322"


def test_search_path_after_a_savepoint_is_rolled_back(two_counties):
    """Would leak: the rollback takes the SET back, and TENANT_LIMIT_SET_CALLS would not issue it again."""
    first, second = two_counties
    user_create(username="first", full_name="甲", password=None)
    savepoint = transaction.savepoint()
    connection.set_tenant(second)
    assert search_path() == second.schema_name
    transaction.savepoint_rollback(savepoint)
    # The server stands at the first county again; what is bound is still the second, where nobody lives.
    assert User.objects.count() == 0
    assert search_path() == second.schema_name
    connection.set_tenant(first)
    assert User.objects.count() == 1


def test_search_path_after_a_transaction_is_rolled_back(transactional_county):
    """Would leak: as above, with a whole transaction."""
    user_create(username="first", full_name="甲", password=None)

    def fail():
        with transaction.atomic():
            connection.set_schema("c431322")
            assert User.objects.count() == 0
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert search_path() == "c431322"
    assert User.objects.count() == 0


def test_search_path_after_a_failed_transaction_is_committed(transactional_county):
    """Would leak: PostgreSQL rolls it back without an error, and the SET with it."""
    user_create(username="first", full_name="甲", password=None)
    with transaction.atomic():
        connection.set_schema("c431322")
        with pytest.raises(ProgrammingError), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM nowhere")
    assert search_path() == "c431322"
    with transaction.atomic():
        connection.set_schema("c431322")
        assert User.objects.count() == 0


def test_search_path_after_savepoints_within_each_other(two_counties):
    """Would leak: what is remembered of the inner savepoint is not where the outer one stands."""
    first, second = two_counties
    outer = transaction.savepoint()
    connection.set_tenant(second)
    inner = transaction.savepoint()
    connection.set_tenant(first)
    assert search_path() == first.schema_name
    transaction.savepoint_rollback(inner)
    assert search_path() == first.schema_name
    connection.set_tenant(second)
    assert search_path() == second.schema_name
    transaction.savepoint_rollback(outer)
    assert search_path() == second.schema_name
    transaction.savepoint_rollback(outer)
    connection.set_tenant(first)
    assert search_path() == first.schema_name


def test_search_path_is_set_when_the_server_stands_elsewhere(two_counties, django_assert_num_queries):
    """The saving of TENANT_LIMIT_SET_CALLS and of what is known in a transaction; off while migrating."""
    first, second = two_counties
    connection.set_tenant(second)
    with django_assert_num_queries(3):
        assert (User.objects.count(), User.objects.count()) == (0, 0)
    with county_context(first):  # nothing is asked there
        connection.set_tenant(second)
    with django_assert_num_queries(1):
        assert User.objects.count() == 0
    savepoint = transaction.savepoint()
    transaction.savepoint_rollback(savepoint)
    with django_assert_num_queries(1):
        assert User.objects.count() == 0
    with connection.search_path_always_set(), django_assert_num_queries(4):
        assert (User.objects.count(), User.objects.count()) == (0, 0)


def test_search_path_is_set_anew_with_each_binding_outside_of_a_transaction(
    transactional_county, django_assert_num_queries
):
    """Would leak: whatever befell the connection since then, the next request begins in its own county."""
    assert User.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SET search_path = public")
    connection.set_tenant(transactional_county)
    with django_assert_num_queries(2):
        assert User.objects.count() == 0


# --- caches ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alias", ["default", "renditions"])
def test_one_key_holds_one_value_for_each_county(two_counties, alias):
    """Would leak: Wagtail caches site roots, locales and renditions under keys without any county."""
    for county in two_counties:
        with county_context(county):
            caches[alias].set("key", county.code)
    found = []
    for county in two_counties:
        with county_context(county):
            found.append(caches[alias].get("key"))
    assert found == ["430422", "431322"]
    with public_context():
        assert caches[alias].get("key") is None


def test_wagtails_site_roots_are_each_countys_own(two_counties):
    """Would leak: measured without KEY_FUNCTION, the second county was given the first one's address."""
    addresses = []
    for county in two_counties:
        with county_context(county):
            addresses.append([path.root_url for path in Site.get_site_root_paths()])
    assert addresses == [["http://hengnan.localhost:8000"], ["http://xinhua.localhost:8000"]]


def test_check_finds_a_cache_without_the_key_function(settings):
    assert checks.cache_keys_check() == []
    settings.CACHES = {
        **settings.CACHES,
        "third": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    }
    assert [found.id for found in checks.cache_keys_check()] == ["luoshi_tenants.E001"]


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("SESSION_ENGINE", "django.contrib.sessions.backends.signed_cookies", "luoshi_tenants.E003"),
        ("SESSION_ENGINE", "django.contrib.sessions.backends.cache", "luoshi_tenants.E003"),
        ("SESSION_COOKIE_DOMAIN", ".localhost", "luoshi_tenants.E004"),
        ("CSRF_COOKIE_DOMAIN", ".localhost", "luoshi_tenants.E004"),
        ("CSRF_USE_SESSIONS", False, "luoshi_tenants.E005"),
    ],
)
def test_check_finds_settings_that_would_share(settings, name, value, found):
    """Would leak: cookies for several hosts, or sessions that all counties can read with the one secret
    key.
    """
    assert checks.backend_check() == []
    setattr(settings, name, value)
    assert [error.id for error in checks.backend_check()] == [found]


def test_check_finds_the_sites_framework(settings, monkeypatch):
    """Would leak: its cache of sites is one for the process."""
    # Not through the fixture, which would load the app.
    monkeypatch.setattr(
        "django.conf.settings.INSTALLED_APPS", [*settings.INSTALLED_APPS, "django.contrib.sites"]
    )
    assert [error.id for error in checks.backend_check()] == ["luoshi_tenants.E006"]


def test_check_finds_a_driver_that_takes_one_statement_at_a_time(settings, monkeypatch):
    """Not a leak: a case for its methods is asked in several statements at once."""
    monkeypatch.setitem(settings.DATABASES["default"], "OPTIONS", {"server_side_binding": True})
    assert [error.id for error in checks.backend_check()] == ["luoshi_tenants.E007"]


def test_content_types_are_remembered_by_county(two_counties):
    """Would leak: one dictionary for the process gave a thread in c1 the id of c2 (9001 in place of 65)."""
    for county, number in zip(two_counties, (9001, 9002), strict=True):
        with county_context(county):
            ContentType.objects.create(id=number, app_label="marker", model="thing")
    for _ in range(2):  # asked for, and remembered
        found = []
        for county in two_counties:
            with county_context(county):
                found.append(ContentType.objects.get_by_natural_key("marker", "thing").pk)
        assert found == [9001, 9002]


def test_content_types_are_remembered_across_bindings(county, django_assert_num_queries):
    """The cache survives a binding, which upstream's does not: a query less on most pages."""
    ContentType.objects.get_for_model(User)
    connection.set_tenant(county)
    with django_assert_num_queries(0):
        ContentType.objects.get_for_model(User)


# --- threads --------------------------------------------------------------------------------------------


def test_bare_thread_stands_in_public_and_finds_nothing(transactional_county):
    """Would leak: a thread has a connection of its own. It must find nothing rather than another county."""
    found = []

    def work():
        try:
            User.objects.count()
        except ProgrammingError as error:
            found.append(("accounts_user" in str(error), connection.schema_name))
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [(True, "public")]


def test_carried_work_runs_in_its_county(transactional_county):
    user_create(username="one", full_name="甲", password=None)
    found = []

    def work(word):
        found.append((word, tenant_current().code, User.objects.count()))

    thread = threading.Thread(target=carry_county(work), args=("word",))
    with public_context():  # what is bound when the thread starts does not matter
        thread.start()
        thread.join()
    assert found == [("word", "430998", 1)]


def test_work_cannot_be_carried_out_of_public(county):
    with public_context(), pytest.raises(NoCounty):
        carry_county(tenant_current)
    assert run_in_county(county, tenant_current).code == "430422"


def test_many_threads_in_many_counties_stay_apart(transactional_county, django_db_blocker):
    """Would leak: anything shared by the process. Each thread changes county all the time and checks what
    it reads.
    """
    from luoshi_tenants.models import County

    with public_context():
        counties = list(County.objects.order_by("code"))
    assert len(counties) == 3
    wrong: list[object] = []
    rounds = []

    def work(seed):
        try:
            for step in range(60):
                county = counties[(seed + step) % len(counties)]
                with county_context(county):
                    site = Site.objects.get()
                    caches["default"].get_or_set("marker", county.code)
                    ContentType.objects.get_for_model(User)
                    seen = (county.name in site.site_name, caches["default"].get("marker"), search_path())
                    if seen != (True, county.code, county.schema_name):
                        wrong.append((county.code, seen))
            rounds.append(seed)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (wrong, sorted(rounds)) == ([], list(range(8)))


# --- files ----------------------------------------------------------------------------------------------


def test_files_lie_below_their_countys_directory(two_counties, settings, tmp_path):
    """Would leak: the same name in two counties would be one file."""
    settings.MEDIA_ROOT = str(tmp_path)
    for county in two_counties:
        with county_context(county):
            assert (
                default_storage.save("images/same.png", ContentFile(county.code.encode()))
                == "images/same.png"
            )
            assert default_storage.url("images/same.png") == f"/media/{county.schema_name}/images/same.png"
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.png")) == [
        "c430422/images/same.png",
        "c431322/images/same.png",
    ]
    with public_context(), pytest.raises(NoCounty):
        default_storage.save("images/same.png", ContentFile(b""))


def test_files_are_served_at_their_own_county_only(two_counties, settings, tmp_path, at):
    """Would leak: every county's files lie below one MEDIA_ROOT."""
    settings.MEDIA_ROOT = str(tmp_path)
    for inner in ("images/a.png", "original_images/a.png", "documents/a.png", "images/a.svg"):
        default_storage.save(inner, ContentFile(b"x"))
        with county_context(two_counties[1]):
            default_storage.save(inner, ContentFile(b"y"))
    picture_shown("images/a.png")
    with county_context(two_counties[1]):
        picture_shown("images/a.png")
    own, other = at("hengnan.localhost"), at("xinhua.localhost")
    good = own.get("/media/c430422/images/a.png")
    assert (good.status_code, b"".join(good.streaming_content)) == (200, b"x")
    for client, path in [
        (other, "c430422/images/a.png"),
        (other, "c431322/../c430422/images/a.png"),
        (other, "c431322/images/../../c430422/images/a.png"),
        (other, "c431322/images/%2e%2e/%2e%2e/c430422/images/a.png"),
        (own, "c430422/original_images/a.png"),
        (own, "c430422/documents/a.png"),
        (own, "c430422/images/a.svg"),
        (own, "c430422/images/../documents/a.png"),
        (own, "images/a.png"),
    ]:
        assert client.get(f"/media/{path}").status_code == 404, path


# --- connection pooler ----------------------------------------------------------------------------------


def test_pooler_word_is_required_where_the_server_does_not_report(county, settings, monkeypatch):
    """Would leak: behind a pooler in transaction mode, SET search_path stays at a server shared with
    others.
    """
    from django.core.exceptions import ImproperlyConfigured

    monkeypatch.setattr(checks, "search_path_reported", lambda: False)
    settings.LUOSHI_POOLER = ""
    with pytest.raises(ImproperlyConfigured, match="LUOSHI_POOLER=none"):
        checks.pooler_verify()
    settings.LUOSHI_POOLER = "session"
    checks.pooler_verify()
    pids = iter([1, 2, 1])
    monkeypatch.setattr(checks, "server_process", lambda: next(pids))
    with pytest.raises(ImproperlyConfigured, match="事务模式"):
        checks.pooler_verify()


def test_pooler_word_is_not_needed_where_the_server_reports(county, settings, monkeypatch):
    monkeypatch.setattr(checks, "search_path_reported", lambda: True)
    settings.LUOSHI_POOLER = ""
    checks.pooler_verify()


def test_postgresql_18_reports_the_search_path(county):
    assert checks.search_path_reported() is (connection.pg_version >= 180000)


# --- settings -------------------------------------------------------------------------------------------


def test_production_does_not_start_without_a_secret_key(tmp_path):
    """Would leak: a key that everybody knows signs anybody's tokens."""
    done = subprocess.run(
        [sys.executable, "-c", "import luoshi_site.settings"],
        env={"LUOSHI_HOME": str(tmp_path), "PATH": "", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "请设置环境变量 LUOSHI_SECRET_KEY" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_local_start_makes_its_own_key_once(tmp_path):
    keys = set()
    for _ in range(2):
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "import luoshi_site.settings as s; print(s.SECRET_KEY, s.SESSION_COOKIE_SECURE)",
            ],
            env={
                "LUOSHI_HOME": str(tmp_path),
                "LUOSHI_LOCAL": "1",
                "PATH": "",
                "PYTHONPATH": ":".join(sys.path),
            },
            capture_output=True,
            text=True,
            check=True,
        )
        keys.add(done.stdout)
    (only,) = keys
    assert (len(only.split()[0]) > 50, only.split()[1]) == (True, "False")
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_boot_stops_at_the_first_thing_wrong(county, settings, monkeypatch):
    from django.core.exceptions import ImproperlyConfigured

    monkeypatch.setattr(checks.connection, "close", lambda: None)
    checks.boot_verify()
    settings.CSRF_USE_SESSIONS = False
    with pytest.raises(ImproperlyConfigured, match="CSRF 令牌必须存放在会话中"):
        checks.boot_verify()
