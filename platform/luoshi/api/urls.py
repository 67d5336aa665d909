"""``/api/v1/`` of a county."""

from django.urls import URLPattern, URLResolver, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from luoshi.api import files, views

router = SimpleRouter()
router.register("suggestions", views.SuggestionViewSet, basename="suggestion")
router.register("assignments", views.AssignmentViewSet, basename="assignment")
router.register("replies", views.ReplyViewSet, basename="reply")
router.register("publications", views.PublicationViewSet, basename="publication")
router.register("uploads", files.UploadViewSet, basename="upload")
router.register("attachments", files.AttachmentViewSet, basename="attachment")
router.register("acts", views.ActViewSet, basename="act")
router.register("notices", views.NoticeViewSet, basename="notice")
router.register("me", views.MeViewSet, basename="me")

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    *router.urls,
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
]
