"""What all types of pages share."""

from http import HTTPMethod
from typing import TYPE_CHECKING, Any, ClassVar, Self

from wagtail.models import Page, PagePermissionTester

if TYPE_CHECKING:
    from luoshi.accounts.models import User

READ_ONLY = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]
"""Wagtail serves a page to every method unless told otherwise; ours take nothing in."""
RICH = ["h2", "h3", "bold", "link", "ol", "ul", "hr"]
"""What an editor may put into a text: nothing that is fetched from another host."""
RICH_WITH_FILES = [*RICH, "image", "document-link"]
"""Of a text that stands for itself: pictures and files of this site too, public with the page alone."""


class OwnPermissions(PagePermissionTester):
    """Of a page that editors write: sent in with our own button alone, which begins all three steps anew."""

    def can_submit_for_moderation(self) -> bool:
        """Never in Wagtail's way, which goes on at the step that sent it back."""
        return False


class OwnPage(Page):
    """What the pages that editors write are made of.

    It has no schedule: the third step makes it public at once, and taking it down is somebody's act.
    """

    settings_panels: ClassVar[list[object]] = []

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Write the page, without a day on which it would come or go."""
        self._schedule_clear()
        return super().save(*args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """A revision's text, without the schedule that an old one may have."""
        page: Self = super().with_content_json(content)
        page._schedule_clear()
        return page

    def _schedule_clear(self) -> None:
        self.go_live_at = None
        self.expire_at = None

    def permissions_for_user(self, user: "User") -> OwnPermissions:
        """What ``user`` may do to it in Wagtail."""
        return OwnPermissions(user, self)
