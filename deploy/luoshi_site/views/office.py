"""The way into and out of the office (工作台) of a county, and a person's own password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy

from luoshi.accounts.browsers import sign_out
from luoshi.accounts.events import person_actor
from luoshi.accounts.models import User
from luoshi.accounts.services import password_set
from luoshi.errors import Invalid
from luoshi.tenancy import tenant_current
from luoshi.workbench.kept import typed_others_drop, typed_waits
from luoshi_site.views.sign_in import CountySignInForm, last_login_told

EDITOR_PERMISSION = "wagtailadmin.access_admin"


class OfficeLogin(LoginView):
    """Sign-in with a county's account. A password given by somebody else is changed first."""

    template_name = "luoshi_site/login.html"
    authentication_form = CountySignInForm
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
        told = "您刚才填写的内容还在，登录后可以接着提交。" if typed_waits(self.request) else ""
        place = tenant_current().name
        return super().get_context_data(**kwargs, place=place, heading="工作台登录", told=told)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        messages.info(self.request, last_login_told(form))
        user = form.get_user()
        typed_others_drop(self.request, user.pk)
        if isinstance(user, User) and user.must_change_password:
            return redirect("office-password")
        return response


class OfficeLogout(LogoutView):
    """Sign-out, by POST only. The browser stays known as one of the staff's, where it was one."""

    next_page = "office-login"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        sign_out(request)
        return redirect(self.get_success_url())


class OfficePassword(PasswordChangeView):
    """A person's own password."""

    template_name = "luoshi_site/password.html"
    success_url = reverse_lazy("office")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, place=tenant_current().name)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        assert isinstance(form.user, User)
        user = form.user
        try:
            password_set(user=user, password=form.cleaned_data["new_password1"], actor=person_actor(user))
        except Invalid as refusal:
            for problem in refusal.problems:
                form.add_error("new_password1", problem.message)
            return self.form_invalid(form)
        # This session goes on under a new key; every other one of this person has ended.
        update_session_auth_hash(self.request, user)
        return redirect(self.get_success_url())
