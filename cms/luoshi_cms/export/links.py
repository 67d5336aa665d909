"""Links of a page made relative, so that the folder works below any address and from a disk."""

import html
import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from luoshi_cms.site.copy import quoted, relative

Resolve = Callable[[str], str | None]
"""From an address of the site (path and query) to its file in the folder; ``None`` where it has none."""

_TAG = re.compile(r"<[a-zA-Z][^>]*>")
_LINK = re.compile(r'(\s)(href|src|action)="([^"]*)"')
_FORM = re.compile(r"<form\b", re.IGNORECASE)


class NeedsServerError(Exception):
    """A page of the copy has a form, which no static server can answer."""


def links_relative(text: str, *, address: str, own: str, resolve: Resolve) -> tuple[str, int]:
    """``text`` with every link within the site made relative; a link to what the folder does not have loses
    its address. Returns the text and the number of those.

    Links to other hosts stay: the editors set them on purpose, and nothing is fetched through them.

    :param address: of the page, with its query. :param own: the page's file.
    :raises NeedsServerError: where the page has a form.
    """
    if _FORM.search(text):
        raise NeedsServerError
    lost = 0

    def put(found: re.Match[str]) -> str:
        nonlocal lost
        new = _link(html.unescape(found[3]), address, own, resolve)
        if new is None:
            lost += 1
            return ""
        return f'{found[1]}{found[2]}="{html.escape(new)}"'

    return _TAG.sub(lambda tag: _LINK.sub(put, tag[0]), text), lost


def links_without(text: str, *, own: str, missing: frozenset[str]) -> tuple[str, int]:
    """``text`` without the addresses of links to ``missing`` files, and how many these were."""
    lost = 0

    def put(found: re.Match[str]) -> str:
        nonlocal lost
        if urljoin(f"/{quoted(own)}", html.unescape(found[3]).partition("#")[0]) not in gone:
            return found[0]
        lost += 1
        return ""

    gone = {f"/{quoted(place)}" for place in missing}
    return _TAG.sub(lambda tag: _LINK.sub(put, tag[0]), text), lost


def _link(link: str, address: str, own: str, resolve: Resolve) -> str | None:
    parts = urlsplit(link)
    # "?view=…" asks the script of the same page for another look.
    if parts.scheme or parts.netloc or link.startswith(("#", "?view=")):
        return link
    whole, _, fragment = urljoin(address, link).partition("#")
    place = resolve(whole)
    if place is None:
        return None
    return quoted(relative(place, own)) + (f"#{fragment}" if fragment else "")
