"""The start page."""

from typing import Any, ClassVar

from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField

from luoshi_cms.pages.base import READ_ONLY, OwnPage


class HomePage(OwnPage):
    """The start page of a county's public site."""

    intro = RichTextField("说明", blank=True, features=["bold", "link", "ol", "ul"])

    content_panels: ClassVar[list[object]] = [*OwnPage.content_panels, FieldPanel("intro")]
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    max_count = 1
    allowed_http_methods: ClassVar[list[object]] = [*READ_ONLY]

    class Meta:
        verbose_name = "首页"
        verbose_name_plural = "首页"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With the columns, the newest replies and the other pages."""
        from luoshi_cms.site.views import home_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | home_context(request, self)
