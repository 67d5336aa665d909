"""Pages of a county's public site."""

from http import HTTPMethod
from typing import ClassVar

from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from luoshi_cms.workflow.steps import ReviewStep

__all__ = ["HomePage", "ReviewStep"]


class HomePage(Page):
    """The start page of a county's public site."""

    intro = RichTextField("说明", blank=True, features=["bold", "link", "ol", "ul"])

    content_panels: ClassVar[list[object]] = [*Page.content_panels, FieldPanel("intro")]
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    max_count = 1
    # Wagtail serves a page to every method unless told otherwise; this one takes nothing in.
    allowed_http_methods: ClassVar[list[HTTPMethod]] = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]

    class Meta:
        verbose_name = "首页"
        verbose_name_plural = "首页"
