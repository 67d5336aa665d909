"""A web server that knows files and nothing else, and a reader who follows every link in what it serves."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html import unescape
from http.client import HTTPConnection
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

_LINK = re.compile(r'(?:href|src|action)="([^"]*)"|<(?:loc|uri)>([^<]*)<|"address": "([^"]*)"')
_CELL = re.compile(r"^\d+,([^,]+),", re.MULTILINE)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server on loopback whose root is ``folder``."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def walk(base: str, starts: tuple[str, ...]) -> tuple[dict[str, tuple[int, str]], set[str]]:
    """Status and text of every address below ``base`` that is linked, by its path there; and every link that
    leads elsewhere. A link to a folder of the server above ``base`` counts as elsewhere.
    """
    found: dict[str, tuple[int, str]] = {}
    elsewhere: set[str] = set()
    waiting = [urljoin(base, start) for start in starts]
    host = urlsplit(base).netloc
    connection = HTTPConnection(host)
    while waiting:
        address = waiting.pop().partition("#")[0]
        if not address.startswith(base):
            elsewhere.add(address)
            continue
        path = unquote(address.removeprefix(base))
        if path in found:
            continue
        connection.request("GET", urlsplit(address).path)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        found[path] = (answer.status, unescape(text))
        for groups in (*_LINK.findall(text), *(_CELL.findall(text) if path.endswith(".csv") else ())):
            link = unescape(groups if isinstance(groups, str) else next(filter(None, groups), ""))
            if link and not link.startswith(("data:", "?view=")):
                waiting.append(urljoin(address, link))
    connection.close()
    return found, elsewhere
