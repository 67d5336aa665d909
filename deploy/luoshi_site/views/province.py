"""The start page of a province and the way in and out for its staff."""

from typing import Any

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from luoshi_site.views.sign_in import ProvinceSignInForm
from luoshi_tenants.models import County, Province, ProvinceStaff


def _province(request: HttpRequest) -> Province:
    province = getattr(request, "province", None)
    assert isinstance(province, Province)
    return province


class ProvinceLogin(LoginView):
    """Sign-in of the province's staff."""

    template_name = "luoshi_site/login.html"
    authentication_form = ProvinceSignInForm
    next_page = "province"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, place=_province(self.request).name, heading="省级登录")


class ProvinceLogout(LogoutView):
    """Sign-out, by POST only."""

    next_page = "province"


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The counties of this province, with links to their sites and offices."""
    province = _province(request)
    port = request.get_port()
    suffix = "" if port in ("80", "443") else f":{port}"
    counties = [
        {"name": county.name, "city": county.city, "address": f"{request.scheme}://{domain.host}{suffix}"}
        for county in County.objects.filter(province=province, is_active=True).order_by("code")
        for domain in county.domains.filter(is_primary=True)
    ]
    staff = request.user if isinstance(request.user, ProvinceStaff) else None
    return render(
        request, "luoshi_site/province.html", {"place": province.name, "counties": counties, "staff": staff}
    )
