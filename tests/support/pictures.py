"""The pictures of the README, taken from a running demonstration: ``make pictures``.

It starts a demonstration of its own in a temporary home, unless ``LUOSHI_PICTURES_URL`` (a county's address,
such as ``http://hengnan.localhost:8000``) and ``LUOSHI_PICTURES_PASSWORD`` name one that runs.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from io import BytesIO
from pathlib import Path

from chromium import chromium, chromium_path, window
from hands import Person
from PIL import Image
from playwright.sync_api import expect

from luoshi_site.local.home import Home, port_pick

TARGET = Path(__file__).parents[2] / "docs/pictures"
HEAVIEST = 150_000
"""Bytes of one picture."""
PATIENCE = 600.0
"""Seconds for a demonstration to start."""


def start(person: Person) -> None:
    """The start page, without what it says on signing in."""
    person.open_menu("首页")
    expect(person.page.get_by_role("status")).to_have_count(0)


def own_list(person: Person) -> None:
    """The list of one's suggestions."""
    person.open_menu(person.list_label)


def board(person: Person) -> None:
    """The board on which suggestions are assigned to units before the meeting."""
    person.follow("去预交办", person.page.get_by_role("main"))


def first_case(person: Person, duty: str) -> None:
    """The first case that waits for this person to do ``duty``."""
    person.follow(re.compile(duty), person.page.get_by_role("region", name=re.compile("^等我做的")))
    expect(person.heading).to_contain_text(duty)
    person.touch(person.page.get_by_role("rowheader").get_by_role("link").first)
    expect(person.acts).to_be_visible()


def public_column(person: Person) -> None:
    """The list that a citizen finds."""
    person.page.goto("/jianyi/")


def public_reply(person: Person) -> None:
    """A reply with a promise that is past its day."""
    person.page.goto("/jianyi/?q=排污口")
    person.touch(person.page.get_by_role("main").get_by_role("link", name=re.compile("排污口")).first)
    expect(person.page.get_by_text("已过期").last).to_be_visible()


def public_statistics(person: Person) -> None:
    """Whole years beside what is published."""
    person.page.goto("/jianyi/statistics/")
    expect(person.page.get_by_role("heading", name="全年办理情况")).to_be_visible()


@dataclass(frozen=True)
class Picture:
    """``account`` of the demonstration (nobody's for a citizen) goes a ``way``, seen over the shoulder."""

    name: str
    account: str
    way: Callable[[Person], None]
    phone: bool = False


PICTURES = (
    Picture("office-start", "renda1", start),
    Picture("office-list", "renda1", own_list),
    Picture("unit-case", "shuili-fuze", lambda person: first_case(person, "待拟答复稿")),
    Picture("unit-list-phone", "shuili-jingban", own_list, phone=True),
    Picture("deputy-start-phone", "daibiao1", start, phone=True),
    Picture("public-statistics", "", public_statistics),
    Picture("public-column-phone", "", public_column, phone=True),
    Picture("public-reply-phone", "", public_reply, phone=True),
    Picture("deputy-grade-phone", "daibiao1", lambda person: first_case(person, "请您评价"), phone=True),
)


def take(address: str, password: str, path: str) -> None:
    """Take all pictures from the county at ``address`` and write them, small, where the README has them."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with chromium(path) as browser:
        for picture in PICTURES:
            with window(browser, address, phone=picture.phone) as (context, watch):
                person = Person(context.new_page(), watch)
                if picture.account:
                    person.sign_in(picture.account, password)
                picture.way(person)
                small = smaller(person.page.screenshot(animations="disabled"))
            if len(small) > HEAVIEST:
                raise RuntimeError(f"{picture.name} has {len(small)} bytes, more than {HEAVIEST}")
            (TARGET / f"{picture.name}.png").write_bytes(small)
            sys.stdout.write(f"{picture.name}.png  {len(small) // 1000} kB\n")


def smaller(png: bytes) -> bytes:
    """The same picture in 128 colours: a page has few."""
    out = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


@contextmanager
def demonstration() -> Iterator[tuple[str, str]]:
    """A demonstration of our own: its address and password. It ends with the block, its data with it."""
    with tempfile.TemporaryDirectory(prefix="luoshi-pictures-") as name:
        Path(name).chmod(0o711)  # started by root, PostgreSQL runs as another user
        home, port = Home(Path(name)), port_pick()
        given = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
        process = subprocess.Popen(
            [sys.executable, "-m", "luoshi_site.cli", "demo"],
            env={**given, "LUOSHI_HOME": name, "PORT": str(port), "LUOSHI_WITH_PARENT": "1"},
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
        )
        try:
            _wait(process, home, port)
            password = (home.path / "demo-password").read_text(encoding="utf-8").strip()
            yield f"http://hengnan.localhost:{port}", password
        finally:
            process.terminate()
            process.wait(60)


def _wait(process: subprocess.Popen[bytes], home: Home, port: int) -> None:
    limit = time.monotonic() + PATIENCE
    while not ((home.path / "demo-loaded").exists() and _answers(port)):
        if process.poll() is not None or time.monotonic() > limit:
            raise RuntimeError("the demonstration did not start, see above")
        time.sleep(0.5)


def _answers(port: int) -> bool:
    link = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        link.request("GET", "/healthz")
        return link.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        link.close()


def main() -> int:
    """Returns the exit code."""
    path = chromium_path()
    if path is None:
        sys.stderr.write(
            "没有找到 Chromium："
            "请安装 chromium-headless-shell（或 chromium）与 fonts-noto-cjk，或以 LUOSHI_CHROMIUM 指明。\n"
        )
        return 1
    address = os.environ.get("LUOSHI_PICTURES_URL")
    if address:
        take(address, os.environ.get("LUOSHI_PICTURES_PASSWORD", ""), path)
        return 0
    with demonstration() as (address, password):
        take(address, password, path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
