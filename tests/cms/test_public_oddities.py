"""Pages of the public site in unusual company: another county, markup, many cases, a tampered version."""

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from crawl import STARTS, crawl
from django.db import connection
from django.test.utils import CaptureQueriesContext
from laid import cast_laid, laid
from people import Cast, cast_make
from public_pages import published, tamper
from sides import body
from wagtail.models import Site
from world import fresh

from luoshi.suggestions.models import Publication, PublishedVersion
from luoshi_cms.look import SiteLook
from luoshi_cms.models import ColumnPage, ReplyPage, TextPage
from luoshi_tenants.context import county_context

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

HOST = "hengnan.localhost"
Case = tuple[Publication, ReplyPage]


@pytest.fixture(scope="class")
def laid_cast(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[Cast]:
    """Everybody, once for a class of tests; rolled back after it."""
    with django_db_blocker.unblock(), cast_laid(()) as cast:
        yield cast


@pytest.fixture
def c(laid_cast: Cast, county: Any) -> Cast:
    return laid_cast


@pytest.fixture(scope="class")
def laid_case(laid_cast: Cast) -> Iterator[Case]:
    """A public case, published once for a class of tests."""
    with laid(lambda: published(laid_cast, title="关于疏浚河道的建议")) as made:
        yield made


@pytest.fixture
def case(laid_case: Case, c: Cast) -> Case:
    publication, page = laid_case
    return fresh(publication), ReplyPage.objects.get(pk=page.pk)


def test_a_county_shows_nothing_of_another_one(two_counties: Any, at: Any) -> None:
    hosts, titles = (HOST, "xinhua.localhost"), ("关于甲地水渠的建议", "关于乙地水渠的建议")
    for county, title in zip(two_counties, titles, strict=True):
        with county_context(county):
            published(cast_make(), title=title)
    seen = []
    for host in hosts:
        site = crawl(at(host), host, (*STARTS, "/jianyi/?q=水渠"), most_parts=2)
        assert {status for status, _ in site.values()} == {200}
        text = "".join(text for _, text in site.values())
        seen.append([title in text for title in titles])
    assert seen == [[True, False], [False, True]]


class TestNothingElse:
    """The case of a test is the only one."""

    def test_a_table_computes_nothing(self, c: Cast, at: Any) -> None:
        published(c, title="=1+1关于公式的建议", content="@SUM(A1)", asks=["+86", "-1"])
        rows = list(csv.reader(io.StringIO(body(at(HOST).get("/jianyi/register.csv")).decode("utf-8-sig"))))
        assert [cell for cell in rows[1] if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
        assert "'=1+1关于公式的建议" in rows[1]

    def test_markup_in_published_text_is_shown_and_not_obeyed(self, c: Cast, at: Any) -> None:
        _, page = published(c, title="<script>alert(1)</script>", content="<img src=x onerror=alert(2)>")
        for address in ("/", "/jianyi/", "/jianyi/?q=script", "/jianyi/embed/", f"/jianyi/{page.slug}/"):
            text = at(HOST).get(address).content.decode()
            assert [bad for bad in ("<script>", "<img src=x") if bad in text] == []

    def test_a_frame_is_for_the_named_portals_only_and_for_the_list_only(self, c: Cast, at: Any) -> None:
        def ancestors(address: str) -> tuple[str, str | None]:
            answer = at(HOST).get(address)
            policy = answer["Content-Security-Policy"]
            return policy.rpartition("frame-ancestors ")[2], answer.headers.get("X-Frame-Options")

        assert ancestors("/jianyi/embed/") == ("'none'", None)
        look = SiteLook.objects.create(site=Site.objects.get(), portal_origins="https://www.hengnan.example")
        look.full_clean()
        assert ancestors("/jianyi/embed/") == ("https://www.hengnan.example", None)
        assert ancestors("/jianyi/") == ("'none'", "DENY")
        SiteLook.objects.update(portal_origins="https://a.example; script-src * https://b.example")
        assert ancestors("/jianyi/embed/") == ("https://b.example", None)


class TestShown:
    """Beside a case that is public already."""

    def test_a_version_that_is_not_what_was_approved_is_not_shown(self, case: Case, at: Any) -> None:
        publication, page = case
        tamper(publication.pk, {**PublishedVersion.objects.get().content, "reply": "偷换的答复"})
        client = at(HOST)
        parts = ("", "?q=河道", "register.json", "register.csv", "feed.atom", "embed/")
        texts = [body(client.get(f"/jianyi/{part}")).decode() for part in parts]
        assert [text for text in texts if "偷换" in text or "疏浚" in text] == []
        assert client.get(f"/jianyi/{page.slug}/").status_code == 404

    def test_lists_and_pages_ask_the_database_as_often_for_many_as_for_one(
        self, c: Cast, case: Case, at: Any
    ) -> None:
        def queries() -> dict[str, int]:
            counts = {}
            for address in (
                "/",
                "/jianyi/",
                "/jianyi/?q=涵洞",
                "/jianyi/statistics/",
                "/jianyi/embed/",
                "/sitemap.xml",
                "/jianyi/register.json",
                "/jianyi/feed.atom",
                f"/jianyi/{page.slug}/",
            ):
                client.get(address)
                with CaptureQueriesContext(connection) as seen:
                    body(client.get(address))
                counts["page" if page.slug in address else address] = len(seen)
            return counts

        client = at(HOST)
        _, page = case
        one = queries()
        for _ in range(2):
            published(c)
        assert queries() == one
        text = ColumnPage.objects.get().add_child(
            instance=TextPage(title="说明", slug="text", body="<p>正文</p>")
        )
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/jianyi/{text.slug}/")
        assert one["page"] - len(seen) <= 3
        assert max(one.values()) <= 16

    def test_making_a_page_again_gives_the_same_page(self, case: Case) -> None:
        from luoshi_cms.reply_pages import column_ensure, reply_page_make

        publication, page = case
        assert reply_page_make(publication.pk).pk == page.pk
        assert column_ensure().pk == ColumnPage.objects.get().pk
        with pytest.raises(LookupError):
            reply_page_make(987_654)
