"""What was done to a page of the editors' own, in the audit log. Of replies the core tells the log."""

from wagtail.models import Page

from luoshi.accounts.models import User
from luoshi.accounts.roles import SITE_ROLES
from luoshi.accounts.selectors import roles_of
from luoshi.audit.services import event_append

PUBLISHED, TAKEN_DOWN = "site.page_published", "site.page_taken_down"


def page_stream(page_id: int) -> str:
    """Name of a page's event stream in the audit log."""
    return f"site:page:{page_id}"


def page_logged(*, page: Page, kind: str, user: User, reason: str = "") -> None:
    """Append to the page's stream what was done to it, in the caller's transaction."""
    event_append(
        stream_key=page_stream(page.pk),
        kind=kind,
        actor_id=user.pk,
        actor_role=",".join(sorted(role.value for role in roles_of(user) & SITE_ROLES)),
        payload={
            "actor": user.full_name,
            "title": page.title,
            "address": page.url_path,
            "revision": page.latest_revision_id,
            **({"reason": reason} if reason else {}),
        },
    )
