"""Writing a county's public site into a folder, exactly as a reader without a cookie is shown it."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from wagtail.models import Page, Site

from luoshi.errors import Invalid, Problem
from luoshi.suggestions.files.kinds import MEDIA_TYPES
from luoshi.tenancy import tenant_current
from luoshi_cms.export.folder import ExportRefused, export_folder
from luoshi_cms.export.links import NeedsServerError, links_relative, links_without
from luoshi_cms.export.reader import Reader, connection_kept
from luoshi_cms.models import ColumnPage, ReplyPage
from luoshi_cms.pages.column import METHODS, PARTS
from luoshi_cms.site.copy import INDEX, StaticCopy, place_of

GONE, UNAVAILABLE = 410, 503
ENDINGS = {kind.partition(";")[0]: ending.value for ending, kind in MEDIA_TYPES.items()}
"""What a published file's name ends in: a web server goes by the name alone."""
_FILE = re.compile(r".*/files/[0-9]{1,18}/")
_HOME = re.compile(r"https?://[0-9A-Za-z.-]{1,200}(?::[0-9]{1,5})?(?:/[0-9A-Za-z._~-]{1,100})*/?")

Told = Callable[[int], None]


@dataclass(slots=True)
class Exported:
    """What was written. ``pages``: HTML pages, ``stones`` of replies that were taken down among them.

    ``lost``: links of editors that led to nothing and were taken away. ``failed``: addresses of methods'
    columns that could not be shown and say so.
    """

    pages: int = 0
    files: int = 0
    stones: int = 0
    lost: int = 0
    failed: tuple[str, ...] = ()


def site_export(*, folder: Path, live: str = "", home: str = "", told: Told = lambda pages: None) -> Exported:
    """Write the bound county's public site into ``folder``, which is replaced as a whole or not at all.

    Everything is read as of one moment. Page after page is written and forgotten; what is kept in memory are
    the addresses, about 100 bytes for each. The same content gives the same bytes on the same day.

    :param live: address of the site that can search; without it no page speaks of a search.
    :param home: address at which the folder will be found. Without it, feed, register and map of the site
        name their addresses relative to themselves.
    :param told: is told now and then how many pages are written.
    :raises Invalid: where an address is none.
    :raises ExportRefused: where the folder is not ours or cannot be written, or a page cannot be made.
    """
    problems = [
        Problem(name, f"“{given}”不是网站地址，应形如 https://www.example.cn")
        for name, given in (("live", live), ("home", home))
        if given and not _HOME.fullmatch(given)
    ]
    if problems:
        raise Invalid(problems)
    with export_folder(folder, county=tenant_current().code) as work, _one_moment(), connection_kept():
        column = ColumnPage.objects.live().first()
        address = "/jianyi/" if column is None else str(column.get_url())
        copy = StaticCopy(address, live.rstrip("/"), home.rstrip("/"))
        site = Site.objects.select_related("root_page").get(is_default_site=True)
        writer = _Writer(work, Reader(site, copy), told)
        writer.write_all(_starts(site, column, address))
        return writer.done


@contextmanager
def _one_moment() -> Iterator[None]:
    """Everything inside sees the county as it was at one moment: no list names what its page no longer is."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _starts(site: Site, column: ColumnPage | None, address: str) -> Iterator[str]:
    """Where the walk begins: what no link leads to, replies that were taken down among it."""
    yield from ("/robots.txt", "/sitemap.xml")
    pages = Page.objects.descendant_of(site.root_page, inclusive=True).live().public().not_type(ReplyPage)
    for page in pages.order_by("path"):
        yield str(page.get_url())
    if column is not None:
        for part in PARTS:
            yield f"{address}{part}" if "." in part else f"{address}{part}/"
        slugs = ReplyPage.objects.child_of(column).order_by("pk").values_list("slug", flat=True)
        for slug in slugs:
            yield f"{address}{slug}/"


class _Writer:
    """Follows every link within the site and writes what it finds."""

    def __init__(self, folder: Path, reader: Reader, told: Told) -> None:
        self.done = Exported()
        self._folder, self._reader, self._told = folder, reader, told
        self._column = reader.copy.column
        self._waiting: deque[str] = deque()
        self._seen: set[str] = set()  # places: an editor may have written an address in another way
        self._files: dict[str, str | None] = {}
        self._missing: set[str] = set()

    def write_all(self, starts: Iterator[str]) -> None:
        """Write everything that can be reached from ``starts``, and take away links to what is not there."""
        for start in starts:
            self._place(start)
        while self._waiting:
            self._write(self._waiting.popleft())
        if self._missing:
            self._unlink()

    def _place(self, address: str) -> str | None:
        """The file of an address, which is written in its turn; ``None`` where it has none."""
        if _FILE.fullmatch(address):
            return self._file(address)
        path, mark, query = address.partition("?")
        if "." not in path.rpartition("/")[2] and not path.endswith("/"):
            address = f"{path}/{mark}{query}"  # as the site itself would send a reader on
        place = place_of(address, self._column)
        if place is not None and place not in self._seen:
            self._seen.add(place)
            self._waiting.append(address)
        return place

    def _write(self, address: str) -> None:
        place = place_of(address, self._column)
        assert place is not None, "only what has a place is waiting"
        if address.startswith(settings.STATIC_URL):
            self._asset(address, place)
            return
        with self._reader.read(address) as response:
            status = response.status_code
            is_column = address.startswith(f"{self._column}{METHODS}/")
            if status == UNAVAILABLE and is_column:
                self.done.failed = (*self.done.failed, address)
            elif status == GONE:
                self.done.stones += 1
            elif status in (301, 302, 404):
                self._missing.add(place)
                return
            elif status != 200:
                raise ExportRefused(f"{address} 无法显示（{status}），没有导出，原有的导出没有改变")
            if response["Content-Type"].startswith("text/html"):
                self._page(address, place, b"".join(_pieces(response)).decode())
            else:
                self._put(place, _pieces(response))

    def _page(self, address: str, place: str, text: str) -> None:
        try:
            text, lost = links_relative(text, address=address, own=place, resolve=self._place)
        except NeedsServerError as error:
            raise ExportRefused(f"{address} 上有需要服务器的表单，没有导出，原有的导出没有改变") from error
        self.done.pages += 1
        self.done.lost += lost
        self._put(place, iter([text.encode()]))
        self._told(self.done.pages)

    def _file(self, address: str) -> str | None:
        """A published file, written at once: what it is called hangs on what it is."""
        if address not in self._files:
            self._files[address] = None
            with self._reader.read(address) as response:
                if response.status_code == 200:
                    ending = ENDINGS.get(response["Content-Type"].partition(";")[0], "bin")
                    place = place_of(f"{address.rstrip('/')}.{ending}", self._column)
                    assert place is not None, "a page with a file has a place"
                    self._put(place, _pieces(response))
                    self._files[address] = place
        return self._files[address]

    def _asset(self, address: str, place: str) -> None:
        """A style or script, as it was collected or else as it lies in its app."""
        name = unquote(urlsplit(address).path).removeprefix(settings.STATIC_URL)
        if staticfiles_storage.exists(name):
            with staticfiles_storage.open(name) as source:
                self._put(place, source.chunks())
            return
        found = finders.find(name)
        if not isinstance(found, str):
            raise ExportRefused(f"缺少网页所用的文件 {name}，请先执行 luoshi collect-static")
        with open(found, "rb") as plain:
            self._put(place, iter(lambda: plain.read(65536), b""))

    def _put(self, place: str, pieces: Iterator[bytes]) -> None:
        path = self._folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as target:  # two addresses never have one file
            for piece in pieces:
                target.write(piece)
        self.done.files += 1

    def _unlink(self) -> None:
        missing = frozenset(self._missing)
        for path in self._folder.rglob(f"*{INDEX}"):
            own = path.relative_to(self._folder).as_posix()
            before = path.read_text(encoding="utf-8")
            text, lost = links_without(before, own=own, missing=missing)
            if lost:
                path.write_text(text, encoding="utf-8")
                self.done.lost += lost


def _pieces(response: HttpResponseBase) -> Iterator[bytes]:
    """The body, piece by piece; where the proxy would send a file, that file."""
    inner = response.headers.get("X-Accel-Redirect")
    if inner is not None:
        prefix = f"{settings.LUOSHI_ACCEL_PREFIX.rstrip('/')}/{tenant_current().schema}/"
        with default_storage.open(unquote(inner).removeprefix(prefix)) as source:
            yield from source.chunks()
    else:
        yield from response
