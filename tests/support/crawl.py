"""A reader who follows every link of a public site, signed in nowhere."""

import re
from html import unescape
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from django.test import Client
from sides import body

STARTS = (
    "/",
    "/robots.txt",
    "/sitemap.xml",
    "/jianyi/",
    "/jianyi/statistics/",
    "/jianyi/embed/",
    "/jianyi/register.json",
    "/jianyi/register.csv",
    "/jianyi/feed.atom",
)
NOT_PUBLIC = ("/office/", "/cms/", "/static/")
"""Where a link of a public page may lead and a reader has no business."""
MOST = 2_000
_LINK = re.compile(
    r'(?:href|src|action)="([^"]*)"|<(?:loc|id|uri)>([^<]*)<|"address": "([^"]*)"|(https?://[^\s",;<]+)'
)


def crawl(
    client: Client, host: str, starts: tuple[str, ...] = STARTS, most_parts: int = 9
) -> dict[str, tuple[int, str]]:
    """Every address that can be reached, with its status and its text, the address's own words among it.

    :param most_parts: addresses with more parts after their question mark (several filters at once, another
        way of reading a filtered list) are left out.
    """
    found: dict[str, tuple[int, str]] = {}
    waiting = list(starts)
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        assert len(found) < MOST, "a site without an end"
        answer = client.get(address)
        text = body(answer).decode("utf-8", "replace")
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        found[address] = (answer.status_code, f"{unquote(address)}\n{headers}\n{unescape(text)}")
        for groups in _LINK.findall(unescape(text)):
            link = urljoin(f"http://{host}{address}", next(filter(None, groups), ""))
            parts = urlsplit(link)
            if parts.scheme.startswith("http") and parts.hostname == host:
                inner = parts.path + (f"?{parts.query}" if parts.query else "")
                if not inner.startswith(NOT_PUBLIC) and len(parse_qsl(parts.query)) <= most_parts:
                    waiting.append(inner)
    return found
