"""Addresses below ``office/website/``."""

from django.urls import path

from luoshi_cms.office.views import look_edit, redirects_edit

urlpatterns = [
    path("", look_edit, name="site-look"),
    path("redirects/", redirects_edit, name="site-redirects"),
]
