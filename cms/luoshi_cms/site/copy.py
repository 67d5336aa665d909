"""The static copy of a county's site: where each address stands in its folder, and what a page says there.

A static server knows no query strings and runs no search. So every address that a copy may link to has one
file, and a page that is made for a copy (``request.luoshi_copy``) offers nothing else.
"""

import posixpath
import re
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from django.http import HttpRequest

INDEX = "index.html"
FOLDERS = {"session": "session", "unit": "unit", "result_class": "class", "category": "field"}
"""Parts of a list's filter, and their names in the folders that stand for them: ``unit=12``. No page of an
editor can have such an address.
"""
SHUT = ("office", "cms", "api", "methods", "documents", "_util", "healthz")
"""First parts of addresses that are no part of the public site."""
LONGEST_NAME = 200
"""Bytes of a file's name."""
_PLAIN = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,39}")
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')


@dataclass(frozen=True, slots=True)
class StaticCopy:
    """What a page of the copy has to know.

    ``column``: address of the column, such as ``/jianyi/``. ``live``: address of the site that can search and
    take in, without a slash at the end; empty where none is named. ``home``: the address at which the copy
    will be found; empty where nobody has said.
    """

    column: str
    live: str = ""
    home: str = ""

    @property
    def live_column(self) -> str:
        """The column of the living site; empty where none is named."""
        return f"{self.live}{self.column}" if self.live else ""

    def full(self, here: str, address: str) -> str:
        """The full address of ``address`` in the copy; the way to it from ``here`` where nobody has said
        where the copy will be found.

        :raises ValueError: for an address that the copy does not have.
        """
        place, own = place_of(address, self.column), place_of(here, self.column)
        if place is None or own is None:
            raise ValueError(f"{address} has no place in a static copy")
        shown = place.removesuffix(INDEX)
        return f"{self.home}/{quoted(shown)}" if self.home else quoted(relative(shown, own))


def copy_of(request: HttpRequest) -> StaticCopy | None:
    """The static copy that this page is made for; ``None`` for a reader of the living site."""
    found: StaticCopy | None = getattr(request, "luoshi_copy", None)
    return found


def full_address(request: HttpRequest, address: str) -> str:
    """``address`` with scheme and host, or as the static copy has it that the page is made for."""
    copy = copy_of(request)
    if copy is None:
        return request.build_absolute_uri(address)
    return copy.full(request.get_full_path(), address)


def relative(place: str, own: str) -> str:
    """The way from the file ``own`` to ``place``; a folder keeps its slash at the end."""
    way = posixpath.relpath(f"/{place}", posixpath.dirname(f"/{own}"))
    return f"{way}/" if place.endswith("/") or not place else way


def quoted(place: str) -> str:
    """A place as it stands in a link."""
    return quote(place, safe="/=")


def place_of(address: str, column: str) -> str | None:
    """The file in which ``address`` (path and query, without a host) stands; ``None`` where it has none.

    Of the lists those have one that are limited in one way only, in pages; of the statistics each session.
    """
    parts = urlsplit(address)
    path = unquote(parts.path)
    names = path.strip("/").split("/") if path.strip("/") else []
    if any(not name or name.startswith(".") or _FORBIDDEN.search(name) for name in names):
        return None
    if not path.startswith("/") or (names and names[0] in SHUT):
        return None
    asked = parse_qsl(parts.query, keep_blank_values=True)
    inner = _inner(path, dict(asked), column) if len(dict(asked)) == len(asked) else None
    if inner is None:
        return None
    if path == "/sitemap.xml" and inner:
        return f"sitemap-{inner}xml"
    whole = "/".join(_short(name) for name in names)
    if not path.endswith("/"):
        return whole
    return f"{whole}/{inner}{INDEX}" if whole else INDEX


def _inner(path: str, asked: dict[str, str], column: str) -> str | None:
    """The folders that stand for a query, each with its slash; ``None`` where nothing stands for it."""
    if not asked:
        return ""
    if path == "/sitemap.xml":
        part = asked.pop("part", "")
        return f"{part}." if _is_number(part) and not asked else None
    page = asked.pop("page", "")
    if page and not (_is_number(page) and int(page) > 1):
        return None
    last = f"page={page}/" if page else ""
    if path == column:
        known = FOLDERS
    elif path == f"{column}statistics/" and not page:
        known = {"session": FOLDERS["session"]}
    elif path.startswith(f"{column}gongfa/"):
        known = {}
    else:
        return None
    if len(asked) > 1 or not known.keys() >= asked.keys():
        return None
    return "".join(f"{known[key]}={_name(value)}/" for key, value in asked.items()) + last


def _name(value: str) -> str:
    """A value as the name of a folder that every file system and web server takes; the same for ever."""
    return value if _PLAIN.fullmatch(value) else sha256(value.encode()).hexdigest()[:12]


def _short(name: str) -> str:
    """A part of an address; file systems take 255 bytes, and an editor's Chinese slug may be longer."""
    return name if len(name.encode()) <= LONGEST_NAME else _name(name)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6 and not text.startswith("0")
