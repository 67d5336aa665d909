"""What every page of this part shares: who asks, how a refusal is told, how a form is filled with it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from luoshi.accounts.actor import Actor
from luoshi.accounts.models import User
from luoshi.accounts.rules import may
from luoshi.errors import Invalid, NotFound, Refusal
from luoshi.suggestions.selectors.actors import actor_of
from luoshi.tenancy import tenant_current
from luoshi.workbench.people import frame

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]


def rights_page(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let a signed-in person in and hand the view this person as an actor; tell a refusal on a page."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = request.user
        assert isinstance(user, User)
        actor = actor_of(user)
        try:
            return view(request, actor, *args, **kwargs)
        except NotFound as refusal:
            raise Http404(refusal.message) from None
        except Refusal as refusal:
            context = {"message": refusal.message}
            return page(request, actor, "refused", context, status=refusal.status)

    guarded: Callable[Concatenate[HttpRequest, P], HttpResponse] = never_cache(login_required(inner))
    return guarded


def page(
    request: HttpRequest, actor: Actor | None, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page ``name`` with what stands around each of them."""
    around: dict[str, Any] = {
        **(frame(request, actor) if actor is not None else {"place": tenant_current().name}),
        "base": "workbench/base.html" if actor is not None else "luoshi_base.html",
        "sees_people": actor is not None and may("people_see", actor),
        "sees_policy": actor is not None and may("policy_change", actor),
        "sees_audit": actor is not None and may("audit_read", actor),
    }
    return render(request, f"rights/{name}.html", {**around, **context}, status=status)


def refusal_show(form: forms.Form, refusal: Invalid) -> None:
    """Put each problem to the field it is of, or above the form."""
    for problem in refusal.problems:
        form.add_error(problem.field if problem.field in form.fields else None, problem.message)
