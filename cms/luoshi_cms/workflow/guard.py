"""A page that is public only while the core says so, whichever way of Wagtail's is tried.

Wagtail can make a page live by a button, a schedule, a revision, a copy, a command or a line of Python. All
end in :meth:`save`, which asks the core; and nobody, a superuser included, is offered the button.
"""

from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import PermissionDenied
from wagtail.models import Page, PagePermissionTester, PageViewRestriction

from luoshi.lifecycle.states import PublicationState
from luoshi.suggestions.models import Publication

if TYPE_CHECKING:
    from luoshi.accounts.models import User


class AroundTheDoorError(PermissionDenied):
    """Somebody or something tried to make a reply public without the last review."""


class GovernedPermissions(PagePermissionTester):
    """Of a governed page: it may be looked at and its editorial addition edited, and nothing else.

    It comes, goes live, goes and is corrected by what the office and the reviewers do.
    """

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Never."""
        return False

    def can_unpublish(self) -> bool:
        """Never: it is revoked by the office, with a reason."""
        return False

    def can_publish(self) -> bool:
        """Never: the third step does it. Scheduling and view restrictions hang on this too."""
        return False

    def can_publish_subpage(self) -> bool:
        """Never."""
        return False

    def can_add_subpage(self) -> bool:
        """Never."""
        return False

    def can_submit_for_moderation(self) -> bool:
        """Never in Wagtail's way, which goes on where it was sent back; the review's own page starts anew."""
        return False

    def can_lock(self) -> bool:
        """Never: one person could hold a page up."""
        return False

    def can_unlock(self) -> bool:
        """Never: nothing is locked."""
        return False

    def can_reorder_children(self) -> bool:
        """Never."""
        return False

    def can_move(self) -> bool:
        """Never: its address stays."""
        return False

    def can_move_to(self, destination: Page) -> bool:
        """Never, for a superuser neither."""
        return False

    def can_copy(self) -> bool:
        """Never: a publication has one page."""
        return False


class GovernedPage(Page):
    """What the page of a publication is made of.

    The class has ``publication_id`` (the core's key) and ``approved_digest`` (of the version that is or will
    be public). Both belong to the page itself; an old revision never brings an old one back.
    """

    publication_id: Any
    approved_digest: Any

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Write the page; as a live one only while its publication is published. It has no schedule.

        :raises AroundTheDoorError: it would become or stay public although the core has not published it.
        """
        if self.live and not is_published(self.publication_id):
            raise AroundTheDoorError("这件答复尚未经三审公开，不能直接发布")
        self.go_live_at = None
        self.expire_at = None
        return super().save(*args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """A revision's text on the page as it is."""
        page: Self = super().with_content_json(content)
        page.publication_id = self.publication_id
        page.approved_digest = self.approved_digest
        page.go_live_at = None
        page.expire_at = None
        return page

    def get_view_restrictions(self) -> Any:
        """Those of the page and of what it stands below. It is nobody's alias, so Wagtail's look for one is
        left out.
        """
        size = self.steplen
        paths = [self.path[:end] for end in range(size, len(self.path) + 1, size)]
        return PageViewRestriction.objects.filter(page__path__in=paths)

    def permissions_for_user(self, user: "User") -> GovernedPermissions:
        """What ``user`` may do to it in Wagtail."""
        return GovernedPermissions(user, self)


def is_published(publication_id: int) -> bool:
    """Whether the core has published it, by the door, and not taken it down."""
    return Publication.objects.filter(pk=publication_id, state=PublicationState.PUBLISHED).exists()
