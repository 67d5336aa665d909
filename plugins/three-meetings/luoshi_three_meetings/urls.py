"""Pages below /methods/three-meetings/, in the namespace three-meetings; 404 where the method is off."""

from django.urls import path

from luoshi_three_meetings import open_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("mine/", views.mine, name="mine"),
    path("mine/<int:contact_id>/", views.answer_own, name="answer-own"),
    path("contacts/<int:contact_id>/slip/", views.slip, name="slip"),
    path("guide/", views.guide, name="guide"),
    path("code/", open_views.code, name="code"),
    path("a/<str:token>/", open_views.answer, name="answer"),
]
