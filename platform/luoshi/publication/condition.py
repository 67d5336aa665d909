"""The one condition of being public. Whatever an anonymous reader is given starts from here."""

from django.db.models import QuerySet

from luoshi.lifecycle.states import PublicationState
from luoshi.publication.listing import pages_live
from luoshi.suggestions.models import Publication, Reply


def public_rows() -> QuerySet[Publication]:
    """The publications that are public: published, not of a confidential suggestion, with a live page.

    The only place that says so.
    """
    pages = pages_live()
    if pages is None:
        return Publication.objects.none()
    return Publication.objects.filter(
        state=PublicationState.PUBLISHED,
        mode__in=[Publication.Mode.FULL, Publication.Mode.SUMMARY],
        suggestion__is_confidential=False,
        pk__in=pages,
    )


def public_mains() -> QuerySet[Publication]:
    """What a list has one line of: public replies, and public supplements whose reply is not public."""
    replies = public_rows().filter(reply__kind=Reply.Kind.REPLY).values("reply__assignment_id")
    return public_rows().exclude(reply__kind=Reply.Kind.SUPPLEMENT, reply__assignment_id__in=replies)
