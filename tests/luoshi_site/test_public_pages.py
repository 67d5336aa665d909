"""What every public page says of itself to caches, and that the person who is signed in is told otherwise."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from people import Cast, cast_make
from public_pages import published
from sides import body

from luoshi.accounts.models import User
from luoshi.errors import NotFound
from luoshi.shown import copies_forget, copies_forget_by, public_changed
from luoshi_cms.models import ColumnPage
from luoshi_site.editions import Editions
from luoshi_site.public_pages import FOR_ALL, FOR_ONE, pages_forget
from luoshi_tenants.context import public_context
from luoshi_tenants.models import Domain

HOST = "hengnan.localhost"
SITE = (
    *("/", "/jianyi/", "/jianyi/?q=涵洞", "/jianyi/?view=large", "/jianyi/statistics/", "/jianyi/embed/"),
    *("/jianyi/register.json", "/jianyi/register.csv", "/jianyi/feed.atom", "/sitemap.xml", "/robots.txt"),
)


@pytest.fixture
def c(county: Any) -> Cast:
    return cast_make()


def test_no_public_page_sets_a_cookie_reads_a_session_or_varies_with_one(c: Cast, at: Any) -> None:
    _, page = published(c)
    client, wrong = at(HOST), []
    for address in (*SITE, f"/jianyi/{page.slug}/"):
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address)
            body(answer)
        told = {name: answer.headers.get(name) for name in ("Cache-Control", "Vary", "Set-Cookie")}
        asked = [row["sql"] for row in seen.captured_queries if "django_session" in row["sql"]]
        is_streamed = address.endswith((".json", ".csv"))
        if (
            told != {"Cache-Control": FOR_ALL, "Vary": None, "Set-Cookie": None}
            or asked
            or ("ETag" in answer) == is_streamed
            or answer.cookies
        ):
            wrong.append((address, told, asked))
    assert wrong == []


def test_what_is_not_there_is_asked_for_anew_and_a_tombstone_is_kept(c: Cast, at: Any) -> None:
    publication, page = published(c)
    assert at(HOST).get("/nothing/")["Cache-Control"] == "no-cache"
    c.world.act(publication, "revoke", c.government, reason="更正")
    answer = at(HOST).get(f"/jianyi/{page.slug}/")
    assert (answer.status_code, answer["Cache-Control"], "Vary" in answer) == (410, FOR_ALL, False)


def test_the_same_page_is_not_sent_twice(c: Cast, at: Any) -> None:
    client = at(HOST)
    first = client.get("/jianyi/")
    again = client.get("/jianyi/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    published(c)
    assert client.get("/jianyi/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_whoever_brings_the_sessions_cookie_is_answered_for_himself(c: Cast, at: Any) -> None:
    _, page = published(c)
    signed_in, stranger = at(HOST), at(HOST)
    user = User.objects.get(pk=c.government.user_id)
    signed_in.force_login(user, backend="luoshi_tenants.backends.CountyBackend")
    stranger.cookies[settings.SESSION_COOKIE_NAME] = "an-old-one"
    for client in (signed_in, stranger):
        for address in (*SITE, f"/jianyi/{page.slug}/"):
            answer = client.get(address)
            body(answer)
            assert (answer["Cache-Control"], answer["Vary"]) == (FOR_ONE, "Cookie"), address
    assert at(HOST).get("/", headers={"Authorization": "Basic eDp5"})["Cache-Control"] == FOR_ONE


def test_no_page_of_a_person_is_for_all(c: Cast, at: Any) -> None:
    """Would leak: a page of the office out of a cache."""
    signed_in = at(HOST)
    user = User.objects.get(pk=c.government.user_id)
    signed_in.force_login(user, backend="luoshi_tenants.backends.CountyBackend")
    for address in ("/office/", "/office/login/", "/office/publishing/", "/cms/", "/api/v1/me/"):
        for client in (at(HOST), signed_in):
            told = client.get(address).headers.get("Cache-Control", "")
            assert told in ("", FOR_ONE) or "no-store" in told, address


def test_large_print_is_an_address_and_no_cookie(c: Cast, at: Any) -> None:
    plain, large = at(HOST).get("/jianyi/"), at(HOST).get("/jianyi/?view=large")
    assert 'class="look-red"' in plain.content.decode()
    assert 'class="look-red view-large"' in large.content.decode()
    assert (len(plain.cookies), len(large.cookies)) == (0, 0)


@pytest.fixture
def marks(tmp_path: Path, settings: Any) -> Editions:
    settings.LUOSHI_MARKS = str(tmp_path / "m")
    return Editions(tmp_path / "m")


def renewed(marks: Editions, capture: Any, work: Any) -> bool:
    """Whether ``work`` makes a new edition when its transaction has committed, and not before."""
    before = marks.edition(HOST)
    connection.run_on_commit.clear()  # of what was done before, which never commits here
    with capture(execute=True):
        work()
        assert marks.edition(HOST) == before
    return marks.edition(HOST) != before


def test_the_first_reader_makes_the_mark_and_each_act_a_new_edition(
    c: Cast, at: Any, marks: Editions, django_capture_on_commit_callbacks: Any
) -> None:
    publication, page = published(c)
    assert marks.edition(HOST) == ""
    at(HOST).get("/jianyi/")
    assert marks.edition(HOST).startswith("c430422.")
    capture = django_capture_on_commit_callbacks

    def refused() -> None:
        with pytest.raises(NotFound):
            c.world.act(publication, "nothing", c.government)

    assert renewed(marks, capture, lambda: None) is False
    assert renewed(marks, capture, refused) is False
    assert renewed(marks, capture, ColumnPage.objects.get().save_revision().publish) is True
    assert renewed(marks, capture, page.unpublish) is True
    revoke = {"reason": "更正"}
    assert renewed(marks, capture, lambda: c.world.act(publication, "revoke", c.government, **revoke)) is True
    others = [entry.name for entry in marks.folder.iterdir() if entry.name not in (HOST, ".lock")]
    assert others == [marks.edition(HOST)]


def test_a_county_renews_its_own_hosts_alone(tmp_path: Path) -> None:
    marks = Editions(tmp_path)
    for schema, host in (("c1", "a.test"), ("c1", "b.test"), ("c2", "c.test")):
        marks.look_after(schema, host)
    before = {host: marks.edition(host) for host in ("a.test", "b.test", "c.test")}
    marks.renew("c1")
    after = {host: marks.edition(host) for host in before}
    assert [before[host] == after[host] for host in before] == [False, False, True]
    assert after["a.test"] == after["b.test"]
    marks.look_after("c2", "a.test")
    assert marks.edition("a.test").startswith("c2.")


def test_where_no_edition_can_be_written_the_marks_go(tmp_path: Path, monkeypatch: Any) -> None:
    marks = Editions(tmp_path)
    marks.look_after("c1", "a.test")

    def full(self: Any, schema: str) -> str:
        raise OSError(28, "no space")

    monkeypatch.setattr(Editions, "_make", full)
    marks.renew("c1")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [".lock"]


def test_a_change_of_a_county_or_its_hosts_takes_the_marks_away(
    county: Any, marks: Editions, django_capture_on_commit_callbacks: Any
) -> None:
    schema, moved = county.schema_name, "moved.localhost"

    def after(work: Any) -> list[str]:
        """The hosts of this county, of a former name and of another that are still marked."""
        for host in (HOST, "former.localhost"):
            marks.look_after(schema, host)
        marks.look_after("c2", "other.localhost")
        marks.look_after("c2", moved)
        with public_context(), django_capture_on_commit_callbacks(execute=True):
            work()
        return sorted(entry.name for entry in marks.folder.iterdir() if "localhost" in entry.name)

    def given() -> None:
        Domain.objects.create(host=moved, county=county, is_primary=False)

    assert after(lambda: None) == sorted([HOST, "former.localhost", "other.localhost", moved])
    county.is_active = False
    assert after(county.save) == [moved, "other.localhost"]
    county.is_active = True
    assert after(county.save) == [moved, "other.localhost"]
    assert after(given) == ["other.localhost"]
    with public_context():
        domain = Domain.objects.get(host=moved)
    assert after(domain.delete) == ["other.localhost"]


def test_the_outbox_renews_again_what_a_dead_process_did_not(c: Cast, marks: Editions, at: Any) -> None:
    publication, _ = published(c)
    at(HOST).get("/jianyi/")
    before = marks.edition(HOST)
    c.world.act(publication, "revoke", c.government, reason="更正")  # never commits here, so nobody is told
    assert marks.edition(HOST) == before
    from luoshi.outbox.drain import outbox_drain

    assert outbox_drain(limit=1000).failed == 0
    assert marks.edition(HOST) != before


def test_a_listener_that_fails_spoils_no_act_and_is_told_once(
    county: Any, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[int] = []

    def fail() -> None:
        told.append(1)
        raise OSError(28, "no space")

    copies_forget_by(fail)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            public_changed()
            public_changed()
        assert told == [1]
        with pytest.raises(OSError, match="no space"):
            copies_forget()
        copies_forget_by(None)
        copies_forget()
    finally:
        copies_forget_by(pages_forget)


def test_the_register_says_when_it_was_made(c: Cast, at: Any) -> None:
    assert "made_at" in json.loads(body(at(HOST).get("/jianyi/register.json")))
