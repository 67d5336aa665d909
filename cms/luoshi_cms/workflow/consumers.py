"""What the site does when the core has decided something about a publication.

Each message makes the page agree with the core as it is now, so that one that comes late, twice or after a
crash does no harm.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from wagtail.models import WorkflowState

from luoshi.lifecycle.states import PublicationState, Subject
from luoshi.outbox.registry import consumer
from luoshi.suggestions.models import Publication, PublishedVersion
from luoshi.suggestions.services.log import TRANSITION_DONE
from luoshi_cms.models import ReplyPage
from luoshi_cms.reply_pages import reply_page_make
from luoshi_cms.workflow.services import page_held, review_cancel, review_start
from luoshi_cms.workflow.told import correction_tell

NAME = "public_site"
ENDS_A_REVIEW = frozenset({"withhold", "revoke", "reassess"})
"""What was reviewed before one of these acts is never public on the strength of that review."""
FOLLOWED = ENDS_A_REVIEW | {"send_to_editor", "publish", "correct"}
"""Acts on a publication that concern the site."""


def concerns_the_site(payload: Mapping[str, Any]) -> bool:
    """Whether an act is one of those that the site follows."""
    return payload["subject"] == Subject.PUBLICATION and payload["transition"] in FOLLOWED


def publication_told(payload: Mapping[str, Any], message_id: int) -> None:
    """The outbox tells of an act on a publication."""
    transition = payload["transition"]
    page_follow(payload["subject_id"], is_new_decision=transition in ENDS_A_REVIEW)
    if transition == "correct":
        correction_tell(payload["subject_id"], message_id)


@transaction.atomic
def page_follow(publication_id: int, *, is_new_decision: bool = False) -> None:
    """Make the page of a publication agree with the core: there, in review, live, of which version, or gone.

    :param is_new_decision: a review that is under way was of an older decision and ends.
    """
    publication = Publication.objects.filter(pk=publication_id).first()
    if publication is None:
        return
    page = _page_of(publication_id)
    if page is not None and is_new_decision:
        review_cancel(page)
    if publication.state == PublicationState.IN_EDITORIAL_REVIEW:
        _into_review(page or reply_page_make(publication_id))
    elif publication.state == PublicationState.PUBLISHED:
        _into_public(page or reply_page_make(publication_id))
    elif page is not None:
        review_cancel(page)
        page.unpublish(log_action="wagtail.unpublish")


def _into_review(page: Any) -> None:
    if page.live:  # it was public, was revoked and comes anew; the message of that is still on its way
        page.unpublish()
    if _version_follow(page):
        review_cancel(page)
    if not WorkflowState.objects.active().for_instance(page).exists():
        review_start(page)


def _into_public(page: Any) -> None:
    """By the third step it is live already; here what another clock of the core has published, unless an
    editor has added words: those are public after the three steps alone.
    """
    if _version_follow(page):
        _review_anew(page)
    if page.live:
        return
    revision = page.get_latest_revision()
    if not revision.as_object().introduction:
        review_cancel(page)
        revision.publish()
    elif not WorkflowState.objects.active().for_instance(page).exists():
        review_start(page)


def _review_anew(page: Any) -> None:
    """Steps that were passed beside other words count no more. What was sent back stays with the editor."""
    state = WorkflowState.objects.active().for_instance(page).first()
    if state is not None and state.status == WorkflowState.STATUS_IN_PROGRESS:
        review_cancel(page)
        review_start(page, user=state.requested_by)


def _version_follow(page: Any) -> bool:
    """Point the page to the version that counts. True: it was another one."""
    newest = PublishedVersion.newest(page.publication_id)
    if newest is None or newest.digest == page.approved_digest:
        return False
    page.approved_digest = newest.digest
    page.save(update_fields=["approved_digest"])
    return True


def _page_of(publication_id: int) -> Any:
    """The page, held against a second consumer and a reviewer; ``None`` where there is none yet."""
    pages = ReplyPage.objects.filter(publication_id=publication_id)
    pk = pages.values_list("pk", flat=True).first()
    return None if pk is None else page_held(pk)


def consumers_register() -> None:
    """Listen to the acts of the door."""
    consumer(TRANSITION_DONE, NAME, publication_told, hears=concerns_the_site)
