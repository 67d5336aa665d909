"""Public pages as caches may keep them: without a cookie, the same for everybody, and not for long."""

import hashlib
import logging
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from wagtail.views import serve

from luoshi.tenancy import tenant_current
from luoshi_cms.site.whole import robots, sitemap
from luoshi_site.editions import Editions
from luoshi_tenants.hosts import host_of

logger = logging.getLogger(__name__)

PUBLIC = frozenset({serve, robots, sitemap})
"""The views of the public site. Every other address is a person's own or sets its own rules."""
KEPT_SECONDS = 10
FOR_ALL = f"public, max-age=0, s-maxage={KEPT_SECONDS}, must-revalidate"
"""A browser asks each time whether its copy still holds; what stands between serves it for ten seconds."""
FOR_ONE = "private, no-cache"
KEPT = frozenset({200, 410})
LOOK_AGAIN = 30.0
"""Seconds after which a process looks after the mark of a host again."""


def editions() -> Editions | None:
    """The marks that nginx reads; ``None`` where no proxy keeps pages (``LUOSHI_MARKS`` is not set)."""
    return Editions(Path(settings.LUOSHI_MARKS)) if settings.LUOSHI_MARKS else None


def pages_forget() -> None:
    """Have no page of the bound county served that was kept so far.

    :raises OSError: the marks could not be written.
    """
    marks = editions()
    if marks is not None:
        marks.renew(tenant_current().schema)


class PublicPagesMiddleware:
    """Says of every answer of the public site who may keep it, for how long, and what it is compared by.

    Stands outside the sessions and behind the table of hosts. A request without the session's cookie has no
    session: whoever looked for one found nothing, so the answer varies with no cookie. Whoever brings the
    cookie, be it an old one, is answered for himself alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.looked: dict[tuple[str, str], float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if getattr(request, "county", None) is None or request.method not in ("GET", "HEAD"):
            return response
        match = request.resolver_match
        if match is None or match.func not in PUBLIC:
            return response
        if settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers:
            response.headers.setdefault("Cache-Control", FOR_ONE)
            patch_vary_headers(response, ["Cookie"])
            return response
        return self._anonymous(request, response)

    def _anonymous(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.cookies or request.session.modified or "Cache-Control" in response:
            return response
        if response.status_code not in KEPT:
            response["Cache-Control"] = "no-cache"
            return response
        _vary_not(response, "cookie")
        response["Cache-Control"] = FOR_ALL
        self._look_after(request)
        if isinstance(response, HttpResponse) and "ETag" not in response:
            response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        if response.status_code != 200 or "ETag" not in response:
            return response
        same = get_conditional_response(request, etag=response["ETag"])
        return response if same is None else _unchanged(same, response)

    def _look_after(self, request: HttpRequest) -> None:
        """Now and then see that nginx finds a mark for this host. A failure costs speed alone."""
        marks = editions()
        key = (tenant_current().schema, host_of(request)) if marks is not None else ("", "")
        if marks is None or time.monotonic() - self.looked.get(key, -LOOK_AGAIN) < LOOK_AGAIN:
            return
        self.looked[key] = time.monotonic()
        try:
            marks.look_after(*key)
        except OSError:
            logger.exception("the marks of the public pages cannot be written")


def _unchanged(same: HttpResponse, response: HttpResponseBase) -> HttpResponse:
    """304 in place of an answer the reader has, with what caches go by (412 as it is)."""
    if same.status_code == 304:
        for name in ("Cache-Control", "ETag", "Vary"):
            if name in response:
                same[name] = response[name]
    # A file that was opened for the answer is closed when this one has been sent.
    same._resource_closers += response._resource_closers  # type: ignore[attr-defined]
    return same


def _vary_not(response: HttpResponseBase, name: str) -> None:
    kept = [part for part in response.get("Vary", "").split(",") if part.strip().lower() not in ("", name)]
    if kept:
        response["Vary"] = ",".join(kept).strip()
    elif "Vary" in response:
        del response["Vary"]
