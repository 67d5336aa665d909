"""Every shared read of the method."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from luoshi.accounts.actor import Actor
from luoshi.errors import NotFound
from luoshi.methods.selectors import method_options
from luoshi.suggestions.models import CaseDuty, Contact
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.suggestions.selectors.duties import duties_shown
from luoshi_three_meetings.meetings import OWED
from luoshi_three_meetings.models import Slip
from luoshi_three_meetings.options import ThreeMeetingsOptions

SLUG = "three-meetings"
_LIVE = ("assigned", "in_handling", "replied", "evaluated", "evaluation_lapsed", "tracking")


def options() -> ThreeMeetingsOptions:
    """What this county has chosen."""
    return method_options(slug=SLUG, model=ThreeMeetingsOptions)


def contact_find(actor: Actor, contact_id: int) -> Contact:
    """A contact of a case that ``actor`` may see, with what its page shows.

    :raises NotFound: where there is none for him.
    """
    contact = (
        Contact.objects.select_related(
            "suggestion__session", "suggestion__lead_deputy__delegation", "assignment__unit"
        )
        .filter(pk=contact_id, suggestion__in=suggestions_visible(actor))
        .first()
    )
    if contact is None:
        raise NotFound("没有这次沟通的记录，或您无权查看")
    return contact


def contacts_waiting(actor: Actor) -> QuerySet[Contact]:
    """Contacts of live cases that the deputy has not answered, oldest first; those this person may see."""
    return (
        Contact.objects.filter(
            confirmed__isnull=True,
            suggestion__state__in=_LIVE,
            suggestion__in=suggestions_visible(actor),
        )
        .select_related("suggestion__session", "suggestion__lead_deputy", "assignment__unit")
        .order_by("held_on", "pk")
    )


def unanswered_before(at: datetime) -> int:
    """How many contacts of live cases were recorded before ``at`` and have no answer of the deputy."""
    return Contact.objects.filter(
        confirmed__isnull=True, recorded_at__lt=at, suggestion__state__in=_LIVE
    ).count()


def contacts_of_deputy(actor: Actor) -> QuerySet[Contact]:
    """Contacts that this deputy may answer: unanswered, or answered for him by staff; the newest first."""
    return (
        Contact.objects.filter(
            Q(confirmed__isnull=True) | Q(answered_by_proxy=True),
            suggestion__lead_deputy_id__in=actor.deputy_ids,
            suggestion__state__in=_LIVE,
        )
        .select_related("suggestion__session", "assignment__unit")
        .order_by("-held_on", "-pk")
    )


def duties_owed(actor: Actor) -> QuerySet[CaseDuty]:
    """What the units owe, of what this person owes or oversees; what is due first, first."""
    return (
        duties_shown(actor)
        .filter(owner=SLUG, kind=OWED)
        .select_related("suggestion__lead_deputy", "assignment__unit")
        .order_by("due_on", "suggestion__number", "pk")
    )


def slip_open(contact_id: int) -> Slip | None:
    """The open slip of a contact, expired or not."""
    return Slip.objects.filter(contact_id=contact_id, used_at__isnull=True, revoked_at__isnull=True).first()


def slips_export(*, case_id: int) -> list[dict[str, Any]]:
    """The slips of a case as JSON, oldest first; of their secrets nothing."""
    slips = Slip.objects.filter(contact__suggestion_id=case_id).order_by("pk")
    return [
        {
            "contact": slip.contact_id,
            "deputy": slip.deputy_id,
            "issued_as": slip.issued_as,
            "issued_at": slip.issued_at.isoformat(),
            "expires_at": slip.expires_at.isoformat(),
            "used_at": slip.used_at.isoformat() if slip.used_at else None,
            "revoked_at": slip.revoked_at.isoformat() if slip.revoked_at else None,
        }
        for slip in slips
    ]
