"""Published cases with live pages, for tests of the public site."""

from typing import Any

from people import Cast
from ready import PUBLISHED, at_publication

from luoshi.outbox.drain import outbox_drain
from luoshi.suggestions.models import Publication
from luoshi_cms.models import ReplyPage
from luoshi_cms.reply_pages import reply_page_make


def page_live(publication_id: int) -> ReplyPage:
    """The page of a publication, live as the last reviewer leaves it."""
    page = reply_page_make(publication_id)
    if not page.live:
        page.get_latest_revision().publish()
        page.refresh_from_db()
    return page


def published(c: Cast, **data: Any) -> tuple[Publication, ReplyPage]:
    """A public case: published through the door, its page live, what follows the commit done."""
    publication = at_publication(c, *PUBLISHED, **data)
    page = page_live(publication.pk)
    outbox_drain(limit=1000)
    return publication, page
