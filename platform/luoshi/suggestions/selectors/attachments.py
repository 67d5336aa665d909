"""Which files a person may see. Who may see a file follows from what it belongs to."""

from django.db.models import Q, QuerySet

from luoshi.accounts.actor import Actor
from luoshi.suggestions.models import Attachment, Suggestion, Upload
from luoshi.suggestions.selectors.cases import suggestions_visible
from luoshi.suggestions.selectors.replies import replies_visible


def attachments_visible(actor: Actor) -> QuerySet[Attachment]:
    """The files of the cases that ``actor`` may see: those of the suggestion and of its contacts with the
    case itself, those of a letter with that letter, so that a draft's are its readers' alone."""
    readable = Q(reply__isnull=True) | Q(reply__in=replies_visible(actor))
    return Attachment.objects.filter(readable, suggestion__in=suggestions_visible(actor))


def attachments_of(actor: Actor, suggestion: Suggestion) -> list[Attachment]:
    """The files of one case that ``actor`` may see, oldest first. One query."""
    return list(attachments_visible(actor).filter(suggestion=suggestion).order_by("pk"))


def uploads_waiting(actor: Actor) -> QuerySet[Upload]:
    """What this person has sent in and not used yet, oldest first. Nobody else's, whoever asks."""
    if actor.user_id is None:
        return Upload.objects.none()
    return Upload.objects.filter(uploaded_by_id=actor.user_id, used_at__isnull=True).order_by("pk")
