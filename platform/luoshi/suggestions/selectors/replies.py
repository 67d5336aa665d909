"""Which letters a person may read: issued ones with the case, a draft only where it is his to read."""

from django.db.models import Q, QuerySet

from luoshi.accounts.actor import Actor, Role
from luoshi.lifecycle.states import ReplyState
from luoshi.suggestions.models import Reply, Suggestion

SEES_DRAFTS = (Role.CONGRESS_OFFICE, Role.SECRETARIAT, Role.GOVERNMENT_OFFICE, Role.SYSTEM)


def replies_visible(actor: Actor) -> QuerySet[Reply]:
    """Issued letters for everybody who sees the case, which the caller asks for himself; a draft for its unit
    and the offices, and for the lead deputy once it is shared with him."""
    if actor.has(*SEES_DRAFTS):
        return Reply.objects.all()
    readable = Q(state=ReplyState.ISSUED)
    if actor.has(Role.UNIT_HEAD, Role.UNIT_HANDLER):
        readable |= Q(assignment__unit_id__in=actor.unit_ids)
    if actor.has(Role.DEPUTY):
        readable |= Q(suggestion__lead_deputy_id__in=actor.deputy_ids, draft_shared_at__isnull=False)
    return Reply.objects.filter(readable)


def replies_readable(actor: Actor, suggestion: Suggestion) -> QuerySet[Reply]:
    """The letters of one case that its reader may read, oldest round first."""
    return replies_visible(actor).filter(suggestion=suggestion).order_by("round", "pk")
