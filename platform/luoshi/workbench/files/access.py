"""Who asks for a file, and nothing around it: no page, no packing, and an answer that a browser may keep."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url

from luoshi.accounts.actor import Actor
from luoshi.accounts.models import User
from luoshi.suggestions.selectors.actors import actor_of
from luoshi.workbench.people import FIRST_PASSWORD, LOGIN

P = ParamSpec("P")


def signed_in(
    view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let only a signed-in person in, and hand the view this person as an actor."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User):
            return redirect_to_login(request.get_full_path(), resolve_url(LOGIN))
        if user.must_change_password:
            return redirect(FIRST_PASSWORD)
        return view(request, actor_of(user), *args, **kwargs)

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponseBase], answer)
