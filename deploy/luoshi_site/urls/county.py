"""What a county's host answers: the public site, the office, the API and the methods."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from django.views.i18n import JavaScriptCatalog
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.views import serve as page_serve

from luoshi_cms.site.feedback import feedback
from luoshi_cms.site.whole import robots, sitemap
from luoshi_site.urls import optional
from luoshi_site.views import errors, media, office

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.county_page_not_found
handler500 = errors.server_error

# Doors of Wagtail that stay shut, whoever knocks. Whoever may change people there can make himself a
# superuser, as Wagtail's own security notes say: people, roles and passwords are the office's, and there is
# one sign-in.
SHUT: list[URLPattern | URLResolver] = [
    re_path(r"^cms/(?:users|groups)(?:/|$)", errors.shut),
    re_path(r"^cms/bulk/(?:accounts|auth)/", errors.shut),
    re_path(r"^cms/(?:password_reset|failwhale|test404)(?:/|$)", errors.shut),
    # Open there to everybody, and nobody's: the steps of the review are the product's, and so is the log.
    re_path(r"^cms/(?:workflows|reports|embeds|forms)(?:/|$)", errors.shut),
    re_path(r"^cms/pages/workflow(?:/|$)", errors.shut),
    # They keep what was sent as it was sent, where a form had an error in another field.
    path("cms/images/multiple/create_from_uploaded_image/<int:uploaded_file_id>/", errors.shut),
    path("cms/documents/multiple/create_from_uploaded_document/<int:uploaded_file_id>/", errors.shut),
    re_path(r"^cms/account(?:/|$)", RedirectView.as_view(pattern_name="office-password")),
    path("cms/logout/", office.OfficeLogout.as_view()),
    path("cms/jsi18n/", JavaScriptCatalog.as_view(packages=["wagtail.admin", "luoshi_cms"])),
    path("cms/login/", RedirectView.as_view(pattern_name="office-login", query_string=True)),
    re_path(r"^_util/login(?:/|$)", errors.shut),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("office/login/", office.OfficeLogin.as_view(), name="office-login"),
    path("office/logout/", office.OfficeLogout.as_view(), name="office-logout"),
    path("office/password/", office.OfficePassword.as_view(), name="office-password"),
    path("office/website/", include("luoshi_cms.office.urls")),
    path("office/", include("luoshi.workbench.urls")),
    *optional("methods/", "luoshi.methods.urls"),
    *optional("api/v1/methods/", "luoshi.methods.api_urls"),
    *optional("api/v1/", "luoshi.api.urls"),
    re_path(r"^api(?:/|$)", errors.api_not_found),
    *SHUT,
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:name>", media.serve, name="media"),
    re_path(r"^feedback/(?P<publication_id>[0-9]{1,18})/$", feedback, name="feedback"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    # Wagtail's own pattern knows no dots; the page itself finds what stands there.
    re_path(r"^((?:[\w\-]+/)+(?:register\.json|register\.csv|feed\.atom))$", page_serve),
    path("", include(wagtail_urls)),
]
