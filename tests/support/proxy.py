"""The machine's own nginx with the very template of ``deploy/``, as a process of a test or a measurement."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from luoshi_site.local.processes import die_with_parent

TEMPLATE = Path(__file__).parents[2] / "deploy" / "nginx" / "luoshi.conf.template"
PATIENCE = 20.0
"""Seconds in which nginx has to listen."""


def nginx_path() -> str | None:
    """Where this machine's nginx is: ``LUOSHI_NGINX``, else the usual places."""
    given = os.environ.get("LUOSHI_NGINX")
    return given or shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def nginx_needed() -> str:
    """The same for a test, which fails without one where ``CI`` is set and else is skipped, saying so."""
    path = nginx_path()
    if path is None:
        said = "没有 nginx，公开页缓存的测试没有运行：请安装 nginx-light，或以 LUOSHI_NGINX 指明"
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    return path


def rendered(folder: Path, *, listen: str, upstream: str, hosts: str, marks: Path) -> str:
    """The template with its variables filled in as ``envsubst`` does it, its log beside the rest."""
    text = TEMPLATE.read_text("utf-8")
    given = {
        "LUOSHI_HOSTS": hosts,
        "LUOSHI_LISTEN": listen,
        "LUOSHI_UPSTREAM": upstream,
        "LUOSHI_PAGES": str(folder / "pages"),
        "LUOSHI_MARKS": str(marks),
    }
    for name, value in given.items():
        assert f"${{{name}}}" in text
        text = text.replace(f"${{{name}}}", value)
    return text.replace("/var/log/nginx/", f"{folder}/")


@contextmanager
def proxy(
    path: str, folder: Path, *, web_port: int, hosts: str, marks: Path, more: str = ""
) -> Iterator[int]:
    """nginx before the web server at ``web_port``, on a free port of this machine: its port.

    :param folder: for everything it writes. :param more: further server blocks; ``PORT`` in them is replaced
        by that of nginx.
    """
    folder.mkdir(parents=True, exist_ok=True)
    marks.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    inner = rendered(
        folder, listen=f"127.0.0.1:{port}", upstream=f"127.0.0.1:{web_port}", hosts=hosts, marks=marks
    )
    temporary = "\n".join(
        f"    {kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    as_root = "user root;\n" if os.getuid() == 0 else ""  # the folders of a test are closed to others
    config = folder / "nginx.conf"
    config.write_text(
        f"{as_root}daemon off;\nworker_processes 1;\npcre_jit on;\npid {folder}/pid;\n"
        f"error_log {folder}/error.log;\nevents {{ worker_connections 512; }}\n"
        f"http {{\n{temporary}\n    sendfile on;\n    default_type application/octet-stream;\n"
        f"    types {{ text/html html; }}\n    keepalive_requests 1000000;\n"
        f"{inner}\n{more.replace('PORT', str(port))}\n}}\n",
        encoding="utf-8",
    )
    with (folder / "output.txt").open("ab") as output:
        process = subprocess.Popen(
            [path, "-c", str(config), "-e", str(folder / "error.log")],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
    try:
        limit = time.monotonic() + PATIENCE
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > limit:
                said = (folder / "error.log").read_text("utf-8", "replace") if config.exists() else ""
                raise RuntimeError(f"nginx did not start: {said}")
            time.sleep(0.02)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as link:
        link.settimeout(1)
        return link.connect_ex(("127.0.0.1", port)) == 0
