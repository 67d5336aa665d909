"""Pages below /methods/site-visit/, in the namespace site-visit; they are 404 where the method is off."""

from django.urls import path

from luoshi_site_visit import views

urlpatterns = [
    path("", views.home, name="home"),
    path("cases/<int:case_id>/", views.visits, name="visits"),
]
