"""The office (工作台) of a county: its start page and the way in and out."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_safe

from luoshi.accounts.models import User
from luoshi.accounts.roles import ROLE_LABELS
from luoshi.accounts.selectors import roles_of
from luoshi.tenancy import tenant_current

EDITOR_PERMISSION = "wagtailadmin.access_admin"


class OfficeLogin(LoginView):
    """Sign-in with a county's account. A password given by somebody else is changed first."""

    template_name = "luoshi_site/login.html"
    redirect_authenticated_user = True
    next_page = "office"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A person without Wagtail's permission is sent here by Wagtail and would be sent back for ever.

        :raises PermissionDenied: for such a person, once signed in.
        """
        wants_editor = self.get_redirect_url().startswith("/cms/")
        if wants_editor and request.user.is_authenticated and not request.user.has_perm(EDITOR_PERMISSION):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, place=tenant_current().name, heading="工作台登录")

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        user = form.get_user()
        if isinstance(user, User) and user.must_change_password:
            return redirect("office-password")
        return response


class OfficeLogout(LogoutView):
    """Sign-out, by POST only."""

    next_page = "office-login"


class OfficePassword(PasswordChangeView):
    """A person's own password."""

    template_name = "luoshi_site/password.html"
    success_url = reverse_lazy("office")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, place=tenant_current().name)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        user = self.request.user
        if isinstance(user, User):
            # The form saves this same person together with the new password.
            user.must_change_password = False
        return super().form_valid(form)


@require_safe
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Who is signed in, where, and with which roles."""
    user = request.user
    assert isinstance(user, User)
    if user.must_change_password:
        return redirect("office-password")
    held = roles_of(user)
    roles = [label for role, label in ROLE_LABELS.items() if role in held]
    return render(
        request, "luoshi_site/office.html", {"place": tenant_current().name, "person": user, "roles": roles}
    )
