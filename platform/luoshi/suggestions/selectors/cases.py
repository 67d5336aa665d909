"""A suggestion as the frozen value that methods see, and which suggestions a person may see."""

from django.db.models import Q, QuerySet

from luoshi.accounts.actor import Actor, Role
from luoshi.lifecycle.states import PublicationState, SuggestionState
from luoshi.methods.types import AssignmentView, CaseView, ContactView, EvaluationView, ReplyView
from luoshi.suggestions.models import Suggestion
from luoshi.suggestions.rules import SEES_EVERYTHING

_FOR_THE_EDITOR = (
    PublicationState.APPROVED,
    PublicationState.IN_EDITORIAL_REVIEW,
    PublicationState.PUBLISHED,
    PublicationState.REVOKED,
)
_UNSUBMITTED = (SuggestionState.DRAFT, SuggestionState.CO_SIGNING)


def case_view(suggestion: Suggestion) -> CaseView:
    """The suggestion with its assignments, contacts, replies and evaluations. Four queries."""
    return CaseView(
        id=suggestion.pk,
        number=suggestion.number,
        title=suggestion.title,
        session=suggestion.session.code,
        item_kind=suggestion.item_kind,
        recipient_system=suggestion.recipient_system,
        state=suggestion.state,
        round=suggestion.round,
        is_key=suggestion.is_key,
        imported=suggestion.is_imported,
        handed_over_on=suggestion.handed_over_on,
        lead_deputy_id=suggestion.lead_deputy_id,
        assignments=tuple(
            AssignmentView(row.pk, row.unit_id, row.unit.name, row.role, row.round, row.state, row.due_on)
            for row in suggestion.assignments.select_related("unit").order_by("round", "pk")
        ),
        contacts=tuple(
            ContactView(
                row.pk,
                row.assignment_id,
                row.round,
                row.phase,
                row.mode,
                row.held_on,
                row.person_times,
                row.confirmed,
            )
            for row in suggestion.contacts.order_by("held_on", "pk")
        ),
        replies=tuple(
            ReplyView(row.pk, row.assignment_id, row.round, row.state, row.result_class)
            for row in suggestion.replies.order_by("round", "pk")
        ),
        evaluations=tuple(
            EvaluationView(row.round, row.axis, row.grade, row.by_proxy)
            for row in suggestion.evaluations.order_by("round", "axis")
        ),
    )


def sees_every_suggestion(actor: Actor) -> bool:
    """The congress's offices help to write drafts and so see those as well; the system sees all."""
    return actor.has(Role.CONGRESS_OFFICE, Role.SECRETARIAT, Role.SYSTEM)


def suggestions_visible(actor: Actor) -> QuerySet[Suggestion]:
    """The suggestions this person may know of.

    A deputy sees those of his own and what they were merged into; a unit those it has or had a part in, or is
    proposed for; the offices all that are submitted, and the congress's offices drafts as well, since they
    help to write them. Nobody else sees any.
    """
    every = Suggestion.objects.all()
    if sees_every_suggestion(actor):
        return every
    if actor.has(*SEES_EVERYTHING):
        return every.exclude(state__in=_UNSUBMITTED)
    allowed = Q(pk__in=[])
    if actor.has(Role.PRESIDIUM):
        allowed |= Q(congress_body="township")
    if actor.has(Role.DEPUTY) and actor.deputy_ids:
        signed = Suggestion.objects.filter(
            co_signatures__deputy_id__in=actor.deputy_ids, co_signatures__state__in=["invited", "confirmed"]
        )
        own = Q(lead_deputy_id__in=actor.deputy_ids)
        # Whose suggestion was merged reads the reply in the one it was merged into.
        merged = Suggestion.objects.filter(own, merged_into__isnull=False)
        allowed |= own | Q(pk__in=signed.values("pk")) | Q(pk__in=merged.values("merged_into_id"))
    if actor.has(Role.SITE_EDITOR):
        sent = Suggestion.objects.filter(publications__state__in=_FOR_THE_EDITOR)
        allowed |= Q(pk__in=sent.values("pk"))
    if actor.has(Role.UNIT_HEAD, Role.UNIT_HANDLER) and actor.unit_ids:
        assigned = Suggestion.objects.filter(assignments__unit_id__in=actor.unit_ids)
        proposed = Suggestion.objects.filter(
            proposals__unit_id__in=actor.unit_ids, state=SuggestionState.PRE_ASSIGNED
        )
        allowed |= Q(pk__in=assigned.values("pk")) | Q(pk__in=proposed.values("pk"))
    return every.filter(allowed)
