"""Addresses below ``office/``. The way in and out (login, logout, password) stands before them."""

from django.urls import include, path, re_path

from luoshi.workbench import views

urlpatterns = [
    path("", include("luoshi.workbench.rights.urls")),
    path("", include("luoshi.workbench.acting.urls")),
    path("", include("luoshi.workbench.methods_setup.urls")),
    path("", include("luoshi.workbench.files.urls")),
    path("desk/", include("luoshi.workbench.desk.urls")),
    path("import/", include("luoshi.workbench.importing.urls")),
    path("publishing/", include("luoshi.workbench.publishing.urls")),
    path("statistics/", include("luoshi.workbench.figures.urls")),
    path("", views.start, name="office"),
    path("suggestions/", views.suggestions, name="office-suggestions"),
    re_path(r"^suggestions/(?P<pk>[0-9]{1,18})/$", views.suggestion, name="office-suggestion"),
    path("notices/", views.notices, name="office-notices"),
    re_path(r"^notices/(?P<pk>[0-9]{1,18})/$", views.notice, name="office-notice"),
]
