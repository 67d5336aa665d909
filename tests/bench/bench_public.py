"""A reply page beside a bare page of the same frame and length; kept by nginx beside nginx and a file."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import median

import ready
from django.conf import settings
from django.test import Client
from people import cast_make
from proxy import nginx_path, proxy
from public_pages import REPLY, page_live
from serving import Browser, statements, web_server
from timing import heading, row

from luoshi.outbox.drain import outbox_drain
from luoshi_cms.models import ColumnPage, TextPage
from luoshi_tenants.context import county_context
from luoshi_tenants.provisioning.services import county_create

HOST = "public.localhost"
TURNS = 9
SECONDS = 2
READERS = 4
LENGTH = 2_400
"""Characters of the reply: a long letter."""
FILES = """
    server {
        listen 127.0.0.1:PORT;
        server_name file.localhost;
        location / { root FOLDER; }
    }
"""


def run(url: str) -> None:
    """Print statements, rates and their ratios."""
    county = county_create(code="920031", name="测速县", province_code="430000", hosts=[HOST])
    with county_context(county):
        page, bare = _pages()
    heading("公开的答复页，与同框架、同长度的空白页轮流")
    _statements(page, bare)
    wrk = shutil.which("wrk")
    if wrk is None:
        row("没有安装 wrk，速度未测", "")
        return
    with tempfile.TemporaryDirectory(prefix="luoshi-bench-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        os.environ["LUOSHI_MARKS"] = settings.LUOSHI_MARKS = str(folder / "m")
        with web_server(url) as port:
            _uncached(wrk, port, page, bare)
            _kept(wrk, port, page, folder)
        os.environ["LUOSHI_MARKS"] = settings.LUOSHI_MARKS = ""


def _pages() -> tuple[str, str]:
    """Addresses of a reply page and of an editors' page with as many bytes in the same frame."""
    cast = cast_make()
    text = (REPLY * (LENGTH // len(REPLY) + 1))[:LENGTH]
    publication = ready.at_publication(cast, *ready.CHECKED)
    cast.world.act(publication, "confirm_rendition", cast.government, **ready.masked(publication, reply=text))
    cast.world.act(publication, "approve", cast.government)
    cast.world.act(publication, "send_to_editor", cast.government)
    cast.world.act(publication, "publish", cast.system, **ready.publication_data(publication, "publish"))
    reply = page_live(publication.pk)
    outbox_drain(limit=1000)
    page, other = f"/jianyi/{reply.slug}/", "/jianyi/bare/"
    bare = TextPage(title=reply.title, slug="bare", body="<p>文</p>")
    ColumnPage.objects.get().add_child(instance=bare)
    missing = _size(page) - _size(other)
    lines = text.splitlines()
    body = ""
    while len(body.encode()) < missing:
        body += f"<p>{lines[len(body) % len(lines)][:200]}</p>"
    bare.body = body
    bare.save_revision().publish()
    return page, other


def _size(address: str) -> int:
    return len(Client(SERVER_NAME=HOST).get(address).content)


def _statements(page: str, bare: str) -> None:
    many, few = (statements(Client(SERVER_NAME=HOST), address) for address in (page, bare))
    row(f"字节 {_size(page):,} / {_size(bare):,}；SQL {many} / {few}", f"{many - few:+d}", "至多 +3")


def _uncached(wrk: str, port: int, page: str, bare: str) -> None:
    rates = _in_turns(wrk, {"page": (port, HOST, page), "bare": (port, HOST, bare)})
    _ratio("直接由产品回答", rates, "page", "bare", 0.85)


def _kept(wrk: str, port: int, page: str, folder: Path) -> None:
    heading("经 nginx 缓存的答复页，与同一 nginx 的同样大小的静态文件轮流")
    nginx = nginx_path()
    if nginx is None:
        row("没有安装 nginx，未测", "")
        return
    (folder / "files").mkdir()
    (folder / "files" / "page.html").write_bytes(b"x" * _size(page))
    more = FILES.replace("FOLDER", str(folder / "files"))
    with proxy(nginx, folder / "n", web_port=port, hosts=HOST, marks=folder / "m", more=more) as front:
        things = {"kept": (front, HOST, page), "file": (front, "file.localhost", "/page.html")}
        for _ in range(2):
            Browser(front, HOST, None).see(page)
        _ratio("由 nginx 回答", _in_turns(wrk, things), "kept", "file", 0.8)


def _in_turns(wrk: str, things: dict[str, tuple[int, str, str]]) -> dict[str, list[float]]:
    """Answers a second of each, turn by turn; the first turn is not counted."""
    found: dict[str, list[float]] = {name: [] for name in things}
    for turn in range(TURNS + 1):
        for name, (port, host, address) in things.items():
            rate = _rate(wrk, port, host, address)
            if turn:
                found[name].append(rate)
    return found


def _rate(wrk: str, port: int, host: str, address: str) -> float:
    told = subprocess.run(
        [
            wrk,
            "-t1",
            f"-c{READERS}",
            f"-d{SECONDS}s",
            "-H",
            f"Host: {host}",
            f"http://127.0.0.1:{port}{address}",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise RuntimeError(told)
    match = re.search(r"Requests/sec:\s*([\d.]+)", told)
    if match is None:
        raise RuntimeError(told)
    return float(match[1])


def _ratio(text: str, rates: dict[str, list[float]], one: str, other: str, least: float = 0) -> None:
    ratio = median(a / b for a, b in zip(rates[one], rates[other], strict=True))
    told = " / ".join(f"{median(rates[name]):,.0f}" for name in (one, other))
    wrong = "  ←" if ratio < least else ""
    row(f"{text}：每秒 {told} 次", f"{ratio:.2f}", f"至少 {least:.2f}{wrong}" if least else "")
