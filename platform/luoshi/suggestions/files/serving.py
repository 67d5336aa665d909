"""Giving a file back over HTTP, to whoever has been let through: the caller has asked that."""

import logging
from typing import Protocol
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import content_disposition_header, quote_etag

from luoshi.suggestions.files.names import name_join, name_split
from luoshi.tenancy import tenant_current

logger = logging.getLogger(__name__)

PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'"
POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


class _Named(Protocol):
    @property
    def name(self) -> str | None:
        """Where it is stored."""


class _Stored(Protocol):
    """An attachment, or what waits to become one."""

    original_name: str
    media_type: str
    sha256: str

    @property
    def is_picture(self) -> bool:
        """Whether a browser may show it."""

    @property
    def file(self) -> _Named:
        """The file."""

    @property
    def thumbnail(self) -> _Named:
        """Its small picture."""


def file_response(request: HttpRequest, stored: _Stored, *, thumbnail: bool = False) -> HttpResponseBase:
    """The file under its own name: a picture to be looked at, anything else to be saved.

    A browser may keep it, and asks each time whether it still may show it. Nothing in it can run: its type is
    ours, not guessed, and anything but a picture stands in a sandbox.

    :raises Http404: where there is no thumbnail, or the file is missing from the disk.
    """
    name = (stored.thumbnail if thumbnail else stored.file).name
    if not name:
        raise Http404("这个文件没有缩略图")
    shown = stored.is_picture or thumbnail
    etag = quote_etag(f"{stored.sha256[:40]}{'-t' if thumbnail else ''}")
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        response = _sent(name, "image/jpeg" if thumbnail else stored.media_type)
        title = name_join(name_split(stored.original_name)[0], "jpg") if thumbnail else stored.original_name
        response["Content-Disposition"] = content_disposition_header(not shown, title) or "attachment"
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = PICTURE_POLICY if shown else POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    patch_vary_headers(response, ["Cookie", "Authorization"])
    return response


def _sent(name: str, media_type: str) -> HttpResponseBase:
    if settings.LUOSHI_ACCEL_PREFIX:
        response = HttpResponse(content_type=media_type)
        path = f"{settings.LUOSHI_ACCEL_PREFIX.rstrip('/')}/{tenant_current().schema}/{name}"
        response["X-Accel-Redirect"] = quote(path)
        return response
    try:
        return FileResponse(default_storage.open(name), content_type=media_type)
    except FileNotFoundError:
        logger.error("file %s of county %s is missing", name, tenant_current().schema)
        raise Http404("文件已丢失，请联系本县系统管理员从备份中恢复") from None
