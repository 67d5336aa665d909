"""``office/draft/`` and ``office/acts/<subject>/<id>/<act>/``."""

from django.urls import path, re_path

from luoshi.workbench.acting import drafting, views

urlpatterns = [
    path("draft/", drafting.draft, name="office-draft"),
    re_path(
        r"^acts/(?P<subject>[a-z]{1,20})/(?P<pk>[0-9]{1,18})/(?P<name>[a-z_]{1,40})/$",
        views.act,
        name="office-act",
    ),
]
