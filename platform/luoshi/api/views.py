"""``/api/v1/``: suggestions, their events, and the acts of the door."""

from dataclasses import asdict
from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from luoshi.accounts.actor import Role
from luoshi.api import serializers
from luoshi.api.base import CountyViewSet
from luoshi.audit.models import Event
from luoshi.errors import NotFound
from luoshi.lifecycle.states import ItemKind, SuggestionState
from luoshi.lifecycle.tables import ALL_TRANSITIONS
from luoshi.notifications.models import Notice
from luoshi.notifications.services import notice_read
from luoshi.suggestions.acts import ACTS
from luoshi.suggestions.models import Assignment, Publication, Reply, Suggestion
from luoshi.suggestions.rules import sees_evaluations
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.suggestions.selectors.replies import replies_readable
from luoshi.suggestions.services.context import Moving
from luoshi.suggestions.services.door import transition_perform
from luoshi.suggestions.services.drafts import DraftInput, suggestion_draft
from luoshi.suggestions.services.log import HIDDEN_FROM_UNITS, stream_key
from luoshi.tenancy import tenant_current

SEES_DETAIL = (Role.CONGRESS_OFFICE, Role.SECRETARIAT)

_refused = OpenApiResponse(serializers.RefusalSerializer, description="未办成，说明原因")
_REFUSALS = {400: _refused, 401: _refused, 403: _refused, 404: _refused, 409: _refused}
_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="幂等键：同一请求重发时不重复办理"
)


def act_perform(viewset: CountyViewSet, request: Request, subject: Moving, transition: str) -> Response:
    """Hand an act to the door as the calling person."""
    body = serializers.ActRequestSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    outcome = transition_perform(
        subject=subject,
        transition=transition,
        actor=viewset.actor,
        data=body.validated_data["data"],
        idempotency_key=request.headers.get("Idempotency-Key", ""),
    )
    return Response(serializers.OutcomeSerializer(asdict(outcome)).data)


_acting = extend_schema(
    request=serializers.ActRequestSerializer,
    parameters=[_KEY],
    responses={200: serializers.OutcomeSerializer, **_REFUSALS},
)


@extend_schema_view(
    list=extend_schema(
        parameters=[
            OpenApiParameter("session", str, description="届次，如 17-4"),
            OpenApiParameter("state", str, enum=SuggestionState.values, description="阶段"),
            OpenApiParameter("item_kind", str, enum=ItemKind.values, description="件别"),
            OpenApiParameter("unit", int, description="承办单位"),
        ],
        responses={200: serializers.SuggestionSerializer, 401: _refused},
    ),
    retrieve=extend_schema(responses={200: serializers.SuggestionDetailSerializer, **_REFUSALS}),
)
class SuggestionViewSet(mixins.ListModelMixin, CountyViewSet):
    """The suggestions that the caller may see."""

    serializer_class = serializers.SuggestionSerializer
    queryset = Suggestion.objects.none()

    def get_queryset(self) -> QuerySet[Suggestion]:
        """Visible to this person, in the order of session and number."""
        rows = suggestions_visible(self.actor).select_related("session", "lead_deputy__delegation")
        return rows.order_by("-session__year", "-session__code", "number", "pk")

    def filter_queryset(self, queryset: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        """By the parameters of the list."""
        given = self.request.query_params
        wanted = Q()
        for name, field in (("session", "session__code"), ("state", "state"), ("item_kind", "item_kind")):
            if given.get(name):
                wanted &= Q(**{field: given[name]})
        if given.get("unit"):
            unit = given["unit"]
            parts = Assignment.objects.filter(unit_id=int(unit) if unit.isdecimal() and len(unit) < 19 else 0)
            wanted &= Q(pk__in=parts.values("suggestion_id"))
        return queryset.filter(wanted)

    def _one(self, pk: str) -> Suggestion:
        suggestion = self.get_queryset().filter(pk=int(pk)).first()
        if suggestion is None:
            raise NotFound("没有这件建议，或您无权查看")
        return suggestion

    @extend_schema(
        request={
            "application/json": DraftInput.model_json_schema(ref_template="#/components/schemas/{model}")
        },
        responses={201: serializers.SuggestionSerializer, **_REFUSALS},
    )
    def create(self, request: Request) -> Response:
        """Write a new draft."""
        data = request.data if isinstance(request.data, dict) else {}
        suggestion = suggestion_draft(data=data, actor=self.actor)
        return Response(serializers.SuggestionSerializer(suggestion).data, status=status.HTTP_201_CREATED)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One case."""
        suggestion = self._one(pk)
        context = {
            "replies": replies_readable(self.actor, suggestion),
            "sees_evaluations": sees_evaluations(self.actor, suggestion),
        }
        return Response(serializers.SuggestionDetailSerializer(suggestion, context=context).data)

    @extend_schema(responses={200: serializers.EventSerializer(many=True), **_REFUSALS})
    @action(detail=True, pagination_class=None, filter_backends=[])
    def events(self, request: Request, pk: str) -> Response:
        """The case's log, oldest first."""
        suggestion = self._one(pk)
        rows = Event.objects.filter(stream__key=stream_key(suggestion.pk)).order_by("seq")
        if not sees_evaluations(self.actor, suggestion):
            rows = rows.exclude(kind__in=HIDDEN_FROM_UNITS)
        context = {"sees_detail": self.actor.has(*SEES_DETAIL)}
        return Response(serializers.EventSerializer(rows, many=True, context=context).data)

    @_acting
    @action(detail=True, methods=["post"], url_path=r"acts/(?P<transition>[a-z_]{1,40})")
    def act(self, request: Request, pk: str, transition: str) -> Response:
        """Perform an act on the suggestion."""
        return act_perform(self, request, self._one(pk), transition)


class _PartViewSet(CountyViewSet):
    """Acts on a part of a case. A part of a case that the caller may not see does not exist for him."""

    def _visible(self) -> QuerySet[Suggestion]:
        return suggestions_visible(self.actor)


class AssignmentViewSet(_PartViewSet):
    """Acts on a unit's part."""

    queryset = Assignment.objects.none()
    serializer_class = serializers.AssignmentSerializer

    @_acting
    @action(detail=True, methods=["post"], url_path=r"acts/(?P<transition>[a-z_]{1,40})")
    def act(self, request: Request, pk: str, transition: str) -> Response:
        """Perform an act on the assignment."""
        row = Assignment.objects.filter(pk=int(pk), suggestion__in=self._visible()).first()
        if row is None:
            raise NotFound("没有这件承办件，或您无权查看")
        return act_perform(self, request, row, transition)


class ReplyViewSet(_PartViewSet):
    """Acts on a reply letter."""

    queryset = Reply.objects.none()
    serializer_class = serializers.ReplySerializer

    @_acting
    @action(detail=True, methods=["post"], url_path=r"acts/(?P<transition>[a-z_]{1,40})")
    def act(self, request: Request, pk: str, transition: str) -> Response:
        """Perform an act on the reply."""
        row = Reply.objects.filter(pk=int(pk), suggestion__in=self._visible()).first()
        if row is None:
            raise NotFound("没有这份答复，或您无权查看")
        return act_perform(self, request, row, transition)


class PublicationViewSet(_PartViewSet):
    """Acts on the decision to publish."""

    queryset = Publication.objects.none()
    serializer_class = serializers.PublicationSerializer

    @_acting
    @action(detail=True, methods=["post"], url_path=r"acts/(?P<transition>[a-z_]{1,40})")
    def act(self, request: Request, pk: str, transition: str) -> Response:
        """Perform an act on the publication."""
        row = Publication.objects.filter(pk=int(pk), suggestion__in=self._visible()).first()
        if row is None:
            raise NotFound("没有这项公开意见，或您无权查看")
        return act_perform(self, request, row, transition)


class ActViewSet(CountyViewSet):
    """The acts that the product knows."""

    serializer_class = serializers.ActSerializer

    @extend_schema(responses={200: serializers.ActSerializer(many=True), 401: _refused})
    def list(self, request: Request) -> Response:
        """Every act with the JSON schema of its data."""
        rows: list[dict[str, Any]] = [
            {
                "subject": row.subject.value,
                "name": row.name,
                "label": row.label,
                "sources": sorted(row.sources),
                "target": row.target,
                "input": ACTS[(row.subject, row.name)].input.model_json_schema(),
            }
            for row in ALL_TRANSITIONS
        ]
        return Response(serializers.ActSerializer(rows, many=True).data)


@extend_schema_view(list=extend_schema(responses={200: serializers.NoticeSerializer, 401: _refused}))
class NoticeViewSet(mixins.ListModelMixin, CountyViewSet):
    """The caller's own notices."""

    serializer_class = serializers.NoticeSerializer
    queryset = Notice.objects.none()

    def get_queryset(self) -> QuerySet[Notice]:
        """Newest first."""
        return Notice.objects.filter(recipient_id=self.actor.user_id).order_by("-created_at", "-pk")

    @extend_schema(request=None, responses={204: None, **_REFUSALS})
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        """Mark a notice as read."""
        notice_read(notice_id=int(pk), user_id=self.actor.user_id or 0)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeViewSet(CountyViewSet):
    """The calling person."""

    serializer_class = serializers.MeSerializer

    @extend_schema(responses={200: serializers.MeSerializer, 401: _refused})
    def list(self, request: Request) -> Response:
        """Name, county, roles, units."""
        actor = self.actor
        return Response(
            serializers.MeSerializer(
                {
                    "name": actor.name,
                    "county": tenant_current().code,
                    "roles": sorted(role.value for role in actor.roles),
                    "units": sorted(actor.unit_ids),
                    "deputy": actor.deputy_id,
                }
            ).data
        )
