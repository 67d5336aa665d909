"""``office/uploads/`` and ``office/attachments/<id>/``."""

from django.urls import path, re_path

from luoshi.workbench.files import views

urlpatterns = [
    path("uploads/", views.uploads, name="office-uploads"),
    re_path(r"^uploads/(?P<pk>[0-9]{1,18})/thumbnail/$", views.upload, name="office-upload"),
    re_path(r"^attachments/(?P<pk>[0-9]{1,18})/$", views.attachment, name="office-attachment"),
    re_path(
        r"^attachments/(?P<pk>[0-9]{1,18})/thumbnail/$",
        views.attachment,
        {"small": True},
        name="office-attachment-thumbnail",
    ),
]
