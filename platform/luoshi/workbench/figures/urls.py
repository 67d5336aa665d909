"""``office/statistics/``."""

from django.urls import path, re_path

from luoshi.workbench.figures import views

_SESSION = r"^(?P<session>[0-9]{1,3}-[0-9]{1,2})"

urlpatterns = [
    path("", views.home, name="office-statistics-home"),
    re_path(_SESSION + r"/$", views.statistics, name="office-statistics"),
    re_path(_SESSION + r"/list/$", views.figure_rows, name="office-statistics-list"),
    re_path(_SESSION + r"/report\.xlsx$", views.workbook, name="office-statistics-xlsx"),
    re_path(_SESSION + r"/report\.json$", views.as_json, name="office-statistics-json"),
]
