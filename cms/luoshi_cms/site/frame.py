"""What stands around every public page: name, look, way back, menu, tags of government sites."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Page, Site

from luoshi.publication.values import PublicCase
from luoshi_cms.look import look_of
from luoshi_cms.models import ColumnPage, ReplyPage
from luoshi_cms.site.copy import copy_of, full_address

VIEWS = {"large": "大字", "contrast": "高对比", "both": "大字高对比"}
"""Ways to read a page that an address can ask for: no cookie is needed for them."""


@dataclass(frozen=True, slots=True)
class Crumb:
    """One link of the way back; the page itself has no address."""

    label: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class PageLink:
    """Where a publication's page stands, and since when."""

    address: str
    since: datetime | None


def home_address(request: HttpRequest) -> str:
    """The address of the start page."""
    return _site(request).root_page.get_url(request) or "/"


def column_address(request: HttpRequest, column: Page) -> str:
    """The address of the column, without the host."""
    return str(column.get_url(request))


def reply_links(address: str, publication_ids: Iterable[int]) -> dict[int, PageLink]:
    """The pages of these publications below the column at ``address``. One query."""
    rows = ReplyPage.objects.filter(publication_id__in=list(publication_ids))
    found = rows.values_list("publication_id", "slug", "first_published_at")
    return {pk: PageLink(f"{address}{slug}/", since) for pk, slug, since in found}


def query(parts: dict[str, str]) -> str:
    """``?a=b`` of what is not empty, or nothing."""
    given = {key: value for key, value in parts.items() if value}
    return f"?{urlencode(given)}" if given else ""


def view_of(request: HttpRequest) -> str:
    """The way of reading that the address asks for."""
    wanted = request.GET.get("view", "")
    return wanted if wanted in VIEWS else ""


def page_of(request: HttpRequest) -> int:
    """The page that the address asks for; the first one where it says nothing sensible."""
    given = request.GET.get("page", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 6 else 1


def frame(
    request: HttpRequest, *, crumbs: Sequence[Crumb], tags: Sequence[tuple[str, str]] = (), title: str = ""
) -> dict[str, Any]:
    """The context of the base template.

    :param crumbs: from the start page down, the last one being the page itself.
    """
    site, view = _site(request), view_of(request)
    look = look_of(request)
    copy = copy_of(request)
    # In a static copy the file stands for the query: only the way of reading is left to ask for.
    own = {} if copy else {key: request.GET[key] for key in request.GET if key != "view"}
    others = {key: label for key, label in VIEWS.items() if key != view}
    return {
        "site": site,
        "look": look,
        "copy": copy,
        "home_address": home_address(request),
        "page_title": title,
        "view": view,
        "view_links": [(key, label, query({**own, "view": key})) for key, label in others.items()],
        "plain_link": query(own) or request.path,
        "crumbs": [Crumb("首页", home_address(request)), *crumbs],
        "menu": _menu(request, site.root_page),
        "tags": [*_site_tags(request), *tags],
    }


def _site(request: HttpRequest) -> Site:
    site = Site.find_for_request(request)
    assert site is not None, "a county has a site from its first day"
    return site


def _menu(request: HttpRequest, home: Page) -> list[Crumb]:
    rows = home.get_children().live().in_menu().only("pk", "title", "url_path", "path", "depth", "slug")
    return [Crumb(row.title, f"{home_address(request)}{row.slug}/") for row in rows]


def _site_tags(request: HttpRequest) -> list[tuple[str, str]]:
    """国办发〔2017〕47号: the site's tags; the code only where the county has one for this site."""
    site, look = _site(request), look_of(request)
    copy = copy_of(request)
    domain = urlsplit(copy.home).hostname if copy and copy.home else site.hostname
    tags = [("SiteName", site.site_name), ("SiteDomain", domain or site.hostname)]
    return [*tags, ("SiteIDCode", look.site_id_code)] if look.site_id_code else tags


def column_tags(column: ColumnPage, *, title: str = "", about: str = "") -> list[tuple[str, str]]:
    """The column's tags; with ``title`` and ``about`` those of a column below it."""
    own = column.search_description or f"{column.title}：人大代表建议的答复、办理结果和承诺兑现情况"
    return [
        ("ColumnName", title or column.title),
        ("ColumnDescription", about or own),
        ("ColumnKeywords", column.keywords or column.title),
        ("ColumnType", column.column_type),
    ]


def article_tags(
    request: HttpRequest,
    *,
    title: str,
    since: datetime | None,
    source: str,
    keywords: str = "",
    author: str = "",
    about: str = "",
) -> list[tuple[str, str]]:
    """An article's tags; those that are not demanded only where there is something to say."""
    day = "" if since is None else timezone.localtime(since).strftime("%Y-%m-%d %H:%M")
    site = _site(request)
    copy = copy_of(request)
    # A copy of which nobody has said where it will be found has no address to name.
    address = full_address(request, request.path) if copy is None or copy.home else ""
    found = [
        ("ArticleTitle", title),
        ("PubDate", day),
        ("ContentSource", source or look_of(request).organiser or site.site_name),
        ("Keywords", keywords),
        ("Author", author),
        ("Description", about),
        ("Url", address),
    ]
    return [(name, value) for name, value in found if value]


def case_tags(request: HttpRequest, case: PublicCase, since: datetime | None) -> list[tuple[str, str]]:
    """The tags of a reply page; its text is of the published version, like everything on it."""
    unit = case.lead_units[0]
    words = [case.category, unit, case.kind, "答复公开"]
    return article_tags(
        request,
        title=case.title,
        since=since,
        source=unit,
        keywords=",".join(word for word in words if word),
        author=unit,
        about=" ".join(case.reply.split())[:120],
    )
