"""What the API shows. Writing goes through typed acts, so nothing here writes."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from luoshi.audit.models import Event
from luoshi.lifecycle.states import Subject
from luoshi.notifications.models import Notice
from luoshi.suggestions.models import Assignment, Clock, Publication, Reply, Suggestion


class DeputySerializer(serializers.Serializer[Any]):
    """A deputy by name and delegation."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    delegation = serializers.CharField(source="delegation.name")


class SuggestionSerializer(serializers.ModelSerializer[Suggestion]):
    """A row of the list."""

    session = serializers.CharField(source="session.code")
    state_label = serializers.CharField(source="get_state_display")
    lead_deputy = DeputySerializer(allow_null=True)

    class Meta:
        model = Suggestion
        fields = (
            "id",
            "session",
            "number",
            "title",
            "category",
            "item_kind",
            "proposer_kind",
            "raised_when",
            "recipient_system",
            "state",
            "state_label",
            "round",
            "is_key",
            "lead_deputy",
            "handed_over_on",
            "replied_on",
            "class_code",
            "result_class",
            "is_imported",
        )
        read_only_fields = fields


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """One unit's part."""

    unit_name = serializers.CharField(source="unit.name")
    state_label = serializers.CharField(source="get_state_display")

    class Meta:
        model = Assignment
        fields = (
            "id",
            "unit",
            "unit_name",
            "role",
            "round",
            "state",
            "state_label",
            "part",
            "requirement",
            "due_on",
            "handed_over_on",
            "accepted_at",
            "done_on",
            "principal",
            "in_charge",
            "handler",
            "replaces",
        )
        read_only_fields = fields


class ReplySerializer(serializers.ModelSerializer[Reply]):
    """A reply letter. A draft's body is its unit's and the office's own until it is shared."""

    state_label = serializers.CharField(source="get_state_display")

    class Meta:
        model = Reply
        fields = (
            "id",
            "assignment",
            "round",
            "kind",
            "state",
            "state_label",
            "body",
            "class_code",
            "result_class",
            "document_number",
            "issued_on",
        )
        read_only_fields = fields


class PublicationSerializer(serializers.ModelSerializer[Publication]):
    """The decision to publish."""

    class Meta:
        model = Publication
        fields = ("id", "reply", "state", "mode", "ground", "reason", "published_on")
        read_only_fields = fields


class ClockSerializer(serializers.ModelSerializer[Clock]):
    """A due date. ``unseeded_years``: years whose holidays nobody has entered, so the date may move."""

    class Meta:
        model = Clock
        fields = (
            "id",
            "assignment",
            "owner",
            "kind",
            "round",
            "starts_on",
            "due_on",
            "state",
            "ended_on",
            "unseeded_years",
        )
        read_only_fields = fields


class EvaluationSerializer(serializers.Serializer[Any]):
    """One grade; only for the deputy himself and the congress."""

    round = serializers.IntegerField()
    axis = serializers.CharField()
    grade = serializers.CharField()
    reason = serializers.CharField()
    by_proxy = serializers.BooleanField()


class SuggestionDetailSerializer(SuggestionSerializer):
    """One case with its parts. ``evaluations`` is ``null`` for whoever may not read them."""

    asks = serializers.SerializerMethodField()
    assignments = AssignmentSerializer(many=True)
    replies = serializers.SerializerMethodField()
    publications = PublicationSerializer(many=True)
    clocks = ClockSerializer(many=True)
    evaluations = serializers.SerializerMethodField()

    class Meta:
        model = Suggestion
        fields = (
            *SuggestionSerializer.Meta.fields,
            "content",
            "asks",
            "assignments",
            "replies",
            "publications",
            "clocks",
            "evaluations",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_asks(self, suggestion: Suggestion) -> list[str]:
        """The numbered asks in their order."""
        return [ask.text for ask in suggestion.asks.all()]

    @extend_schema_field(ReplySerializer(many=True))
    def get_replies(self, suggestion: Suggestion) -> Any:
        """The letters this reader may see; the view has chosen them."""
        return ReplySerializer(self.context["replies"], many=True).data

    @extend_schema_field(EvaluationSerializer(many=True, allow_null=True))
    def get_evaluations(self, suggestion: Suggestion) -> Any:
        """The grades, or ``None``."""
        if not self.context["sees_evaluations"]:
            return None
        return EvaluationSerializer(suggestion.evaluations.order_by("round", "axis"), many=True).data


class EventSerializer(serializers.ModelSerializer[Event]):
    """One act of the log. ``detail`` is what was entered: for the congress's offices only."""

    label = serializers.SerializerMethodField()  # type: ignore[assignment]
    actor = serializers.SerializerMethodField()
    source = serializers.SerializerMethodField()  # type: ignore[assignment]
    target = serializers.SerializerMethodField()
    detail = serializers.SerializerMethodField()

    class Meta:
        model = Event
        fields = (
            "seq",
            "kind",
            "at",
            "label",
            "actor",
            "actor_role",
            "source",
            "target",
            "detail",
            "prev_hash",
            "hash",
        )
        read_only_fields = fields

    def _text(self, event: Event, name: str) -> str:
        return str((event.payload or {}).get(name) or "")

    def get_label(self, event: Event) -> str:
        """Chinese name of the act."""
        return self._text(event, "label")

    def get_actor(self, event: Event) -> str:
        """Name of the person."""
        return self._text(event, "actor")

    def get_source(self, event: Event) -> str:
        """State before."""
        return self._text(event, "source")

    def get_target(self, event: Event) -> str:
        """State after; empty where the act changed none."""
        return self._text(event, "target")

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_detail(self, event: Event) -> Any:
        """The whole payload, or ``None``."""
        return event.payload if self.context["sees_detail"] else None


class RequirementSerializer(serializers.Serializer[Any]):
    """One condition of a gate."""

    code = serializers.CharField()
    owner = serializers.CharField()
    met = serializers.BooleanField()
    reason = serializers.CharField()
    how_to_meet = serializers.CharField()
    broken = serializers.BooleanField()


class ProblemSerializer(serializers.Serializer[Any]):
    """One wrong field."""

    field = serializers.CharField()
    message = serializers.CharField()


class RefusalSerializer(serializers.Serializer[Any]):
    """The body of every answer that is not a success."""

    code = serializers.CharField()
    message = serializers.CharField()
    problems = ProblemSerializer(many=True)
    requirements = RequirementSerializer(many=True)


class ActRequestSerializer(serializers.Serializer[Any]):
    """An act. ``data`` is what the act's own schema asks for, see ``GET /acts/``."""

    data = serializers.DictField(required=False, default=dict)  # type: ignore[assignment]


class OutcomeSerializer(serializers.Serializer[Any]):
    """What came of an act."""

    suggestion_id = serializers.IntegerField()
    subject = serializers.ChoiceField(choices=Subject.choices)
    subject_id = serializers.IntegerField()
    transition = serializers.CharField()
    state = serializers.CharField()
    suggestion_state = serializers.CharField()
    sequence = serializers.IntegerField()
    created = serializers.DictField(child=serializers.IntegerField())
    repeated = serializers.BooleanField()


class ActSerializer(serializers.Serializer[Any]):
    """One act that the product knows, with the JSON schema of its data."""

    subject = serializers.CharField()
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    sources = serializers.ListField(child=serializers.CharField())
    target = serializers.CharField(allow_null=True)
    input = serializers.DictField()


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    """One line of the person's notices."""

    class Meta:
        model = Notice
        fields = ("id", "suggestion", "kind", "text", "created_at", "read_at")
        read_only_fields = fields


class MeSerializer(serializers.Serializer[Any]):
    """The calling person."""

    name = serializers.CharField()
    county = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    units = serializers.ListField(child=serializers.IntegerField())
    deputy = serializers.IntegerField(allow_null=True)
