"""The one condition of being public. Whatever an anonymous reader is given starts from here."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from luoshi.lifecycle.states import PublicationState
from luoshi.publication.listing import pages_live
from luoshi.suggestions.models import Publication, Reply


def public_rows() -> QuerySet[Publication]:
    """The publications that are public: published, not of a confidential suggestion, with a live page of the
    very version that was approved last and still is what was approved.

    The only place that says so. Between a correction and the page's following it, neither the old words nor
    the new ones are public: the old ones were found wrong. What was altered behind the product's back is set
    aside by ``soundness``, so that no request has to compute a digest to leave it out.
    """
    pages = pages_live()
    if pages is None:
        return Publication.objects.none()
    return Publication.objects.filter(
        state=PublicationState.PUBLISHED,
        mode__in=[Publication.Mode.FULL, Publication.Mode.SUMMARY],
        suggestion__is_confidential=False,
    ).filter(
        ~Q(vouched_digest=""),
        Exists(pages.filter(publication_id=OuterRef("pk"), approved_digest=OuterRef("vouched_digest"))),
    )


def public_mains() -> QuerySet[Publication]:
    """What a list has one line of: public replies, and public supplements whose reply is not public."""
    above = public_rows().filter(
        reply__kind=Reply.Kind.REPLY, reply__assignment_id=OuterRef("reply__assignment_id")
    )
    # Asked of supplements alone, of which there are few.
    return public_rows().filter(~Q(reply__kind=Reply.Kind.SUPPLEMENT) | ~Exists(above))
