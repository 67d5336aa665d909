"""Which of the editors' acts change a public page: whoever keeps copies is told in the same commit."""

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from luoshi.shown import public_changed
from luoshi_cms.look import SiteLook
from luoshi_cms.models import ReplyPage

NAME = "luoshi_cms.site.changes"


def page_changed(sender: Any, **_: Any) -> None:
    """A page went live, was taken back, or stands elsewhere; or what stands around every page has changed."""
    public_changed()


def row_gone(sender: type[Model], **_: Any) -> None:
    """A row was deleted; pages are of many models."""
    if issubclass(sender, Page):
        public_changed()


def changes_follow() -> None:
    """Listen to Wagtail and to what editors set."""
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(page_changed, dispatch_uid=NAME)
    for model in (ReplyPage, SiteLook, Site, PageViewRestriction):
        post_save.connect(page_changed, sender=model, dispatch_uid=NAME)
        post_delete.connect(page_changed, sender=model, dispatch_uid=NAME)
    post_delete.connect(row_gone, dispatch_uid=f"{NAME}.gone")
