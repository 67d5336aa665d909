"""``office/import/``."""

from django.urls import path, re_path

from luoshi.workbench.importing import views

urlpatterns = [
    path("", views.imports, name="office-import"),
    re_path(r"^template/(?P<kind>[a-z]{1,12})\.xlsx$", views.template, name="office-import-template"),
    re_path(r"^(?P<pk>[0-9]{1,18})/$", views.job, name="office-import-job"),
    re_path(r"^(?P<pk>[0-9]{1,18})/confirm/$", views.confirm, name="office-import-confirm"),
    re_path(r"^(?P<pk>[0-9]{1,18})/discard/$", views.discard, name="office-import-discard"),
    re_path(r"^(?P<pk>[0-9]{1,18})/problems\.xlsx$", views.problems, name="office-import-problems"),
]
