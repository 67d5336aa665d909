"""The machine's own Chromium, and what no page of ours may do in it."""

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Request,
    Response,
    WebError,
    sync_playwright,
)

# The same engine without the browser around it takes half the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable")
# Of Chromium's own accord nothing leaves the machine; of a page's accord nothing is found outside.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
)
PHONE, DESK = (375, 812), (1440, 900)
"""Width and height of the window in CSS pixels."""

# A violation is an error on the console already, in words that change with the version: this line does not.
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("content security policy: " + event.violatedDirective + " " + event.blockedURI));
"""


def chromium_path() -> str | None:
    """Where this machine's Chromium is: ``LUOSHI_CHROMIUM``, else the usual names."""
    given = os.environ.get("LUOSHI_CHROMIUM")
    return given or next((path for name in NAMES if (path := shutil.which(name))), None)


def chromium_needed() -> str:
    """The same for a test, which fails without one where ``CI`` is set and else is skipped, saying so."""
    path = chromium_path()
    if path is None:
        said = (
            "没有 Chromium，浏览器测试没有运行："
            "请安装 chromium-headless-shell（或 chromium）与 fonts-noto-cjk，或以 LUOSHI_CHROMIUM 指明"
        )
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    return path


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """A Chromium without a window, driven until the block ends."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def is_ours(url: str) -> bool:
    """Whether a request stays on this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme in ("data", "about") or host == "127.0.0.1" or host.endswith(".localhost")


@dataclass
class Watch:
    """Everything wrong that happens in the pages of one browser context.

    ``refusals``: statuses below 500 that the test provokes; a browser writes an error for each.
    """

    refusals: Collection[int] = ()
    seen: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> "Watch":
        """Watch ``context`` from now on."""
        context.add_init_script(TELL_VIOLATIONS)
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", self._page_error)
        return self

    def _request(self, request: Request) -> None:
        if not is_ours(request.url):
            self.seen.append(f"request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.seen.append(f"{response.status} {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        provoked = any(f"responded with a status of {status} " in message.text for status in self.refusals)
        if message.type == "error" and not provoked:
            page = message.page.url if message.page else ""
            self.seen.append(f"console of {page}: {message.text}")

    def _page_error(self, error: WebError) -> None:
        page = error.page.url if error.page else ""
        self.seen.append(f"script error in {page}: {error.error}")

    def check(self) -> None:
        """Fail where anything was wrong."""
        seen, self.seen = self.seen, []
        if seen:
            raise AssertionError("\n".join(seen))


@contextmanager
def window(
    browser: Browser,
    base: str,
    *,
    phone: bool = False,
    refusals: Collection[int] = (),
    java_script_enabled: bool = True,
) -> Iterator[tuple[BrowserContext, Watch]]:
    """A browser of one person, with nobody's cookies: a phone that is touched, or a desk's wide window.

    What :class:`Watch` saw makes the block fail at its end, where it has not failed before.
    """
    width, height = PHONE if phone else DESK
    context = browser.new_context(
        base_url=base,
        viewport={"width": width, "height": height},
        has_touch=phone,
        is_mobile=phone,
        device_scale_factor=2 if phone else 1,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        java_script_enabled=java_script_enabled,
    )
    context.set_default_timeout(10_000)
    watch = Watch(refusals).over(context)
    try:
        yield context, watch
        watch.check()
    finally:
        with suppress(Exception):  # a browser that died has told so already
            context.close()
