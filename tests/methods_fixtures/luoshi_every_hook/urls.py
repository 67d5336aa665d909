from django.urls import path
from luoshi_every_hook import views

urlpatterns = [
    path("", views.home, name="home"),
    path("cases/<int:case_id>/", views.notes, name="notes"),
]
