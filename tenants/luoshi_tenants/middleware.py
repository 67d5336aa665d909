"""From the host name to the county or the province, before anything else looks at the request."""

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from luoshi_tenants.context import county_context, public_context
from luoshi_tenants.db import connection
from luoshi_tenants.hosts import host_of, place_find
from luoshi_tenants.models import County
from luoshi_tenants.pages import plain_page

GetResponse = Callable[[HttpRequest], HttpResponseBase]
HEALTH_PATH = "/healthz"
KEPT_SECONDS = 10


def _in_place_of_kept(response: HttpResponse) -> HttpResponse:
    """Have a cache keep this as long as a public page: one that may not would serve the page it has kept,
    and ask again each time whether that has changed.
    """
    response["Cache-Control"] = f"public, max-age=0, s-maxage={KEPT_SECONDS}, must-revalidate"
    return response


class HealthMiddleware:
    """Answers ``/healthz`` at any host: a probe comes by the pod's address, which is nobody's host name."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != HEALTH_PATH:
            return self.get_response(request)
        with public_context(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


class PlaceMiddleware:
    """Sets ``request.county`` or ``request.province``, binds the connection and picks the URLs."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        place = place_find(host_of(request))
        if place is None:
            missing = plain_page(404, "没有这个网站", "本系统中没有以此网址开通的县或省，请核对网址。")
            return _in_place_of_kept(missing)
        if isinstance(place, County):
            if not place.is_active:
                closed = plain_page(503, "暂停服务", f"{place.name}的网站已暂停服务。")
                return _in_place_of_kept(closed)
            return self._at_county(request, place)
        request.county, request.province = None, place  # type: ignore[attr-defined]
        request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
        with public_context():
            return self.get_response(request)

    def _at_county(self, request: HttpRequest, county: County) -> HttpResponseBase:
        request.county, request.province = county, None  # type: ignore[attr-defined]
        with county_context(county):
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse):
            # It is produced after we return, when the county is no longer bound.
            response.streaming_content = _in_county(county, response.streaming_content)
        return response


def _in_county(county: County, content: Any) -> Iterator[bytes]:
    """Each piece of ``content`` is made with the county bound."""
    pieces = iter(content)
    while True:
        with county_context(county):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece
