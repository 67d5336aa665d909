"""The page of the methods, not to be mixed up with the methods' own pages below ``/methods/``."""

from django.urls import path, re_path

from luoshi.workbench.methods_setup import views

urlpatterns = [
    path("methods-setup/", views.methods, name="methods-setup"),
    re_path(r"^methods-setup/(?P<slug>[a-z0-9-]{1,50})/$", views.method, name="method-setup"),
]
