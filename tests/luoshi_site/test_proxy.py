"""Public pages through a real nginx with the template of ``deploy/``: kept for everybody, never too long.

What is asked of it: what the office takes down is gone from every address with the very next request, before
any worker has run; what is published or corrected is there at once; no county is shown another's; nothing of
a person who is signed in is kept.
"""

import http.client
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import ready
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory, override_settings
from failing import HOST, PASSWORD, Processes, open_messages, until
from people import Cast, cast_make
from proxy import nginx_needed, proxy
from public_pages import attached, confirm_masked, page_live

from luoshi.accounts.models import User
from luoshi.accounts.services import password_set
from luoshi.outbox.drain import outbox_drain
from luoshi.suggestions.models import CleanFile, Publication
from luoshi.suggestions.services.settings import county_settings_apply
from luoshi_cms.models import ReplyPage
from luoshi_site.editions import Editions
from luoshi_tenants import middleware
from luoshi_tenants.context import county_context
from luoshi_tenants.models import County
from luoshi_tenants.provisioning.services import county_create, county_drop

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

OTHER = "linxian.localhost"
TITLE = "关于整治西河湾排水的建议"
CLEAN = "清洁版附件".encode()


@dataclass
class Answer:
    status: int
    text: str
    headers: dict[str, str]

    @property
    def kept(self) -> str:
        """What nginx says of it: HIT, MISS, BYPASS, …; empty where it keeps nothing at that address."""
        return self.headers.get("x-cache", "")


def ask(port: int, address: str, host: str = HOST, method: str = "GET", **headers: str) -> Answer:
    """One request through nginx, by a reader with nobody's cookies."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        link.request(method, address, headers={"Host": host, **sent})
        answer = link.getresponse()
        text = answer.read().decode("utf-8", "replace")
        return Answer(answer.status, text, {name.lower(): value for name, value in answer.getheaders()})
    finally:
        link.close()


@dataclass
class Front:
    """Two counties behind one nginx. ``cast`` and whatever is published are of the first one."""

    county: County
    other: County
    cast: Cast
    processes: Processes
    port: int
    marks: Path

    def get(self, address: str, **headers: str) -> Answer:
        return ask(self.port, address, **headers)

    def publish(self, title: str, **data: Any) -> tuple[Publication, ReplyPage, CleanFile]:
        """Publish a case with an enclosure, as the third reviewer does: one commit for state and page."""
        c = self.cast
        publication = ready.at_publication(c, *ready.CHECKED, title=title, **data)
        file = attached(publication, b"x", CLEAN)
        confirm_masked(c, publication, files=(file.pk,))
        c.world.act(publication, "approve", c.government)
        c.world.act(publication, "send_to_editor", c.government)
        c.world.act(publication, "publish", c.system, **ready.publication_data(publication, "publish"))
        return ready.fresh(publication), page_live(publication.pk), file


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[Front]:
    """Counties, web server and nginx once for all tests here; every test publishes what it needs."""
    nginx = nginx_needed()
    with django_db_blocker.unblock(), ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="luoshi-front-"))
        folder.chmod(0o711)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        marks = folder / "m"
        counties = []
        for code, name, host in (("430997", "试点县", HOST), ("430995", "邻县", OTHER)):
            counties.append(county_create(code=code, name=name, province_code="430000", hosts=[host]))
            stack.callback(county_drop, counties[-1])
        stack.enter_context(override_settings(LUOSHI_MARKS=str(marks)))
        processes = Processes(folder / "home", stack)
        stack.enter_context(override_settings(MEDIA_ROOT=str(processes.home.path / "media")))
        before = os.environ.get("LUOSHI_MARKS")
        os.environ["LUOSHI_MARKS"] = str(marks)
        stack.callback(
            lambda: os.environ.update({"LUOSHI_MARKS": before} if before else {"LUOSHI_MARKS": ""})
        )
        stack.callback(processes.end)
        processes.web()
        hosts = f"{HOST} {OTHER}"
        port = stack.enter_context(
            proxy(nginx, folder / "n", web_port=processes.port, hosts=hosts, marks=marks)
        )
        with county_context(counties[1]):
            theirs = cast_make()
            other = ready.at_publication(theirs, *ready.PUBLISHED, title="关于邻县渡口的建议")
            page_live(other.pk)
        with county_context(counties[0]):
            front = Front(counties[0], counties[1], cast_make(), processes, port, marks)
            for host in (HOST, OTHER):
                ask(port, "/jianyi/", host)  # the first reader makes the host's mark
            yield front
            from django.db import connection

            connection.close()


def addresses(
    front: Front, publication: Publication, page: ReplyPage, file: CleanFile, word: str
) -> list[str]:
    """Every address at which the case, or a word of it, is to be found."""
    unit = publication.reply.assignment.unit_id
    case = publication.suggestion
    return [
        "/",
        "/jianyi/",
        f"/jianyi/?q={word}",
        f"/jianyi/?unit={unit}",
        f"/jianyi/?session={case.session.code}",
        f"/jianyi/?unit={unit}&q={word}",
        "/jianyi/?view=large",
        "/jianyi/register.json",
        "/jianyi/register.csv",
        "/jianyi/feed.atom",
        "/jianyi/embed/",
        "/sitemap.xml",
        f"/jianyi/{page.slug}/",
        f"/jianyi/{page.slug}/?view=contrast",
        f"/jianyi/{page.slug}/files/{file.pk}/",
    ]


def shows(answer: Answer, title: str, slug: str) -> bool:
    """Whether anything of the case can be seen; a tombstone names neither."""
    return answer.status == 200 and any(word in answer.text for word in (title, slug, CLEAN.decode()))


def test_what_is_taken_down_is_gone_with_the_next_request_from_everywhere(site: Front) -> None:
    publication, page, file = site.publish(TITLE)
    everywhere = addresses(site, publication, page, file, "%E6%8E%92%E6%B0%B4")
    outbox_drain(limit=1000)  # the words for the search
    assert [address for address in everywhere if not shows(site.get(address), TITLE, page.slug)] == []
    again = {address: site.get(address) for address in everywhere}
    assert {address: answer.kept for address, answer in again.items()} == dict.fromkeys(everywhere, "HIT")
    site.cast.world.act(publication, "revoke", site.cast.government, reason="涉及未成年人")
    assert open_messages() > 0
    after = {address: site.get(address) for address in everywhere}
    assert [address for address, answer in after.items() if shows(answer, TITLE, page.slug)] == []
    assert {answer.status for answer in after.values()} == {200, 404, 410}
    site.processes.valkey_start()
    site.processes.worker()
    site.processes.send("outbox.drain", {"_schema_name": site.county.schema_name})
    until(lambda: open_messages() == 0, "the outbox")
    assert [address for address in everywhere if shows(site.get(address), TITLE, page.slug)] == []


def test_what_is_published_or_corrected_is_there_at_once(site: Front) -> None:
    title = "关于北坡水塘清淤的建议"
    seen = [site.get("/jianyi/"), site.get("/jianyi/")]
    assert [title in answer.text for answer in seen] == [False, False]
    publication, page, _ = site.publish(title)
    assert title in site.get("/jianyi/").text
    address = f"/jianyi/{page.slug}/"
    assert [site.get(address).kept for _ in range(2)] == ["MISS", "HIT"]
    confirm_masked(site.cast, publication, reply="更正：清淤深度为一米五。")
    site.cast.world.act(publication, "correct", site.cast.government, reason="更正深度")
    assert site.get(address).status == 404  # not the old words, which were wrong, and not yet the new ones
    assert outbox_drain(limit=1000).failed == 0
    answer = site.get(address)
    assert ("清淤深度为一米五" in answer.text, answer.kept) == (True, "MISS")
    site.cast.world.act(publication, "revoke", site.cast.government, reason="更正")
    stones = [site.get(address) for _ in range(2)]
    assert [(answer.status, answer.kept) for answer in stones] == [(410, "MISS"), (410, "HIT")]
    site.cast.world.act(publication, "reassess", site.cast.government, reason="重新评估")
    assert site.get(address).status == 404


def test_what_the_county_or_an_editor_decides_is_seen_at_once(site: Front) -> None:
    _, page, _ = site.publish("关于东渡口护栏的建议")
    address = f"/jianyi/{page.slug}/"
    assert "提出人</dt><dd>田禾苗代表" in site.get(address).text
    assert site.get(address).kept == "HIT"
    county_settings_apply(data={"publish_deputy_names": False}, actor=site.cast.system)
    assert "田禾苗" not in site.get(address).text
    county_settings_apply(data={}, actor=site.cast.system)
    assert site.get(address).status == 200
    ReplyPage.objects.get(pk=page.pk).unpublish()
    assert site.get(address).status == 404


def test_each_host_is_shown_its_own_county(site: Front) -> None:
    title = "关于两县界河的建议"
    site.publish(title)
    for _ in range(2):
        mine, theirs = ask(site.port, "/jianyi/", HOST), ask(site.port, "/jianyi/", OTHER)
        assert [word in mine.text for word in (title, "关于邻县渡口的建议")] == [True, False]
        assert [word in theirs.text for word in (title, "关于邻县渡口的建议")] == [False, True]
    marks = Editions(site.marks)
    before = marks.edition(OTHER)
    site.publish("关于界河护岸的建议")
    assert marks.edition(OTHER) == before
    assert ask(site.port, "/jianyi/", OTHER).kept == "HIT"


def test_nothing_of_a_person_is_kept_and_nothing_kept_is_hidden_from_him(site: Front) -> None:
    editor = User.objects.get(pk=site.cast.government.user_id)
    password_set(user=editor, password=PASSWORD)
    cookie = site.processes.sign_in(editor.username)
    address = "/jianyi/?view=both"
    answers = [site.get(address, Cookie=cookie) for _ in range(2)]
    assert [answer.kept for answer in answers] == ["BYPASS", "BYPASS"]
    assert [answer.headers["cache-control"] for answer in answers] == ["private, no-cache"] * 2
    assert site.get(address).kept == "MISS"
    assert site.get(address, Cookie="portal=1; other=2").kept == "HIT"
    assert site.get(address, Cookie=f"portal=1; {cookie}").kept == "BYPASS"
    assert site.get(address, Authorization="Basic eDp5").kept == "BYPASS"
    for own in ("/office/login/", "/office/", "/cms/", "/api/v1/me/", "/methods/nothing/"):
        assert [site.get(own).kept for _ in range(2)] == ["", ""], own


def test_a_kept_page_says_so_and_is_compared_and_cut_as_any_file(site: Front) -> None:
    _, page, file = site.publish("关于南街路灯的建议")
    address = f"/jianyi/{page.slug}/"
    first, second = site.get(address), site.get(address)
    assert (first.kept, second.kept, first.text == second.text) == ("MISS", "HIT", True)
    assert second.headers["cache-control"] == "public, max-age=0, s-maxage=10, must-revalidate"
    assert {"set-cookie", "vary"} & set(second.headers) == set()
    same = site.get(address, If_None_Match=second.headers["etag"])
    assert (same.status, same.text) == (304, "")
    head = ask(site.port, address, method="HEAD")
    assert (head.status, head.text, head.headers["etag"]) == (200, "", second.headers["etag"])
    part = site.get(f"/jianyi/{page.slug}/files/{file.pk}/", Range="bytes=3-8")
    assert (part.status, part.text) == (206, CLEAN[3:9].decode())
    assert site.get(f"/jianyi/{page.slug}/files/{file.pk}/").text == CLEAN.decode()


def test_without_a_mark_nothing_is_kept(site: Front) -> None:
    mark = site.marks / OTHER
    kept = os.readlink(mark)
    mark.unlink()
    try:
        assert [ask(site.port, "/jianyi/", OTHER).kept for _ in range(2)] == ["BYPASS", "BYPASS"]
    finally:
        mark.symlink_to(kept)


@contextmanager
def nginx_before(handler: type[BaseHTTPRequestHandler], folder: Path) -> Iterator[tuple[int, Editions]]:
    """nginx before a product that is ``handler`` alone: its port, and the marks it looks at."""
    nginx, marks = nginx_needed(), Editions(folder / "m")
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    marks.look_after("c430001", "a.localhost")
    try:
        with proxy(
            nginx, folder / "n", web_port=server.server_port, hosts="a.localhost", marks=marks.folder
        ) as port:
            yield port, marks
    finally:
        server.shutdown()
        server.server_close()


class Slow(BaseHTTPRequestHandler):
    """Answers the first request only when told to, with what it had read before."""

    asked, go_on = threading.Event(), threading.Event()
    text = b"old"

    def do_GET(self) -> None:
        text = type(self).text
        if text == b"old":
            self.asked.set()
            self.go_on.wait(30)
        self.send_response(200)
        self.send_header("Cache-Control", "public, s-maxage=10")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def test_a_page_that_was_being_made_while_it_was_taken_down_is_not_kept(tmp_path: Path) -> None:
    """It was read before the commit and arrives after it; a purge alone would come too early for it."""
    with nginx_before(Slow, tmp_path) as (port, marks):
        late: list[Answer] = []
        reader = threading.Thread(target=lambda: late.append(ask(port, "/", "a.localhost")))
        reader.start()
        assert Slow.asked.wait(20)
        marks.renew("c430001")
        Slow.text = b"new"
        Slow.go_on.set()
        reader.join(20)
        assert late[0].text == "old"
        assert ask(port, "/", "a.localhost").text == "new"
        assert ask(port, "/", "a.localhost").kept == "HIT"


class Closing(BaseHTTPRequestHandler):
    """A county's page, kept for a second; then what the product says of the host once it is closed."""

    closed: HttpResponseBase | None = None

    def do_GET(self) -> None:
        closed = type(self).closed
        text = b"open" if closed is None else b"closed"
        self.send_response(200 if closed is None else closed.status_code)
        self.send_header("Cache-Control", "public, s-maxage=1" if closed is None else closed["Cache-Control"])
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.mark.parametrize("status", [404, 503])
def test_what_is_closed_takes_the_place_of_what_was_kept(
    status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nobody took the mark away, as after an UPDATE by hand."""
    county = County(code="430001", name="甲县", is_active=False)
    monkeypatch.setattr(middleware, "place_find", lambda host: county if status == 503 else None)
    Closing.closed = None
    with nginx_before(Closing, tmp_path) as (port, _):
        assert [ask(port, "/", "a.localhost").text for _ in range(2)] == ["open", "open"]
        Closing.closed = middleware.PlaceMiddleware(lambda request: HttpResponse())(RequestFactory().get("/"))
        assert Closing.closed.status_code == status
        until(lambda: ask(port, "/", "a.localhost").status == status, "the kept page to go")


def test_no_log_tells_who_answered_the_readers_question(tmp_path: Path) -> None:
    """Both logs name the address: of each request, and of each that no product answers, as here."""
    Editions(tmp_path / "m").look_after("c430001", "a.localhost")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        web_port = nobody.getsockname()[1]
        with proxy(
            nginx_needed(), tmp_path / "n", web_port=web_port, hosts="a.localhost", marks=tmp_path / "m"
        ) as port:
            for address, method in (("/feedback/1/", "POST"), ("/feedback/1/?said=counted", "GET")):
                assert ask(port, address, "a.localhost", method).status == 502
            assert ask(port, "/jianyi/", "a.localhost").status == 502
    logs = [(tmp_path / "n" / name).read_text("utf-8") for name in ("access.log", "error.log")]
    assert [["/jianyi/" in log, "/feedback/" in log] for log in logs] == [[True, False]] * 2
