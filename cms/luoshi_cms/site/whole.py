"""What is said of the whole site to programs that walk through it: robots.txt and sitemap.xml."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from luoshi.publication.condition import public_rows
from luoshi_cms.models import ColumnPage, ReplyPage
from luoshi_cms.site.copy import copy_of, full_address
from luoshi_cms.site.method_column import method_links

PER_MAP = 40_000
"""Addresses of one map; the format allows 50,000."""
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """The public pages may be walked through, the office and the editors' admin not."""
    copy = copy_of(request)
    shut = ("",) if copy else ("/office/", "/cms/", "/api/", "/methods/", "/feedback/")
    lines = ["User-agent: *", *(f"Disallow: {path}".rstrip() for path in shut)]
    if copy is None or copy.home:  # a map is named by its full address or not at all
        lines.append(f"Sitemap: {full_address(request, '/sitemap.xml')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page; an index of parts where there are too many for one.

    :raises Http404: for a part that is not there.
    """
    rows = [*_pages(request), *_replies(request)]
    parts = max(1, -(-len(rows) // PER_MAP))
    given = request.GET.get("part", "")
    if parts > 1 and not given:
        maps = [full_address(request, f"/sitemap.xml?part={number}") for number in range(1, parts + 1)]
        inner = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>" for address in maps)
        return _xml(f'<sitemapindex xmlns="{NAMESPACE}">{inner}</sitemapindex>')
    if given and not (given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= parts):
        raise Http404
    begin = (int(given) - 1) * PER_MAP if given else 0
    inner = "".join(
        f"<url><loc>{escape(address)}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for address, day in rows[begin : begin + PER_MAP]
    )
    return _xml(f'<urlset xmlns="{NAMESPACE}">{inner}</urlset>')


def _pages(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """The start page, the column with its statistics and methods, and what editors have written."""
    site = Site.find_for_request(request)
    assert site is not None, "a county has a site from its first day"
    pages = Page.objects.descendant_of(site.root_page, inclusive=True).live().public().not_type(ReplyPage)
    for page in pages.specific(defer=True):
        address = full_address(request, page.get_url(request))
        yield address, page.last_published_at.date().isoformat() if page.last_published_at else ""
        if page.specific_class is ColumnPage:
            yield f"{address}statistics/", ""
            yield from ((link.address, "") for link in method_links(request, address))


def _replies(request: HttpRequest) -> Iterator[tuple[str, str]]:
    column = ColumnPage.objects.live().first()
    if column is None:
        return
    base = full_address(request, column.get_url(request))
    pages = ReplyPage.objects.child_of(column).filter(publication_id__in=public_rows().values("pk"))
    for slug, changed in pages.order_by("pk").values_list("slug", "last_published_at"):
        yield f"{base}{slug}/", changed.date().isoformat() if changed else ""


def _xml(body: str) -> HttpResponse:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'
    return HttpResponse(text, content_type="application/xml; charset=utf-8")
