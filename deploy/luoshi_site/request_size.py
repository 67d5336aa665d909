"""How much one request may bring, whatever is in it: told by its header, before a byte of it is read."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from luoshi_site.views.errors import bad_request


class RequestSizeMiddleware:
    """Refuses a request of more than ``LUOSHI_REQUEST_BYTES`` with 413.

    Django limits fields and not files: without this, files of any size would be written to the disk before a
    view could look at them. Where a request names no length, nothing of its body is read at all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        told = request.META.get("CONTENT_LENGTH") or "0"
        if told.isdecimal() and int(told[:18]) > settings.LUOSHI_REQUEST_BYTES:
            return bad_request(request, RequestDataTooBig("LUOSHI_REQUEST_BYTES"))
        return self.get_response(request)
