"""The anonymous reader of an export: asks the whole product, as a browser without a cookie does."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http.response import HttpResponseBase
from wagtail.models import Site

from luoshi_cms.site.copy import StaticCopy

_EXPECTED = (404, 410)


class Reader:
    """Asks for addresses of one county's site, through every middleware and with nobody's session.

    To be used within :func:`connection_kept`.
    """

    def __init__(self, site: Site, copy: StaticCopy) -> None:
        self.copy = copy
        self._host, self._port = site.hostname, site.port
        self._is_secure = bool(settings.SECURE_SSL_REDIRECT) or site.port == 443
        self._handler = WSGIHandler()

    @contextmanager
    def read(self, address: str) -> Iterator[HttpResponseBase]:
        """The answer to ``address``, a path with its query; closed after the block."""
        request: Any = WSGIRequest(self._environment(address))
        request.luoshi_copy = self.copy
        with _expected_not_logged():
            response: HttpResponseBase = self._handler.get_response(request)
        try:
            yield response
        finally:
            response.close()

    def _environment(self, address: str) -> dict[str, Any]:
        parts = urlsplit(address)
        scheme = "https" if self._is_secure else "http"
        usual = self._port == (443 if self._is_secure else 80)
        environment: dict[str, Any] = {
            "PATH_INFO": unquote(parts.path).encode().decode("latin-1"),
            "QUERY_STRING": parts.query,
            "SERVER_NAME": self._host,
            "SERVER_PORT": str(self._port),
            "HTTP_HOST": self._host if usual else f"{self._host}:{self._port}",
            "HTTP_X_FORWARDED_PROTO": scheme,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": scheme,
        }
        setup_testing_defaults(environment)
        return environment


@contextmanager
def connection_kept() -> Iterator[None]:
    """Let the end of a request not close the connection, which has a transaction open. For a command alone:
    it holds for the whole process.
    """
    request_finished.disconnect(close_old_connections)
    try:
        yield
    finally:
        request_finished.connect(close_old_connections)


@contextmanager
def _expected_not_logged() -> Iterator[None]:
    """Pages that are not there or were taken down are asked for on purpose here: no warnings about them."""
    logger, quiet = logging.getLogger("django.request"), _Unexpected()
    logger.addFilter(quiet)
    try:
        yield
    finally:
        logger.removeFilter(quiet)


class _Unexpected(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", None) not in _EXPECTED
