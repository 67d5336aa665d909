from luoshi_every_hook.models import Note
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet


class NoteViewSet(ViewSet):
    """Notes, newest first."""

    permission_classes = [IsAuthenticated]

    def list(self, request: Request) -> Response:
        return Response(list(Note.objects.order_by("-id").values("case_id", "text")))
