"""Where an address stands in the folder, and how a page's links are made relative to it."""

import pytest

from luoshi_cms.export.links import NeedsServerError, links_relative, links_without
from luoshi_cms.site.copy import StaticCopy, place_of, relative

COLUMN = "/jianyi/"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/", "index.html"),
        ("/jianyi/", "jianyi/index.html"),
        ("/jianyi/?page=2", "jianyi/page=2/index.html"),
        ("/jianyi/?unit=12", "jianyi/unit=12/index.html"),
        ("/jianyi/?unit=12&page=3", "jianyi/unit=12/page=3/index.html"),
        ("/jianyi/?session=17-4", "jianyi/session=17-4/index.html"),
        ("/jianyi/?result_class=in_progress", "jianyi/class=in_progress/index.html"),
        ("/jianyi/?category=%E4%BA%A4%E9%80%9A", "jianyi/field=57f78ba1f93f/index.html"),
        ("/jianyi/?category=..", "jianyi/field=5ec1f7e700f3/index.html"),
        ("/jianyi/statistics/", "jianyi/statistics/index.html"),
        ("/jianyi/statistics/?session=17-4", "jianyi/statistics/session=17-4/index.html"),
        ("/jianyi/gongfa/a/b/?page=2", "jianyi/gongfa/a/b/page=2/index.html"),
        ("/jianyi/register.json", "jianyi/register.json"),
        ("/sitemap.xml", "sitemap.xml"),
        ("/sitemap.xml?part=2", "sitemap-2.xml"),
        ("/static/a/b.css", "static/a/b.css"),
        ("/%E5%85%AC%E5%91%8A/", "公告/index.html"),
        # What has no place in a folder.
        ("/jianyi/?unit=12&session=17-4", None),
        ("/jianyi/?q=%E8%B7%AF", None),
        ("/jianyi/?year=2026", None),
        ("/jianyi/?view=large", None),
        ("/jianyi/?page=1", None),
        ("/jianyi/?page=02", None),
        ("/jianyi/?page=x", None),
        ("/jianyi/?unit=1&unit=2", None),
        ("/jianyi/statistics/?session=17-4&page=2", None),
        ("/jianyi/statistics/?unit=1", None),
        ("/jianyi/gongfa/a/b/?unit=1", None),
        ("/jianyi/17-4-1-1/?page=2", None),
        ("/sitemap.xml?part=x", None),
        ("/sitemap.xml?part=2&page=2", None),
        ("/office/", None),
        ("/office", None),
        ("/cms/pages/", None),
        ("/documents/1/a.pdf", None),
        ("/jianyi/../x/", None),
        ("/jianyi/%2e%2e/x/", None),
        ("/.htaccess", None),
        ("/jianyi//x/", None),
        ("/a%00b/", None),
        ("/a%5Cb/", None),
        ("jianyi/", None),
    ],
)
def test_place_of_an_address(address: str, place: str | None) -> None:
    assert place_of(address, COLUMN) == place


def test_a_slug_that_no_disk_takes_gets_a_short_name() -> None:
    place = place_of(f"/{'长' * 200}/", COLUMN)
    assert place is not None
    assert len(place) == len("0123456789ab/index.html")


@pytest.mark.parametrize(
    ("place", "own", "way"),
    [
        ("jianyi/", "index.html", "jianyi/"),
        ("", "sitemap.xml", "./"),
        ("", "jianyi/register.json", "../"),
        ("jianyi/", "jianyi/register.json", "./"),
        ("jianyi/a/index.html", "jianyi/unit=1/page=2/index.html", "../../a/index.html"),
        ("index.html", "index.html", "index.html"),
    ],
)
def test_way_from_a_file_to_a_place(place: str, own: str, way: str) -> None:
    assert relative(place, own) == way


def test_full_addresses_of_a_copy() -> None:
    here = "/jianyi/register.json"
    told, untold = StaticCopy(COLUMN, home="https://a.example/b"), StaticCopy(COLUMN)
    assert told.full(here, "/jianyi/公告/") == "https://a.example/b/jianyi/%E5%85%AC%E5%91%8A/"
    assert told.full(here, "/") == "https://a.example/b/"
    assert untold.full(here, "/jianyi/17-4-1-1/") == "17-4-1-1/"
    assert untold.full("/sitemap.xml", "/sitemap.xml?part=2") == "sitemap-2.xml"
    with pytest.raises(ValueError, match="no place"):
        untold.full(here, "/office/")
    assert (StaticCopy(COLUMN, live="https://l.example").live_column, untold.live_column) == (
        "https://l.example/jianyi/",
        "",
    )


def links(text: str) -> tuple[str, int]:
    return links_relative(
        text,
        address="/jianyi/?unit=12",
        own="jianyi/unit=12/index.html",
        resolve=lambda address: place_of(address, COLUMN),
    )


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ('<a href="/">', '<a href="../../index.html">', 0),
        ('<a class="x" href=".">', '<a class="x" href="../index.html">', 0),
        ('<a href="?unit=12&amp;page=2">', '<a href="page=2/index.html">', 0),
        ('<a href="/jianyi/17-4-1-1/#top">', '<a href="../17-4-1-1/index.html#top">', 0),
        ('<script src="/static/a.js"></script>', '<script src="../../static/a.js"></script>', 0),
        ('<a href="#content">', '<a href="#content">', 0),
        ('<a href="?view=large">', '<a href="?view=large">', 0),
        ('<link href="data:,">', '<link href="data:,">', 0),
        (
            '<a href="https://a.example/?b=1&amp;c=2">',
            '<a href="https://a.example/?b=1&amp;c=2">',
            0,
        ),
        ('<a href="//www.example.cn/">', '<a href="//www.example.cn/">', 0),
        ('<a href="mailto:a@example.cn">', '<a href="mailto:a@example.cn">', 0),
        ('<a href="/office/">工作台</a>', "<a>工作台</a>", 1),
        ('<p>文字里的 href="/office/" 不是链接</p>', '<p>文字里的 href="/office/" 不是链接</p>', 0),
    ],
)
def test_links_of_a_page(before: str, after: str, lost: int) -> None:
    assert links(before) == (after, lost)


@pytest.mark.parametrize("form", ["<form>", '<FORM action="/jianyi/">', "<p><form\nmethod='post'>"])
def test_a_page_with_a_form_is_none_for_a_folder(form: str) -> None:
    with pytest.raises(NeedsServerError):
        links(form)


def test_links_to_what_was_not_there_lose_their_address() -> None:
    text = '<a href="../a/index.html#x">甲</a><a href="../b/index.html">乙</a><a href="?view=large">大</a>'
    missing = frozenset({"jianyi/a/index.html"})
    assert links_without(text, own="jianyi/unit=12/index.html", missing=missing) == (
        '<a>甲</a><a href="../b/index.html">乙</a><a href="?view=large">大</a>',
        1,
    )
