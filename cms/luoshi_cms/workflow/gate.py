"""Before Wagtail's doors: a reviewer goes to his queue and to what is under review, and nowhere else."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from luoshi.accounts.actor import Role
from luoshi.accounts.models import User
from luoshi.accounts.roles import SITE_REVIEWERS
from luoshi.accounts.selectors import roles_of

ADMIN = "cms/"
OPEN_TO_REVIEWERS = frozenset(
    {
        "cms/",
        "cms/review/<int:page_id>/",
        "cms/review/<int:page_id>/preview/",
        "cms/review/<int:page_id>/files/<int:file_id>/",
        "cms/logout/",
        "cms/account/",  # leads to the office
        "cms/dismissibles/",
        "cms/sprite/",
        "cms/jsi18n/",
    }
)
"""Wagtail opens far more to everybody who may come in: lists to choose from, of pages, pictures and files."""


class ReviewerGateMiddleware:
    """404 for a reviewer who is no editor, at every door that is not his. Behind the authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Look at where the address leads.

        :raises Http404: it is not for him.
        """
        match = request.resolver_match
        if match is None or not match.route.removeprefix("^").startswith(ADMIN):
            return
        user = request.user
        if match.route in OPEN_TO_REVIEWERS or not isinstance(user, User):
            return
        roles = roles_of(user)
        if not roles.isdisjoint(SITE_REVIEWERS) and Role.SITE_EDITOR not in roles:
            raise Http404
