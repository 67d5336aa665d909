"""The methods' columns on the public site: there while the method is on, and alone in failing."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from odd_method import COLUMN, one_column, with_hooks
from people import Cast, cast_make
from public_pages import published

from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import registry_using
from luoshi.methods.types import (
    CaseRow,
    ColumnCases,
    ColumnContent,
    ColumnFigure,
    ColumnFigures,
    ColumnTable,
    ColumnText,
    PublicColumn,
)
from luoshi_cms.models import ColumnPage
from luoshi_tenants.context import county_context

HOST = "hengnan.localhost"
ADDRESS = "/jianyi/gongfa/odd/column/"


@pytest.fixture
def c(county: Any) -> Cast:
    return cast_make()


@pytest.fixture
def client(county: Any, at: Any) -> Client:
    found: Client = at(HOST)
    return found


def switch(slug: str = "odd", *, on: bool = True) -> None:
    MethodActivation.objects.update_or_create(
        slug=slug, defaults={"is_enabled": on, "enabled_at": timezone.now()}
    )


def broken(tenant: object, slug: str, page: int) -> ColumnContent:
    """What fails in the worst way: the database refuses everything until a rollback."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM no_such_table")
    raise AssertionError


@pytest.fixture
def texts() -> Iterator[None]:
    """A method with one paragraph, on in the county."""
    with registry_using(one_column(ColumnText("只统计公开的。"))):
        switch()
        yield


@pytest.mark.usefixtures("county", "texts")
def test_a_column_is_linked_named_and_found_while_its_method_is_on(client: Client) -> None:
    page = client.get(ADDRESS)
    text = page.content.decode()
    assert page.status_code == 200
    assert ["<h1>一事一访</h1>" in text, COLUMN.about in text, "<p>只统计公开的。</p>" in text] == [True] * 3
    tags = dict(re.findall(r'<meta name="([A-Z]\w+)" content="([^"]*)">', text))
    assert (tags["ColumnName"], tags["ColumnDescription"]) == (COLUMN.title, COLUMN.about)
    assert list(tags) == [
        "SiteName",
        "SiteDomain",
        "ColumnName",
        "ColumnDescription",
        "ColumnKeywords",
        "ColumnType",
    ]
    crumbs = text.partition('class="crumbs"')[2].partition("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', crumbs) == ["/", "/jianyi/"]
    assert f'<a href="{ADDRESS}">一事一访</a>' in client.get("/jianyi/").content.decode()
    assert f"<loc>http://{HOST}{ADDRESS}</loc>" in client.get("/sitemap.xml").content.decode()
    for method_name in ("post", "put", "delete"):
        assert getattr(client, method_name)(ADDRESS).status_code == 405


@pytest.mark.usefixtures("county", "texts")
@pytest.mark.parametrize("why", ["off", "never", "not live", "another column", "another method", "page"])
def test_an_address_that_is_no_column_now_is_not_there(client: Client, why: str) -> None:
    address = ADDRESS
    assert client.get(address).status_code == 200
    if why == "off":
        switch(on=False)
    elif why == "never":
        MethodActivation.objects.all().delete()
    elif why == "not live":
        ColumnPage.objects.get().unpublish()
    else:
        address = {
            "another column": "/jianyi/gongfa/odd/other/",
            "another method": "/jianyi/gongfa/other/column/",
            "page": f"{ADDRESS}?page=2",
        }[why]
    assert client.get(address).status_code == 404
    if why in ("off", "never"):
        assert "gongfa" not in client.get("/jianyi/").content.decode()
        assert "gongfa" not in client.get("/sitemap.xml").content.decode()


@pytest.mark.parametrize(
    "address",
    ["/jianyi/gongfa/", "/jianyi/gongfa/odd/", "/jianyi/gongfa/odd/column/more/", "/gongfa/odd/column/"],
)
@pytest.mark.usefixtures("county", "texts")
def test_nothing_else_stands_below(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def _raises() -> list[PublicColumn]:
    raise LookupError


def _wrong(tenant: object, slug: str, page: int) -> str:
    return "<script>alert(1)</script>"


@pytest.mark.parametrize("hook", [broken, _wrong])
def test_a_column_that_fails_says_so_and_the_site_stands(
    c: Cast, client: Client, hook: Callable[..., object]
) -> None:
    _, page = published(c)
    with registry_using(with_hooks(public_columns=lambda: [COLUMN], public_column=hook)):
        switch()
        answer = client.get(ADDRESS)
        text = answer.content.decode()
        assert (answer.status_code, answer["Cache-Control"], answer["Retry-After"]) == (
            503,
            "no-store",
            "300",
        )
        assert ["<h1>一事一访</h1>" in text, "本栏目暂时无法显示" in text, "<script>" in text] == [
            True,
            True,
            False,
        ]
        others = ("/", "/jianyi/", f"/jianyi/{page.slug}/", "/sitemap.xml", "/jianyi/statistics/")
        assert [client.get(address).status_code for address in others] == [200] * 5
        assert f'href="{ADDRESS}"' in client.get("/jianyi/").content.decode()


@pytest.mark.parametrize("slug", ["odd", "gone"])
def test_a_method_that_cannot_name_its_columns_loses_its_links_alone(
    c: Cast, client: Client, slug: str
) -> None:
    published(c)
    with registry_using(with_hooks(public_columns=_raises, public_column=broken)):
        switch(slug)
        text = client.get("/jianyi/").content.decode()
        assert ("gongfa" in text, 'class="rows"' in text) == (False, True)
        assert "gongfa" not in client.get("/sitemap.xml").content.decode()
        assert client.get(f"/jianyi/gongfa/{slug}/column/").status_code == 503


def test_every_kind_of_part_is_shown_as_plain_text(c: Cast, client: Client) -> None:
    publication, page = published(c, title="关于“<b>”的建议")
    parts = (
        ColumnText("<i>文字</i>"),
        ColumnFigures("数字", (ColumnFigure("<i>件数</i>", "3 件"),)),
        ColumnTable("表格", ("<i>项</i>", "数"), (("<i>一</i>", "2"),)),
        ColumnCases("清单", ("<i>日期</i>",), (CaseRow(publication.pk, ("<i>三月</i>",)),)),
    )
    with registry_using(one_column(*parts, pages=3)):
        switch()
        text = client.get(f"{ADDRESS}?page=2&view=large").content.decode()
    assert (text.count("&lt;i&gt;"), "<i>" in text, "<b>" in text) == (6, False, False)
    assert '<th scope="row">&lt;i&gt;一&lt;/i&gt;</th><td>2</td>' in text
    assert f'<a href="/jianyi/{page.slug}/?view=large">' in text
    pager = text.partition('class="pager"')[2].partition("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', pager) == ["?view=large", "?view=large&amp;page=3"]
    assert "第2页" in text


def test_a_county_shows_nothing_of_another_one(two_counties: Any, at: Any) -> None:
    with registry_using(one_column(ColumnText("只统计公开的。"))):
        with county_context(two_counties[0]):
            switch()
        assert [at(host).get(ADDRESS).status_code for host in (HOST, "xinhua.localhost")] == [200, 404]
