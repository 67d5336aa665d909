"""What every answer carries for the browser's sake, and what no request may carry."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from wagtail.contrib.redirects.middleware import RedirectMiddleware

from luoshi.accounts.browsers import sign_out
from luoshi.accounts.models import User
from luoshi.accounts.sessions import session_alive
from luoshi_site.views.errors import bad_request, first_password, is_api

GetResponse = Callable[[HttpRequest], HttpResponseBase]
EDITOR = "/cms/"
SIGNED_IN = ("/office/", "/methods/", "/api/", EDITOR)
BEFORE_THE_FIRST_PASSWORD = ("/office/login/", "/office/logout/", "/office/password/")

# Our own pages: scripts and forms of this host only, none written into the page, and no frame anywhere.
OWN_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Wagtail's admin writes scripts into its pages and shows previews in a frame of the same host.
EDITOR_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; media-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'self'"
)


class ContentPolicyMiddleware:
    """Sets ``Content-Security-Policy`` where the view has not set a stricter one of its own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        policy = EDITOR_POLICY if request.path_info.startswith(EDITOR) else OWN_POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        return response


class NulRefusingMiddleware:
    """Refuses a NUL character in address, cookies or headers with 400: no honest browser sends one, and
    PostgreSQL, which cannot keep it, would answer with an error in the middle of whatever view meets it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = (
            request.path_info,
            request.META.get("QUERY_STRING", "").replace("%00", "\0"),
            request.META.get("HTTP_AUTHORIZATION", ""),
            request.META.get("HTTP_IDEMPOTENCY_KEY", ""),
            request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""),
        )
        if any("\0" in text for text in given):
            return bad_request(request)
        return self.get_response(request)


class SignInAgeMiddleware:
    """Ends a sign-in that was idle for too long or has lasted too long. Stands behind the authentication."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if SESSION_KEY in request.session and not session_alive(request.session, int(time.time())):
            sign_out(request)
        return self.get_response(request)


class FirstPasswordMiddleware:
    """Holds a person whose password was given by somebody else to the page where it is changed.

    Stands behind the authentication. A caller with a key has no session and is not concerned.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path.startswith(SIGNED_IN) and path not in BEFORE_THE_FIRST_PASSWORD:
            user = request.user
            if isinstance(user, User) and user.must_change_password:
                if is_api(request):
                    return first_password(request)
                return redirect("office-password")
        return self.get_response(request)


class CountyRedirectMiddleware(RedirectMiddleware):  # type: ignore[misc]
    """An editor's redirects from old addresses, on a county's public site.

    A province has no such table, so that each of its missing pages would be a failure; and nobody can set a
    redirect for an address that is not the public site's, so that none is looked for there.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Another address in place of a missing page, where the editor has said which."""
        is_public = not request.path_info.startswith(SIGNED_IN) and not is_api(request)
        if getattr(request, "county", None) is None or not is_public:
            return response
        answer: HttpResponseBase = super().process_response(request, response)
        return answer
