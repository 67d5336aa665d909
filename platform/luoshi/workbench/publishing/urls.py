"""``office/publishing/``."""

from django.urls import path, re_path

from luoshi.workbench.publishing import queue, rendition

urlpatterns = [
    path("", queue.publications, name="office-publishing"),
    re_path(r"^files/(?P<pk>[0-9]{1,18})/$", rendition.clean_file, name="office-clean-file"),
]
