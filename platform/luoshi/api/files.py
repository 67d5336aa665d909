"""``/api/v1/uploads/`` and ``/api/v1/attachments/``: sending files in, listing them, fetching them."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from luoshi.api.base import CountyViewSet
from luoshi.api.parsers import BoundedJSONParser
from luoshi.api.serializers import RefusalSerializer
from luoshi.errors import Invalid, NotFound, Problem
from luoshi.suggestions.files.serving import file_response
from luoshi.suggestions.models import Attachment, Upload
from luoshi.suggestions.selectors.attachments import attachments_visible, uploads_waiting
from luoshi.suggestions.services.attachments import attachment_stage, upload_discard

_refused = OpenApiResponse(RefusalSerializer, description="未办成，说明原因")
_REFUSALS = {400: _refused, 401: _refused, 403: _refused, 404: _refused}
_FILE = {(200, "application/octet-stream"): OpenApiTypes.BINARY, 401: _refused, 404: _refused}


class UploadSerializer(serializers.ModelSerializer[Upload]):
    """A file that waits for an act. ``name`` and ``size`` are of what is kept: a photo is written anew."""

    name = serializers.CharField(source="original_name")

    class Meta:
        model = Upload
        fields = ("id", "name", "media_type", "size", "sha256", "created_at")
        read_only_fields = fields


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    """A file of a case: of the suggestion itself, of one contact or of one letter."""

    name = serializers.CharField(source="original_name")
    has_thumbnail = serializers.SerializerMethodField()

    class Meta:
        model = Attachment
        fields = (
            "id",
            "suggestion",
            "contact",
            "reply",
            "kind",
            "name",
            "media_type",
            "size",
            "sha256",
            "created_at",
            "has_thumbnail",
        )
        read_only_fields = fields

    def get_has_thumbnail(self, attachment: Attachment) -> bool:
        """Whether there is a small picture of it."""
        return bool(attachment.thumbnail)


@extend_schema_view(list=extend_schema(responses={200: UploadSerializer, 401: _refused}))
class UploadViewSet(mixins.ListModelMixin, CountyViewSet):
    """Files that the caller has sent in and not used yet; whatever is not used within a day is removed."""

    serializer_class = UploadSerializer
    queryset = Upload.objects.none()
    parser_classes = (MultiPartParser, BoundedJSONParser)

    def get_queryset(self) -> QuerySet[Upload]:
        """The caller's own."""
        return uploads_waiting(self.actor)

    @extend_schema(
        request={
            "multipart/form-data": {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary"}},
                "required": ["file"],
            }
        },
        parameters=[
            OpenApiParameter(
                "Idempotency-Key", str, OpenApiParameter.HEADER, description="同一文件重发时不重复保存"
            )
        ],
        responses={201: UploadSerializer, **_REFUSALS},
    )
    def create(self, request: Request) -> Response:
        """Send one file in. Its id is then named in ``attachments`` of an act's data."""
        file = request.FILES.get("file")
        if file is None:
            raise Invalid([Problem("file", "请以 multipart/form-data 格式、用 file 一项发送一个文件")])
        once = request.headers.get("Idempotency-Key", "")[:100]
        upload = attachment_stage(
            name=file.name or "", file=file, actor=self.actor, once=f"api:{once}" if once else ""
        )
        return Response(UploadSerializer(upload).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None, **_REFUSALS})
    def destroy(self, request: Request, pk: str) -> Response:
        """Remove a file that was not used."""
        upload_discard(upload_id=int(pk), actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class _Whatever(BaseContentNegotiation):
    """A file is what it is, whatever the caller would rather have."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        """The first one."""
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first one, for refusals."""
        first = next(iter(renderers))
        return first, first.media_type or ""


@extend_schema_view(
    list=extend_schema(
        parameters=[OpenApiParameter("suggestion", int, required=True, description="建议")],
        responses={200: AttachmentSerializer, **_REFUSALS},
    )
)
class AttachmentViewSet(mixins.ListModelMixin, CountyViewSet):
    """The files of a case that the caller may see; a draft letter's only with the draft."""

    serializer_class = AttachmentSerializer
    queryset = Attachment.objects.none()
    content_negotiation_class = _Whatever

    def get_queryset(self) -> QuerySet[Attachment]:
        """Of the suggestion that is asked for, oldest first."""
        given = self.request.query_params.get("suggestion", "")
        if not given.isdecimal() or len(given) > 18:
            raise Invalid([Problem("suggestion", "请用 suggestion 指明是哪一件建议")])
        return attachments_visible(self.actor).filter(suggestion_id=int(given)).order_by("pk")

    def _one(self, pk: str) -> Attachment:
        found = attachments_visible(self.actor).filter(pk=int(pk)).first()
        if found is None:
            raise NotFound("没有这个附件，或您无权查看")
        return found

    @extend_schema(responses=_FILE)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def file(self, request: Request, pk: str) -> HttpResponseBase:
        """The file itself."""
        return file_response(request._request, self._one(pk))

    @extend_schema(responses=_FILE)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def thumbnail(self, request: Request, pk: str) -> HttpResponseBase:
        """A small picture of it, where it is a picture."""
        return file_response(request._request, self._one(pk), thumbnail=True)
