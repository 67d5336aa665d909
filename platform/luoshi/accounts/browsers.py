"""What is known of the browser behind a request: its address, and whether staff were signed in in it."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest

from luoshi.accounts.actor import Role
from luoshi.accounts.models import User
from luoshi.accounts.selectors import roles_held

MARK = "staff_browser"
"""Key of the session that outlives a sign-out: somebody of the staff was signed in here."""


def client_address(request: HttpRequest) -> str:
    """Where the request comes from. Behind our proxy it is what the proxy wrote last; what a client wrote
    before that is not believed.
    """
    if settings.SECURE_PROXY_SSL_HEADER:
        last = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
        if last:
            return last[:64]
    return str(request.META.get("REMOTE_ADDR", ""))


def sign_out(request: HttpRequest) -> None:
    """End the sign-in. The session goes; a new one remembers, until it expires, that staff used this browser.

    That is all that can honestly be known: another browser, a private window or a cleared one is a stranger.
    """
    user = request.user
    staff = is_staff_browser(request) or (isinstance(user, User) and bool(roles_held(user) - {Role.DEPUTY}))
    logout(request)
    if staff:
        request.session[MARK] = True


def is_staff_browser(request: HttpRequest) -> bool:
    """Whether somebody of the staff was signed in in this session before."""
    return request.session.get(MARK) is True
