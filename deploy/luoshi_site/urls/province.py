"""What a province's host answers."""

from django.urls import URLPattern, URLResolver, path

from luoshi_site.views import errors, province

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error

urlpatterns: list[URLPattern | URLResolver] = [
    path("", province.start, name="province"),
    path("login/", province.ProvinceLogin.as_view(), name="province-login"),
    path("logout/", province.ProvinceLogout.as_view(), name="province-logout"),
]
